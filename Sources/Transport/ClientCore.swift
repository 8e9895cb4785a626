internal import CCurl
internal import Core
internal import Synchronization

/// What callers and the client's thread share: the lanes, and who wants to go on.
final class ClientCore: Sendable {
    private struct State {
        var interactive: LaneQueue
        var bulk: LaneQueue
        /// Exchanges whose task has made room or brought more to send.
        var resumed: [Exchange] = []
        var multi: MultiHandle?
        var isClosed = false

        mutating func withLane<Result>(_ lane: Lane, _ body: (inout LaneQueue) -> Result) -> Result {
            switch lane {
            case .interactive: body(&interactive)
            case .bulk: body(&bulk)
            }
        }
    }

    /// What the thread has to do next.
    struct Agenda {
        var started: [Exchange] = []
        var resumed: [Exchange] = []
        /// They ended while they waited.
        var dropped: [Exchange] = []
        /// The earliest deadline of those that wait.
        var nextLook: Moment?
        var isClosed = false
    }

    private let state: Mutex<State>
    private let peer: HTTPPeer
    private let limits: ClientLimits

    init(_ peer: HTTPPeer, _ limits: ClientLimits) {
        self.peer = peer
        self.limits = limits
        state = Mutex(State(interactive: LaneQueue(limits.interactive), bulk: LaneQueue(limits.bulk)))
    }

    /// Puts a call into its lane; throws when that is full or the client is closed.
    func submit(_ exchange: Exchange) throws(Failure) {
        let multi = try runningMulti()
        enum Answer { case taken, full, closed }
        let answer = state.withLock { state -> Answer in
            if state.isClosed { return .closed }
            return state.withLane(exchange.call.lane) { $0.add(exchange) } ? .taken : .full
        }
        switch answer {
        case .taken: multi.wake()
        case .closed: throw Self.closed
        case .full:
            throw Failure(
                .busy, "too many requests wait for the network (\(exchange.call.lane.rawValue))",
                advice: "try again in a moment")
        }
    }

    /// The set of transfers, made with its thread at the first call.
    private func runningMulti() throws(Failure) -> MultiHandle {
        if let multi = state.withLock({ $0.multi }) { return multi }
        // Made outside the lock; of two first callers one throws its own away.
        let fresh = try MultiHandle(keptConnections: limits.transfers)
        let (multi, isFirst) = state.withLock { state -> (MultiHandle, Bool) in
            if let multi = state.multi { return (multi, false) }
            state.multi = fresh
            return (fresh, true)
        }
        if isFirst {
            Threads.start("http") { [self] in
                var loop = ClientLoop(self, multi, peer, keptHandles: limits.transfers)
                loop.run()
            }
        }
        return multi
    }

    func wake() { state.withLock { $0.multi }?.wake() }

    func resume(_ exchange: Exchange) {
        state.withLock { $0.resumed.append(exchange) }
        wake()
    }

    /// Ends a call at once, wherever it is.
    func end(_ exchange: Exchange, _ failure: Failure) {
        exchange.finish(.failure(failure))
        exchange.relay?.abandon()
        wake()
    }

    /// Ends all calls, then the thread; calls to come are refused.
    func close() {
        state.withLock { $0.isClosed = true }
        wake()
    }

    static let closed = Failure(.interrupted, "the HTTP client is closed")

    /// A transfer has ended: its place is free.
    func release(_ exchange: Exchange) { state.withLock { $0.withLane(exchange.call.lane) { $0.end(exchange) } } }

    func agenda(at now: Moment) -> Agenda {
        state.withLock { state in
            var agenda = Agenda()
            agenda.isClosed = state.isClosed
            agenda.resumed = state.resumed
            state.resumed = []
            for lane in Lane.allCases {
                state.withLane(lane) { queue in
                    if agenda.isClosed { return agenda.dropped += queue.takeAll() }
                    agenda.dropped += queue.takeEnded(at: now)
                    while let exchange = queue.start() { agenda.started.append(exchange) }
                    for exchange in queue.waiting {
                        agenda.nextLook = min(agenda.nextLook ?? exchange.deadline, exchange.deadline)
                    }
                }
            }
            return agenda
        }
    }
}
