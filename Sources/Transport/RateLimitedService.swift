package import Core
internal import Synchronization

/// Holds calls back so that a server's limits are not met, and keeps away from a route that answered 429.
///
/// Each route under a rule's prefix has buckets of its own. A call takes its turn when it comes, in the order of arrival;
/// one whose turn lies behind its deadline is `.busy` at once. After 429 the route is closed for everybody as long as the
/// server asks, or for a second.
package final class RateLimitedService: HTTPService {
    package struct Rule: Sendable, Equatable {
        /// Of the route's path, as in `/ipns/`, whatever the method.
        package var prefix: String
        package var count: Int
        package var window: Duration

        package init(prefix: String, count: Int, window: Duration) {
            self.prefix = prefix
            self.count = count
            self.window = window
        }
    }

    private struct Gatekeeper {
        var buckets: [TokenBucket]
        /// The last turn given out: nobody overtakes.
        var lastTurn = Moment(nanoseconds: 0)
        var closedUntil = Moment(nanoseconds: 0)
        /// How often the route was closed.
        var closings = 0
    }

    private let next: any HTTPService
    private let rules: [Rule]
    private let time: any TimeSource
    /// For a 429 that does not say how long: the server's shorter block.
    private static let blockedFor: Duration = .seconds(1)
    private let keepers = Mutex<[String: Gatekeeper]>([:])

    /// The server's limits are 10 in a second and 100 in a minute for each route; what is on its way may arrive closer
    /// together than it went out, hence 8 and 90.
    package static let cipherBox = [
        Rule(prefix: "/ipns/", count: 8, window: .seconds(1)), Rule(prefix: "/ipns/", count: 90, window: .seconds(60)),
    ]

    package init(_ next: any HTTPService, rules: [Rule] = RateLimitedService.cipherBox, time: any TimeSource) {
        self.next = next
        self.rules = rules
        self.time = time
    }

    package func send(_ call: HTTPCall) async throws(Failure) -> HTTPResponse {
        let deadline = time.now + call.deadline
        try await waitForTurn(call, deadline)
        var late = call
        late.deadline = deadline - time.now
        let response = try await next.send(late)
        if response.status == 429 { close(call.route, response.retryAfter ?? Self.blockedFor) }
        return response
    }

    private func waitForTurn(_ call: HTTPCall, _ deadline: Moment) async throws(Failure) {
        while true {
            let (turn, closings) = try takeTurn(call.route, at: time.now, deadline)
            while turn > time.now { try await time.sleep(for: turn - time.now) }
            // Turns given out before the route was closed are void: else all would go when it opens.
            if keepers.withLock({ $0[call.route]?.closings == closings }) { return }
        }
    }

    /// The moment of the call's turn, which counts as used.
    private func takeTurn(
        _ route: String, at now: Moment, _ deadline: Moment
    ) throws(Failure) -> (Moment, closings: Int) {
        let path = route.split(separator: " ", maxSplits: 1).last.map(String.init) ?? route
        let rules = rules.filter { path.utf8.starts(with: $0.prefix.utf8) }
        let turn = keepers.withLock { keepers -> (Moment, closings: Int)? in
            var keeper =
                keepers[route]
                ?? Gatekeeper(buckets: rules.map { TokenBucket(count: $0.count, window: $0.window) })
            var turn = max(now, keeper.closedUntil)
            // A route without a rule is still closed by a 429, but nobody queues there.
            if !rules.isEmpty { turn = max(turn, keeper.lastTurn) }
            for bucket in keeper.buckets { turn = max(turn, bucket.earliest(at: turn)) }
            guard turn < deadline else { return nil }
            for index in keeper.buckets.indices { keeper.buckets[index].take(at: turn) }
            keeper.lastTurn = turn
            keepers[route] = keeper
            return (turn, keeper.closings)
        }
        guard let turn else { throw Self.busy(route) }
        return turn
    }

    private func close(_ route: String, _ duration: Duration) {
        let now = time.now
        let end = now + duration
        keepers.withLock { keepers in
            var keeper = keepers[route] ?? Gatekeeper(buckets: [])
            keeper.closedUntil = max(keeper.closedUntil, end)
            keeper.closings += 1
            keeper.lastTurn = now
            for index in keeper.buckets.indices { keeper.buckets[index].forget(after: now) }
            keepers[route] = keeper
        }
    }

    private static func busy(_ route: String) -> Failure {
        Failure(.busy, "the server's limit for \(route) is reached", advice: "try again in a minute")
    }
}
