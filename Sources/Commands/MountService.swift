internal import CLinux
internal import Control
internal import Core
internal import FileSystem
internal import Glibc
internal import Mounting
internal import Synchronization
internal import Vaults

/// The process that serves a mount, from the vault's lock to the journal's end.
struct MountService {
    let folder: VaultFolder
    let mountpoint: SystemPath
    let options: MountOptions
    /// What `cbstore mount` waits for: called once, with nil when everything is ready.
    let ready: @Sendable (Failure?) -> Void

    /// Serves until unmounted. On the thread that was there first: signals are blocked before any other exists.
    func run(_ unlocked: UnlockedKeys) throws(Failure) {
        MountSignals.block()
        _ = cl_forbid_core_dumps()
        let place = try Mountpoint.prepare(mountpoint, options: options)
        if let note = place.note { Log.warning("mount", note) }
        let holder = VaultHolder(
            started: SystemTime().wallClock, program: "cbstore mount", mountpoint: mountpoint.text)
        let lock = try VaultLock.acquire(folder.lockPath, wait: Limits.Control.answer, holder: holder)
        let held = try HeldVault(folder, unlocked, lock: lock)
        let mount: Mount
        do throws(Failure) {
            mount = try Mount.attach(at: place, options: options, fileSystem: held.session, surroundings: surroundings)
        } catch {
            try? held.close()
            throw error
        }
        let server = try serveSocket(held, mount)
        MountSignals.watch(mount) { Log.info("mount", $0) }
        announce(mount)
        do throws(Failure) {
            try mount.serve()
        } catch {
            Log.error("mount", "\(error)")
        }
        server?.stop()
        try held.close()
    }

    private var surroundings: Mount.Surroundings {
        var surroundings = Mount.Surroundings()
        surroundings.report = { Log.warning("mount", $0.description) }
        return surroundings
    }

    /// The socket through which other commands use the vault. Without one the mount still works; others are told it is busy.
    private func serveSocket(_ held: HeldVault, _ mount: Mount) throws(Failure) -> ControlServer? {
        let identity = try VaultIdentity(of: folder)
        let access = LocalAccess(
            session: held.session, vault: held.vault, mountpoint: mount.mountpoint.text,
            notices: mount.invalidator)
        let hello = ControlHello(
            program: "cbstore \(Version.text)", process: ProcessIdentity.number, vault: identity.text,
            mountpoint: mount.mountpoint.text)
        do throws(Failure) {
            return try ControlServer(access, hello: hello, socketPath: try ControlSocket.path(hash: identity.socketHash))
        } catch {
            Log.error("mount", "other commands cannot reach this vault while it is mounted: \(error)")
            return nil
        }
    }

    /// Tells who waits as soon as the kernel has agreed on the protocol, or that it never did.
    private func announce(_ mount: Mount) {
        Threads.start("ready") { [ready] in
            let isReady = mount.waitUntilReady(limit: Limits.Mount.ready)
            ready(isReady ? nil : Failure(.timedOut, "the kernel did not take the mount up"))
        }
    }
}

extension Invalidator: MountNotices {}
