internal import Core
internal import HTTPServing
internal import Synchronization

/// The service's rate limits: a sliding window per route, and a block of one window for whoever exceeds it.
///
/// It keys by client address too; every client of a loopback server has the same one.
final class Throttle: Sendable {
    /// What the service's authors meant for a route, beside the limits that are in force everywhere.
    struct Figures: Sendable {
        let limit: Int
        let window: Duration

        static func perMinute(_ limit: Int) -> Figures { Figures(limit: limit, window: .seconds(60)) }
        static func perQuarterHour(_ limit: Int) -> Figures { Figures(limit: limit, window: .seconds(15 * 60)) }
    }

    private struct Limiter {
        /// Behind the names of its header fields.
        let suffix: String
        let figures: Figures
    }

    private static let real = [
        Limiter(suffix: "-short", figures: Figures(limit: 10, window: .seconds(1))),
        Limiter(suffix: "-medium", figures: Figures(limit: 100, window: .seconds(60))),
    ]

    /// Hits of one limiter on one route.
    private struct Window {
        var hits: [Moment] = []
        var expires = Moment(nanoseconds: 0)
        var blockedUntil: Moment?

        /// Counts a hit unless blocked; the seconds left of a block, if there is one.
        mutating func hit(_ figures: Figures, _ now: Moment) -> Int? {
            if let end = blockedUntil {
                if now < end { return Self.seconds(end - now) }
                blockedUntil = nil
                hits = []
            }
            if expires <= now { expires = now + figures.window }
            hits.removeAll { $0 + figures.window <= now }
            hits.append(now)
            guard hits.count > figures.limit else { return nil }
            blockedUntil = now + figures.window
            return Self.seconds(figures.window)
        }

        static func seconds(_ duration: Duration) -> Int { Int((duration.nanoseconds + 999_999_999) / 1_000_000_000) }
    }

    private struct State {
        var mode: RateLimitMode
        var windows: [String: Window] = [:]
    }

    private let time: any TimeSource
    private let state: Mutex<State>

    init(_ mode: RateLimitMode, _ time: any TimeSource) {
        self.time = time
        state = Mutex(State(mode: mode))
    }

    /// Changing the mode forgets all hits.
    var mode: RateLimitMode {
        get { state.withLock { $0.mode } }
        set { state.withLock { $0 = State(mode: newValue) } }
    }

    enum Verdict {
        /// With these header fields on whatever the answer is.
        case admitted(HeaderFields)
        case refused(ServerReply)
    }

    func admit(_ route: String, _ intended: Figures) -> Verdict {
        let now = time.now
        return state.withLock { state in
            if state.mode == .off { return .admitted([:]) }
            var limiters = Self.real
            if state.mode == .strict { limiters.append(Limiter(suffix: "", figures: intended)) }
            var headers = HeaderFields()
            for limiter in limiters {
                let key = route + limiter.suffix
                var window = state.windows[key] ?? Window()
                let wait = window.hit(limiter.figures, now)
                state.windows[key] = window
                if let wait {
                    headers.append("Retry-After\(limiter.suffix)", "\(wait)")
                    return .refused(Self.refusal(headers))
                }
                let figures = limiter.figures
                headers.append("X-RateLimit-Limit\(limiter.suffix)", "\(figures.limit)")
                headers.append("X-RateLimit-Remaining\(limiter.suffix)", "\(max(0, figures.limit - window.hits.count))")
                headers.append("X-RateLimit-Reset\(limiter.suffix)", "\(Window.seconds(window.expires - now))")
            }
            return .admitted(headers)
        }
    }

    private static func refusal(_ headers: HeaderFields) -> ServerReply {
        var reply = ServerReply.document(
            ["statusCode": 429, "message": "ThrottlerException: Too Many Requests"], status: 429)
        for (name, value) in headers.fields { reply.headers.append(name, value) }
        return reply
    }
}
