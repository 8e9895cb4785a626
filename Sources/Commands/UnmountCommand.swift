internal import Control
package import Core
internal import Glibc
internal import Mounting
internal import Vaults

/// `cbstore umount`.
package enum UnmountCommand: Command {
    package static let description = CommandDescription(
        "umount", "Unmount the vault's folder and wait until it is safe",
        discussion: """
            Returns when all that was written is on this machine's disk and the vault is closed, after 30 seconds at the
            latest. What is not finished then goes on, and the next mount waits for it.
            """,
        group: .mount,
        arguments: [.init("dir", "The folder the vault is mounted on.", completes: .directory)],
        options: [
            .flag("force", short: "f", "Detach even while files are open; they stay usable to who has them open."),
            .flag("no-wait", "Return when the folder is detached, without waiting for the journal."),
        ],
        examples: [.init("cbstore umount ~/Vault", "Unmount.")],
        exitStatus: [
            .init(3, "Nothing is mounted there."), .denied,
            .init(5, "The vault was not closed within 30 seconds."),
            .init(9, "Files are open below the folder."),
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let opening = try VaultOpening(arguments, console)
        let given = try MountCommand.absolute(arguments.required("dir"))
        guard let path = try mountpoint(given) else {
            throw Failure(.notFound, "\(Name(given).escaped): nothing is mounted there")
        }
        let lock = servedVault(at: path, opening.home)
        let unpublished = unpublished(at: path, opening)
        if arguments.isSet("force") { try Unmounter.detach(path) } else { try Unmounter.unmount(path) }
        if let unpublished { console.note(unpublished) }
        guard !arguments.isSet("no-wait"), let (lockPath, holder) = lock else { return 0 }
        let deadline = SystemTime.monotonic() + Limits.Mount.unmount
        while VaultLock.holder(lockPath)?.process == holder {
            guard SystemTime.monotonic() < deadline else {
                throw Failure(
                    .timedOut,
                    "\(path.text) is unmounted, but process \(holder) still serves open files or closes the vault",
                    advice: "it goes on by itself; 'cbstore mount' works again when it has ended")
            }
            // The lock goes with the process, who is nobody's child here: its end can only be looked for.
            usleep(2000)
        }
        return 0
    }

    /// What to say of changes that the remote does not have yet.
    private static func unpublished(at path: SystemPath, _ opening: VaultOpening) -> String? {
        for name in opening.home.vaults() {
            guard let access = try? opening.reach(opening.home.folder(of: name)),
                access.hello.mountpoint == path.text, let remote = try? access.status().remote,
                remote.state != .published
            else { continue }
            return
                "not everything is on the remote '\(remote.name)' yet: the next mount sends it, or cbstore flush --wait"
        }
        return nil
    }

    /// The path as the table of mounts has it, or nil when nothing is mounted there.
    ///
    /// Links and dots are resolved above the last component first: a mount whose process is dead or hangs is not touched.
    private static func mountpoint(_ given: [UInt8]) throws(Failure) -> SystemPath? {
        let table = try MountTable()
        let (folder, last) = Files.split(given)
        let candidates = [
            { given }, { (try? Files.resolved(folder)).map { Files.join($0, last) } }, { try? Files.resolved(given) },
        ]
        for candidate in candidates {
            if let path = candidate(), table.row(at: path) != nil { return SystemPath(path) }
        }
        return nil
    }

    /// The lock of the vault that is mounted there, and the process that holds it.
    private static func servedVault(at path: SystemPath, _ home: Home) -> (lock: [UInt8], process: Int32)? {
        for name in home.vaults() {
            let lock = home.folder(of: name).lockPath
            if let holder = VaultLock.holder(lock), holder.mountpoint == path.text { return (lock, holder.process) }
        }
        return nil
    }
}
