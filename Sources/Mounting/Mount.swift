internal import CFuse
package import Core
package import FileSystem
internal import Glibc
internal import Synchronization

/// A file system at its mountpoint, from `attach` until `serve` returns: the only owner of a libfuse session.
///
/// Unchecked, because `session` is a pointer; libfuse locks what is behind it. All else is constant or locked.
@safe package final class Mount: @unchecked Sendable {
    /// What a mount is given besides its file system.
    package struct Surroundings: Sendable {
        package var deadlines = Deadlines()
        package var time: any TimeSource = SystemTime()
        package var trace: (any MountTrace)?
        /// Takes refusals and their reasons; must not wait.
        package var report: @Sendable (MountReport) -> Void = { _ in }
        /// Requests that may wait for an answer at once; one more is refused with EIO.
        package var parkedRequests = Limits.parkedRequests

        package init() {}
    }

    private enum Phase {
        case attached, serving, ended
    }

    private struct State {
        var phase = Phase.attached
        var isReady = false
        /// The number of the connection, once it is known.
        var connection: String?
        var thread: pthread_t?
    }

    package let mountpoint: Mountpoint
    package let invalidator: Invalidator
    private let session: OpaquePointer
    private let server: MountServer
    private let state: Gate<State>

    private init(
        _ session: OpaquePointer, at mountpoint: Mountpoint, server: MountServer, invalidator: Invalidator,
        state: consuming Gate<State>
    ) {
        unsafe self.session = unsafe session
        self.mountpoint = mountpoint
        self.server = server
        self.invalidator = invalidator
        self.state = state
    }

    deinit { unsafe fuse_session_destroy(session) }

    /// Mounts. No thread may run yet in this process, because an unprivileged mount forks a helper.
    ///
    /// Requests wait in the kernel until `serve` is called.
    package static func attach(
        at mountpoint: Mountpoint, options: MountOptions,
        surroundings: Surroundings = Surroundings()
    ) throws(Failure) -> Mount {
        let state = Gate(State())
        let server = MountServer(surroundings) {
            state.withLock { $0.isReady = true }
            state.wakeAll()
        }
        guard let session = unsafe makeSession(options, server) else {
            throw Failure(.other, "libfuse refused the options \(options.fuseOptions)")
        }
        let result = unsafe mountpoint.path.withCString { unsafe fuse_session_mount(session, $0) }
        guard result == 0 else {
            let errno = Errno.last
            unsafe fuse_session_destroy(session)
            throw mountFailure(mountpoint, errno)
        }
        let invalidator = unsafe Invalidator(session: session, report: surroundings.report)
        return unsafe Mount(session, at: mountpoint, server: server, invalidator: invalidator, state: state)
    }

    /// Serves `fileSystem` until it is unmounted or `detach` ends it. Runs on the calling thread, once.
    package func serve(_ fileSystem: any MountableFileSystem) throws(Failure) {
        server.bind(fileSystem)
        let previous = Self.letWake(Self.wakeSignal)
        state.withLock { state in
            state.phase = .serving
            state.thread = pthread_self()
        }
        let result = unsafe cfuse_serve(session, Limits.threads)
        // All of libfuse's threads have left: no callback runs, and none will. What still waits below is answered, while
        // the session can carry answers.
        // In this order, because a notification may wait for a lock that a caller holds until its answer.
        server.parking.close(.io)
        invalidator.close()
        state.withLock { state in
            state.phase = .ended
            state.thread = nil
        }
        state.wakeAll()
        unsafe fuse_session_unmount(session)
        fileSystem.unmounted()
        Self.restore(previous)
        if result < 0, result != -ENODEV {
            throw Failure(
                .io, "the connection to the kernel broke",
                cause: SystemCallFailure(Errno(rawValue: -result), "serve", mountpoint.text))
        }
    }

    /// Waits until the kernel and this process have agreed on the protocol; false at the deadline or when the mount ended.
    package func waitUntilReady(limit: Duration) -> Bool {
        let deadline = SystemTime.monotonic() + limit
        return state.wait { state in
            if state.isReady { return .done(true) }
            if state.phase == .ended || SystemTime.monotonic() >= deadline { return .done(false) }
            return .wait(until: deadline)
        }
    }

    /// Calls `body` once, on a thread of its own: with nil when the protocol is agreed and this process has asked its own
    /// mount one question and got the answer, else with the reason why that did not happen.
    package func whenReady(limit: Duration = .seconds(10), _ body: @escaping @Sendable (Failure?) -> Void) {
        Threads.start("ready") { [self] in
            if waitUntilReady(limit: limit), answersItself() { return body(nil) }
            body(Failure(.timedOut, "the kernel did not begin to use the mount at \(mountpoint.text)"))
        }
    }

    /// One `statfs` of the mount by this process: the whole way through the kernel and back, answered from memory.
    private func answersItself() -> Bool {
        var values = statvfs()
        guard unsafe mountpoint.path.withCString({ unsafe statvfs($0, &values) }) == 0 else { return false }
        guard let row = try? MountTable().row(at: mountpoint.path.bytes) else { return true }
        state.withLock { $0.connection = row.device.split(separator: ":").last.map(String.init) }
        raiseReadAhead(ofDevice: row.device)
        return true
    }

    /// Lets the kernel read ahead in larger steps than its 128 KiB, where this process may say so; elsewhere sequential
    /// reads are merely slower. Not before the first answer: the kernel sets its own figure with the protocol.
    private func raiseReadAhead(ofDevice device: String) {
        try? SmallFile.write("\(Limits.readAheadKiB)", to: "/sys/class/bdi/\(device)/read_ahead_kb")
    }

    /// Takes the mountpoint out of the tree and serves what is still open, for at most `limit`; then ends serving.
    ///
    /// From any thread but the serving one. Returns when serving has ended.
    package func detach(limit: Duration) {
        do throws(Failure) { try Unmounter.detach(mountpoint.path) } catch {
            // Somebody was faster, or the helper is missing; ending the session below takes the mount away too.
        }
        if !waitUntilEnded(limit: limit) { end() }
    }

    /// Ends serving now; files still open give errors from here on.
    package func end() {
        // Where the kernel offers it, the connection is cut there: that frees whoever waits for a request or for a lock,
        // a notification of ours included, before anything here waits for them.
        if let connection = state.withLock({ $0.connection }) {
            try? SmallFile.write("1", to: "/sys/fs/fuse/connections/\(connection)/abort")
        }
        unsafe fuse_session_exit(session)
        // libfuse sees the flag when its wait is disturbed, and a signal can come just before it waits: so again and again.
        repeat {
            if let thread = state.withLock({ $0.thread }) { pthread_kill(thread, Self.wakeSignal) }
        } while !waitUntilEnded(limit: .milliseconds(20))
    }

    /// Whether serving ended within `limit`.
    package func waitUntilEnded(limit: Duration) -> Bool {
        let deadline = SystemTime.monotonic() + limit
        return state.wait { state in
            if state.phase == .ended { return .done(true) }
            return SystemTime.monotonic() >= deadline ? .done(false) : .wait(until: deadline)
        }
    }

    /// One line for each request that waits for its answer, oldest first, and what the trace has.
    package func dump() -> [String] {
        let now = SystemTime.monotonic()
        let waiting = server.parking.waiting.map { ticket in
            "\(ticket.kind.rawValue) of node \(ticket.node): waiting for \((now - ticket.since).inSeconds) s"
        }
        return waiting + (server.trace?.dump() ?? [])
    }
}

