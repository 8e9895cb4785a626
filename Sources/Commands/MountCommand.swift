internal import Control
package import Core
internal import Glibc
internal import Mounting
internal import Primitives
internal import Vaults

/// `cbstore mount`.
package enum MountCommand: Command {
    package static let description = CommandDescription(
        "mount", "Use the vault as an ordinary folder",
        discussion: """
            Returns when the folder can be used; a process of its own then serves it until 'cbstore umount'. With
            --foreground the command itself serves it.

            What a program has written is safe from a crash of that program at once and in the journal within two
            seconds; fsync returns when it is on the disk. A mount that a crash left behind is taken away first, with
            a note. While the vault is mounted, other commands use it through the process that serves it.

            With --cache-size-mb, content that the remote has given back whole leaves the store when that grows beyond
            the limit, and comes again when it is read. While the remote is away and nothing can leave, writing waits
            for some seconds and then ends with ENOSPC.

            Options of mount(8) are taken by -o: ro, suid, dev, nosuid, nodev, noexec, allow_other, nonempty; and
            cache_mb=N.
            """,
        group: .mount,
        arguments: [.init("dir", "The folder to mount on; it must exist and be empty.", completes: .directory)],
        options: [
            .flag("foreground", short: "f", "Serve the mount in this process."),
            .flag("read-only", "Allow no changes through the folder."),
            .flag("allow-other", "Let other users in; unless you are root, needs user_allow_other in /etc/fuse.conf."),
            .value("cache-size-mb", "n", "Keep the content stored here below N MiB, at least 64; needs a remote."),
            .value("options", short: "o", "opt,...", "Options of mount(8), parted by commas.", repeatable: true),
        ],
        examples: [
            .init("cbstore mount ~/Vault", "Mount the vault."),
            .init("cbstore mount ~/Vault -o allow_other,suid,dev", "As root, a file system for everybody."),
        ],
        exitStatus: [
            .init(1, "The folder is not empty, there is no /dev/fuse, or another reason that the message names."),
            .init(3, "The folder or the vault does not exist."), .denied, .integrity,
            .init(9, "The vault is mounted already, or in use by another command."),
        ])

    /// Set for the process that serves; its keys and its way to report come as descriptors.
    private static let servingVariable = "CBSTORE_SERVING"

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let opening = try VaultOpening(arguments, console)
        let folder = try opening.folder()
        let mountpoint = SystemPath(try absolute(arguments.required("dir")))
        let options = try options(arguments, folder)
        let cacheLimit = try cacheLimit(arguments)
        if arguments.environment[servingVariable] != nil {
            return serveSpawned(folder, mountpoint, options, cacheLimit, opening)
        }

        // Checked here too, before anybody types a passphrase; an existing mount's answer names it.
        if let access = try opening.reach(folder), let other = access.hello.mountpoint {
            throw Failure(
                .busy, "the vault '\(folder.name.text)' is mounted at \(other)",
                advice: "unmount it with: cbstore umount \(other)")
        }
        if arguments.isSet("foreground") {
            return try serveHere(folder, mountpoint, options, cacheLimit, opening, console)
        }
        let note = try Mountpoint.prepare(mountpoint, options: options).note
        let unlocked = try unlock(folder, opening)
        if cacheLimit != nil, try opening.remotes.remote(of: folder) == nil { throw MountService.cacheNeedsRemote }
        let log = try openLog(folder)
        _ = try SelfSpawn.start(
            arguments: servingArguments(arguments, opening, folder, mountpoint),
            environment: arguments.environment.words(adding: servingVariable, "1", without: "CBSTORE_PASSPHRASE").map {
                SystemPath($0)
            },
            output: log.number, key: unlocked.payload.copy(), limit: Limits.Mount.ready)
        if let note { console.note("cbstore: note: \(note)") }
        try checkAnswers(mountpoint)
        if arguments.wantsJSON {
            try console.json(["vault": JSON(folder.name.text), "mountpoint": JSON(mountpoint.text)])
        } else {
            console.note("vault '\(folder.name.text)' is mounted at \(mountpoint.text)")
        }
        return 0
    }

    static func absolute(_ path: [UInt8]) throws(Failure) -> [UInt8] {
        var path = path
        while path.count > 1, path.last == 0x2f { path.removeLast() }
        if path.first == 0x2f { return path }
        guard let current = WorkingFolder.path else { throw Failure(.notFound, "the working folder is gone") }
        return path == [0x2e] ? current : Files.join(current, path)
    }

    private static func options(_ arguments: ParsedArguments, _ folder: VaultFolder) throws(Failure) -> MountOptions {
        var options = MountOptions(vault: folder.name.text)
        options.isReadOnly = arguments.isSet("read-only")
        options.allowsOtherUsers = arguments.isSet("allow-other")
        for list in arguments.all("options") {
            for option in String(decoding: list, as: UTF8.self).split(separator: ",") {
                if options.take(String(option)) || generic.contains(String(option)) { continue }
                if option.hasPrefix(cacheOption) { continue }
                throw arguments.usage("-o \(option): no such option")
            }
        }
        return options
    }

    private static let cacheOption = "cache_mb="

    /// What the cache is limited to: by the option of its own, else by the last of mount(8)'s.
    private static func cacheLimit(_ arguments: ParsedArguments) throws(Failure) -> ByteCount? {
        let range = Limits.Remote.leastCacheMiB...Limits.Remote.greatestCacheMiB
        if let size = try arguments.integer("cache-size-mb", in: range) { return .mebibytes(size) }
        let words = arguments.all("options").flatMap { String(decoding: $0, as: UTF8.self).split(separator: ",") }
        guard let word = words.last(where: { $0.hasPrefix(cacheOption) }) else { return nil }
        guard let size = Int(word.dropFirst(cacheOption.utf8.count)), range.contains(size) else {
            throw arguments.usage("-o \(word): not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return .mebibytes(size)
    }

    /// Words that fstab and mount(8) pass along and that mean nothing to a file system.
    private static let generic: Set<String> = [
        "auto", "noauto", "_netdev", "user", "users", "nouser", "owner", "group", "defaults", "nofail", "async", "sync",
        "relatime", "noatime", "atime", "strictatime", "nodiratime", "lazytime", "x-systemd.automount",
    ]

    /// `cbstore mount DIR …` with everything that decides spelled out, for whoever reads the list of processes.
    private static func servingArguments(
        _ arguments: ParsedArguments, _ opening: VaultOpening, _ folder: VaultFolder, _ mountpoint: SystemPath
    ) -> [SystemPath] {
        var words = [Array("cbstore".utf8), Array("mount".utf8), mountpoint.bytes]
        words += [Array("--vault".utf8), Array(folder.name.text.utf8)]
        if let home = arguments.bytes("home") { words += [Array("--home".utf8), home] }
        if arguments.isSet("read-only") { words.append(Array("--read-only".utf8)) }
        if arguments.isSet("allow-other") { words.append(Array("--allow-other".utf8)) }
        if let size = arguments.bytes("cache-size-mb") { words += [Array("--cache-size-mb".utf8), size] }
        for list in arguments.all("options") { words += [Array("-o".utf8), list] }
        return words.map { SystemPath($0) }
    }

    private static func openLog(_ folder: VaultFolder) throws(Failure) -> FileDescriptor {
        let path = Files.join(folder.path, "log")
        do throws(SystemCallFailure) {
            let log = try FileDescriptor(opening: path, flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
            if try log.size > Limits.Logging.fileBytes {
                try Files.rename(path, to: Files.join(folder.path, "log.1"))
                return try FileDescriptor(opening: path, flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
            }
            return log
        } catch {
            throw error.failure
        }
    }

    /// One own question to the mount, so that "mounted" means that it answers.
    private static func checkAnswers(_ mountpoint: SystemPath) throws(Failure) {
        do throws(SystemCallFailure) {
            _ = try Files.space(at: mountpoint.bytes)
        } catch {
            throw error.failure
        }
    }

    /// The vault's keys; a vault that is still to be fetched is fetched first, and then let go for the serving process.
    private static func unlock(_ folder: VaultFolder, _ opening: VaultOpening) throws(Failure) -> UnlockedKeys {
        let passphrase = try opening.passphrases.passphrase(for: folder)
        let unlocked = try SealedKeys(of: folder).unlock(passphrase)
        // Asked for here in any case, so that a first attachment is recorded and said where somebody reads it.
        let remote = try opening.remotes.remote(of: folder)
        guard unlocked.areIncomplete else { return unlocked }
        let holder = VaultHolder(started: SystemTime().wallClock, program: "cbstore mount")
        let lock = try VaultLock.acquire(folder.lockPath, wait: Limits.Control.answer, holder: holder)
        defer { withExtendedLifetime(lock) {} }
        return try opening.unlock(folder, remote, passphrase)
    }

    // MARK: Serving

    private static func serveHere(
        _ folder: VaultFolder, _ mountpoint: SystemPath, _ options: MountOptions, _ cacheLimit: ByteCount?,
        _ opening: VaultOpening, _ console: Console
    ) throws(Failure) -> Int32 {
        let unlocked = try unlock(folder, opening)
        let remote = try opening.remotes.remote(of: folder)
        MountSignals.block()
        let name = folder.name.text
        let service = MountService(
            folder: folder, mountpoint: mountpoint, options: options, cacheLimit: cacheLimit, remote: remote
        ) { failure in
            Log.info("mount", failure?.description ?? "vault '\(name)' is mounted at \(mountpoint.text)")
        }
        Log.shared.start(Log.descriptor())
        defer { _ = Log.shared.flush(deadline: SystemTime.monotonic() + .seconds(1)) }
        try service.run(unlocked)
        return 0
    }

    /// The process that `mount` started: standard error is the log, and the first word goes through the pipe.
    private static func serveSpawned(
        _ folder: VaultFolder, _ mountpoint: SystemPath, _ options: MountOptions, _ cacheLimit: ByteCount?,
        _ opening: VaultOpening
    ) -> Int32 {
        let pipe = SelfSpawn.enter(as: "cbstore")
        defer { _ = Log.shared.flush(deadline: SystemTime.monotonic() + .seconds(1)) }
        do throws(Failure) {
            let service = MountService(
                folder: folder, mountpoint: mountpoint, options: options, cacheLimit: cacheLimit,
                remote: try opening.remotes.remote(of: folder)
            ) { failure in
                pipe.say(failure)
                Log.shared.start(Log.descriptor())
            }
            try service.run(try inheritedKeys())
            return 0
        } catch {
            pipe.say(error)
            Log.shared.start(Log.descriptor())
            Log.error("mount", "\(error)")
            return error.code.row.exitCode
        }
    }

    private static func inheritedKeys() throws(Failure) -> UnlockedKeys {
        let input = FileDescriptor(owning: SelfSpawn.keyDescriptor, "the inherited keys")
        do throws(SystemCallFailure) {
            var bytes = try input.read(Limits.KeyDerivation.payloadBytes)
            defer { Wipe.array(&bytes) }
            return try unlockedKeys(bytes)
        } catch {
            throw Failure.wrapping(error)
        }
    }

    private static func unlockedKeys(_ bytes: [UInt8]) throws(SystemCallFailure) -> UnlockedKeys {
        do throws(Failure) {
            return try UnlockedKeys(payload: SecretBytes(copying: bytes))
        } catch {
            throw SystemCallFailure(.invalid, "read", "the inherited keys")
        }
    }
}
