package import Core

/// Tries calls again that failed for a reason that may pass.
///
/// Again go thrown failures whose row says `later`, and the statuses 408, 429, 500, 502, 503 and 504: all of them only if
/// the call may be repeated, but 429 always, since the server did not carry it out. `.interrupted` never goes again: the
/// caller ended it. A pause that would not end before the call's deadline is not begun; the last outcome is returned.
package struct RetryingService: HTTPService {
    /// How often, and how long apart.
    package struct Policy: Sendable, Equatable {
        package var tries: Int
        /// Before the second try; doubled for each further one.
        package var firstPause: Duration
        package var longestPause: Duration

        /// 0.25 + 0.5 + 1 + 2 s: a restart of a server behind a balancer takes about as long.
        package init(
            tries: Int = 5, firstPause: Duration = .milliseconds(250), longestPause: Duration = .seconds(10)
        ) {
            self.tries = tries
            self.firstPause = firstPause
            self.longestPause = longestPause
        }

        /// The pause behind try number `attempt` (from 1), between half and all of its length as `fraction` (0..<1) says.
        func pause(after attempt: Int, fraction: Double) -> Duration {
            // Thirty doublings exceed any longest pause; more would overflow.
            let full = min(firstPause * (1 << min(attempt - 1, 30)), longestPause)
            return full * (0.5 + 0.5 * fraction)
        }
    }

    private let next: any HTTPService
    private let policy: Policy
    private let time: any TimeSource
    private let random: @Sendable () -> Double

    /// `random` gives numbers from 0 up to but not including 1.
    package init(
        _ next: any HTTPService, policy: Policy = Policy(), time: any TimeSource,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.next = next
        self.policy = policy
        self.time = time
        self.random = random
    }

    package func send(_ call: HTTPCall) async throws(Failure) -> HTTPResponse {
        let deadline = time.now + call.deadline
        var attempt = 1
        while true {
            var call = call
            call.deadline = deadline - time.now
            let outcome = await outcome(of: call)
            guard attempt < policy.tries, mayGoAgain(outcome, call) else { return try outcome.get() }
            var pause = policy.pause(after: attempt, fraction: random())
            // On top of what the server asks: all its clients were told the same moment.
            if let asked = (try? outcome.get())?.retryAfter { pause += asked }
            guard time.now + pause < deadline else { return try outcome.get() }
            try await time.sleep(for: pause)
            attempt += 1
        }
    }

    private func outcome(of call: HTTPCall) async -> Result<HTTPResponse, Failure> {
        do throws(Failure) { return .success(try await next.send(call)) } catch { return .failure(error) }
    }

    private func mayGoAgain(_ outcome: Result<HTTPResponse, Failure>, _ call: HTTPCall) -> Bool {
        switch outcome {
        case .success(let response):
            switch response.status {
            case 429: true
            case 408, 500, 502, 503, 504: call.mayRepeat
            default: false
            }
        case .failure(let failure):
            call.mayRepeat && failure.code.row.retry == .later && failure.code != .interrupted
        }
    }
}