extension Mount {
    @unsafe private static func makeSession(_ options: MountOptions, _ server: MountServer) -> OpaquePointer? {
        var arguments = unsafe fuse_args()
        defer { unsafe fuse_opt_free_args(&arguments) }
        for argument in ["cbstore", "-o" + options.fuseOptions] {
            if unsafe argument.withCString({ unsafe fuse_opt_add_arg(&arguments, $0) }) != 0 { return nil }
        }
        var operations = MountServer.operations()
        // The Mount holds the server for as long as the session lives.
        let context = unsafe Unmanaged.passUnretained(server).toOpaque()
        return unsafe fuse_session_new(&arguments, &operations, MemoryLayout<fuse_lowlevel_ops>.size, context)
    }

    private static func mountFailure(_ mountpoint: Mountpoint, _ errno: Errno) -> Failure {
        let subject = "cannot mount at \(mountpoint.text)"
        switch errno {
        case .notPermitted, .denied:
            return Failure(
                .denied, "\(subject): \(errno.text)",
                advice: "the directory must be yours; --allow-other needs user_allow_other in /etc/fuse.conf")
        default:
            return Failure(.other, "\(subject): \(errno.text)")
        }
    }

    /// A signal nobody else uses (SIGRTMIN, which Swift does not see, and three).
    private static var wakeSignal: Int32 { __libc_current_sigrtmin() + 3 }

    /// Lets the wake signal through on this thread, with a handler that does nothing but disturb a wait.
    private static func letWake(_ signal: Int32) -> sigset_t {
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in }
        unsafe sigaction(signal, &action, nil)
        var set = sigset_t()
        var previous = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, signal)
        unsafe pthread_sigmask(SIG_UNBLOCK, &set, &previous)
        return previous
    }

    private static func restore(_ mask: sigset_t) {
        var mask = mask
        unsafe pthread_sigmask(SIG_SETMASK, &mask, nil)
    }
}
