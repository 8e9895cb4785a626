internal import CMicroHTTPD  // Swift counts `SHUT_RDWR` as its, because it includes the sockets too.
internal import Core
internal import Glibc

/// What all exchanges of one server share.
final class ServerCore: Sendable {
    let router: Router
    let options: ServerOptions
    let isUnix: Bool

    private struct State {
        var links: [ObjectIdentifier: ExchangeLink] = [:]
        /// Threads that run a streaming handler; they may outlast the exchange that began them.
        var handlers = 0
        var isStopping = false
    }

    private let state = Gate(State())

    init(routes: [Route], options: ServerOptions, isUnix: Bool) {
        router = Router(routes)
        self.options = options
        self.isUnix = isUnix
    }

    var idleSeconds: UInt32 { Self.seconds(options.idleLimit) }
    var bodyIdleSeconds: UInt32 { options.bodyIdleLimit.map(Self.seconds) ?? 0 }

    private static func seconds(_ duration: Duration) -> UInt32 {
        UInt32(clamping: max(1, duration.components.seconds))
    }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Counts an exchange in; false when there are as many as the server takes at once.
    func begin(_ link: ExchangeLink) -> Bool {
        state.withLock { state in
            state.links[ObjectIdentifier(link)] = link
            return state.links.count <= options.requestLimit
        }
    }

    func end(_ link: ExchangeLink) {
        _ = state.withLock { $0.links.removeValue(forKey: ObjectIdentifier(link)) }
        state.wakeAll()
    }

    /// Runs a streaming handler on a thread of its own.
    func startHandler(_ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.handlers += 1 }
        Threads.start("request") { [self] in
            body()
            state.withLock { $0.handlers -= 1 }
            state.wakeAll()
        }
    }

    /// New requests are refused from now on.
    func refuseNew() { state.withLock { $0.isStopping = true } }

    /// Whether nothing is under way any more, waiting until `deadline` for it.
    func waitUntilIdle(_ deadline: Moment) -> Bool {
        state.wait { state in
            if state.links.isEmpty, state.handlers == 0 { return .done(true) }
            return SystemTime.monotonic() >= deadline ? .done(false) : .wait(until: deadline)
        }
    }

    /// Breaks every stream under way, so that whoever waits in one gets a failure.
    func breakAll() {
        let links = state.withLock { Array($0.links.values) }
        for link in links { link.breakOff(Failure(.interrupted, "the server stops")) }
    }
}

/// The ends of one exchange that other threads hold.
final class ExchangeLink: Sendable {
    private struct State {
        var body: BytePipe?
        var reply: ReplyStream?
        var failure: Failure?
        var descriptor: Int32?
    }

    private let state = Gate(State())

    /// The connection's socket, as long as it is open.
    func setDescriptor(_ descriptor: Int32?) { state.withLock { $0.descriptor = descriptor } }

    /// Resets the connection. The lock is held over the system calls, which do not block: without it the number could
    /// by then belong to somebody else's file.
    func reset() {
        state.withLock { state in
            guard let descriptor = state.descriptor else { return }
            // What was written so far goes out first, or the reset would overtake it.
            var yes: Int32 = 1
            unsafe _ = setsockopt(
                descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
            // Dissolving the connection is the one way to a reset while libmicrohttpd still holds the descriptor.
            var nobody = sockaddr()
            nobody.sa_family = sa_family_t(AF_UNSPEC)
            if unsafe connect(descriptor, &nobody, socklen_t(MemoryLayout<sockaddr>.size)) != 0 {
                _ = shutdown(descriptor, Int32(SHUT_RDWR))
            }
        }
    }

    func carry(body: BytePipe) { set { $0.body = body } }
    func carry(reply: ReplyStream) { set { $0.reply = reply } }

    private func set(_ change: (inout State) -> Void) {
        let failure = state.withLock { state -> Failure? in
            change(&state)
            return state.failure
        }
        // The break came before there was anything to break.
        if let failure { breakOff(failure) }
    }

    /// Ends both streams; without effect on a body that has ended.
    func breakOff(_ failure: Failure) {
        let (body, reply) = state.withLock { state in
            state.failure = failure
            return (state.body, state.reply)
        }
        body?.fail(failure)
        reply?.abandon()
    }
}
