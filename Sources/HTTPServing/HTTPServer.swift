internal import CLinux
internal import CMicroHTTPD
package import Core
internal import Glibc

/// An HTTP/1.1 server over libmicrohttpd.
///
/// Each connection has a thread of libmicrohttpd's, bounded in number, on which ordinary handlers run and may block; a
/// handler that streams a request's body gets a second one. No cooperative thread is involved.
package final class HTTPServer: Sendable {
    /// Where it listens, with the port the system picked.
    package let address: ListenAddress
    private let core: ServerCore
    private let state: Gate<Running?>

    // The daemon is used by one thread at a time: whoever takes it out of `state`.
    @safe private struct Running: @unchecked Sendable {
        let daemon: OpaquePointer
        let socket: ListeningSocket
    }

    /// Listens and serves at once.
    package init(_ address: ListenAddress, routes: [Route], options: ServerOptions = ServerOptions()) throws(Failure) {
        let socket = try ListeningSocket(address)
        let isUnix = if case .unixSocket = address { true } else { false }
        let core = ServerCore(routes: routes, options: options, isUnix: isUnix)
        guard let daemon = unsafe Self.start(core, socket) else {
            socket.removeFile()
            throw Failure(.outOfMemory, "the server cannot start")
        }
        self.core = core
        self.address = socket.address
        state = Gate(unsafe Running(daemon: daemon, socket: socket))
    }

    deinit { stop(within: .zero) }

    private static func start(_ core: ServerCore, _ socket: ListeningSocket) -> OpaquePointer? {
        // libmicrohttpd closes what it is given on some ways out and not on others; this copy is its own.
        let listener = cl_fcntl_int(socket.descriptor.number, F_DUPFD_CLOEXEC, 0)
        guard listener >= 0 else { return nil }
        let context = unsafe Unmanaged.passRetained(core).toOpaque()
        var callbacks = unsafe cmhd_callbacks(
            context: context, handle: handleRequest, completed: requestCompleted, begin: beginRequest)
        // Its threads inherit the mask: signals are for the thread that asks for them.
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        let daemon = unsafe cmhd_start(
            listener, UInt32(clamping: core.options.requestLimit + ServerLimits.spareConnections), core.idleSeconds,
            ServerLimits.connectionBytes,
            ServerLimits.stackBytes, &callbacks)
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        if unsafe daemon == nil { unsafe Unmanaged<ServerCore>.fromOpaque(context).release() }
        return unsafe daemon
    }

    /// Takes no more requests, lets those under way end until the limit has passed, then breaks their streams.
    ///
    /// Returns whether all of them ended; a handler that is stuck elsewhere is left behind with its thread. The second
    /// call finds nothing to do.
    @discardableResult
    package func stop(within limit: Duration) -> Bool {
        let running = state.withLock { state -> Running? in
            defer { state = nil }
            return state
        }
        guard let running else { return true }
        core.refuseNew()
        running.socket.removeFile()
        let listener = unsafe MHD_quiesce_daemon(running.daemon)
        // Only shut: the thread that accepts may still hold the number, which closing would give to somebody else.
        if listener >= 0 { _ = shutdown(listener, Int32(SHUT_RDWR)) }
        let now = SystemTime.monotonic()
        let wasIdle = core.waitUntilIdle(now + limit)
        if !wasIdle { core.breakAll() }
        // A client that does not read keeps its exchange until its connection is shut, which ending the daemon does;
        // but that waits for every thread, so it happens elsewhere, with a limit.
        let ended = Gate(false)
        Threads.start("server-stop") { [core] in
            unsafe MHD_stop_daemon(running.daemon)
            if listener >= 0 { close(listener) }
            unsafe Unmanaged.passUnretained(core).release()
            ended.withLock { $0 = true }
            ended.wakeAll()
        }
        let deadline = SystemTime.monotonic() + .seconds(2)
        let hasEnded = ended.wait { hasEnded in
            if hasEnded || SystemTime.monotonic() >= deadline { return .done(hasEnded) }
            return .wait(until: deadline)
        }
        return wasIdle && hasEnded
    }
}

private func beginRequest(
    _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context, let target = unsafe target else { return nil }
    let core = unsafe Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
    let bytes = unsafe UnsafeRawBufferPointer(start: target, count: strlen(target))
    return unsafe Unmanaged.passRetained(Exchange(core, target: [UInt8](bytes))).toOpaque()
}

private func handleRequest(
    _: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ uploadSize: UnsafeMutablePointer<Int>?, _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let connection = unsafe connection, let method = unsafe method, let uploadSize = unsafe uploadSize,
        let context = unsafe slot?.pointee
    else { return .NO }
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    let goesOn: Bool
    if exchange.isFresh {
        goesOn = unsafe exchange.takeHead(connection, method: String(cString: method))
    } else if unsafe uploadSize.pointee > 0 {
        goesOn = unsafe exchange.takeBody(connection, UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee))
        unsafe uploadSize.pointee = 0
    } else {
        goesOn = unsafe exchange.takeEnd(connection)
    }
    return goesOn ? .YES : .NO
}

private func requestCompleted(
    _: UnsafeMutableRawPointer?, _: OpaquePointer?, _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    _ code: MHD_RequestTerminationCode
) {
    guard let slot = unsafe slot, let context = unsafe slot.pointee else { return }
    unsafe slot.pointee = nil
    unsafe Unmanaged<Exchange>.fromOpaque(context).takeRetainedValue()
        .complete(code == .REQUEST_TERMINATED_COMPLETED_OK)
}
