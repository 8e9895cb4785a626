internal import CLinux
internal import Control
internal import Core
internal import FileSystem
internal import Mounting
internal import Storage
internal import Vaults

/// The process that serves a mount, from the vault's lock to the journal's end.
struct MountService {
    let folder: VaultFolder
    let mountpoint: SystemPath
    let options: MountOptions
    /// What the content in the store is held below; nil for no limit.
    let cacheLimit: ByteCount?
    /// Where what is written goes and what is missing comes from; nil for a vault that has no remote.
    let remote: Remote?
    /// Told once that the mount can be used, on a thread of its own.
    let ready: @Sendable (Failure?) -> Void

    /// Serves until unmounted. Signals are blocked already, so that no thread of this process takes them.
    func run(_ unlocked: UnlockedKeys) throws(Failure) {
        _ = cl_forbid_core_dumps()
        let place = try Mountpoint.prepare(mountpoint, options: options)
        if let note = place.note { Log.warning("mount", note) }
        try refuseOwnFolder(place)
        let holder = VaultHolder(started: SystemTime().wallClock, program: "cbstore mount", mountpoint: place.text)
        let lock = try VaultLock.acquire(folder.lockPath, wait: Limits.Control.answer, holder: holder)
        // Before any thread and before the vault: libfuse's helper is started by a fork. Requests wait in the kernel.
        let mount = try Mount.attach(at: place, options: options, surroundings: surroundings)
        let held: HeldVault
        do throws(Failure) {
            held = try HeldVault(folder, unlocked, remote: remote, lock: lock)
        } catch {
            try? Unmounter.detach(place.path)
            throw error
        }
        for note in held.vault.recoveryNotes { Log.warning("vault", note) }
        try serve(held, mount)
    }

    private func serve(_ held: HeldVault, _ mount: Mount) throws(Failure) {
        // After the mount stands: what a server does or does not answer holds up nobody who opens a file.
        let publisher = held.link.map { Publisher($0) }
        do throws(Failure) {
            try limitCache(of: held, publisher)
        } catch {
            try? Unmounter.detach(mount.mountpoint.path)
            publisher?.stop()
            try? held.close()
            throw error
        }
        let access = LocalAccess(
            session: held.session, vault: held.vault,
            remote: held.link.map { AttachedRemote(link: $0, publisher: publisher) },
            mountpoint: mount.mountpoint.text, notices: mount.invalidator)
        let server = serveSocket(access, mount)
        MountSignals.watch(mount) { Log.info("mount", $0) }
        mount.whenReady(limit: Limits.Mount.ready) { [ready] failure in ready(failure) }
        var failure: Failure?
        do throws(Failure) {
            try mount.serve(held.session)
        } catch {
            failure = error
        }
        server?.stop()
        publisher?.stop()
        // Until here others' changes may come in, which `access` makes the session follow.
        withExtendedLifetime(access) {}
        try held.close()
        if let failure { throw failure }
    }

    static var cacheNeedsRemote: Failure {
        Failure(
            .invalid, "a limit of the cache needs a remote that has what is left out of it, and this vault has none",
            advice: "attach one: cbstore remote add NAME URL")
    }

    private func limitCache(of held: HeldVault, _ publisher: Publisher?) throws(Failure) {
        guard let cacheLimit else { return }
        guard let link = held.link else { throw Self.cacheNeedsRemote }
        let eviction = try held.vault.limitCache(to: cacheLimit, link)
        // What is not published cannot leave.
        eviction.whenShort { publisher?.urge() }
        eviction.start()
    }

    private var surroundings: Mount.Surroundings {
        var surroundings = Mount.Surroundings()
        surroundings.trace = RequestTrace()
        surroundings.report = { Log.warning("mount", $0.description) }
        return surroundings
    }

    /// A store below its own mountpoint would wait for itself.
    private func refuseOwnFolder(_ place: Mountpoint) throws(Failure) {
        let inside = place.path.bytes + [0x2f]
        if folder.path == place.path.bytes || folder.path.starts(with: inside) {
            throw Failure(
                .invalid, "the vault's own folder lies inside \(place.text)", advice: "mount on a folder outside of it")
        }
    }

    /// The socket through which other commands use the vault. Without one the mount still works; others hear it is busy.
    private func serveSocket(_ access: LocalAccess, _ mount: Mount) -> ControlServer? {
        do throws(Failure) {
            let identity = try VaultIdentity(of: folder)
            let hello = ControlHello(
                program: "cbstore \(Version.text)", vault: identity.text, mountpoint: mount.mountpoint.text)
            return try ControlServer(
                access, hello: hello, socketPath: try ControlSocket.path(hash: identity.socketHash))
        } catch {
            Log.error("mount", "other commands cannot reach this vault while it is mounted: \(error)")
            return nil
        }
    }
}

extension Invalidator: MountNotices {}
