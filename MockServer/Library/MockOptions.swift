package import Core

/// Which rate limits the mock enforces.
package enum RateLimitMode: String, Sendable, CaseIterable {
    /// What the service really does: 10 requests a second and 100 a minute per route.
    case real
    /// The figures its authors meant per route, on top of the real ones.
    case strict
    case off
}

/// How a mock starts; most of it can be changed while it runs.
package struct MockOptions: Sendable {
    /// 0 lets the system pick one.
    package var port: UInt16 = 0
    /// Where everything is kept; nil keeps it in memory.
    package var stateFolder: String?
    /// Added before each answer.
    package var latency: Duration = .zero
    package var faults: [FaultRule] = []
    package var rateLimit = RateLimitMode.real
    package var accessTokenLifetime = MockLimits.accessTokenLifetime
    package var refreshTokenLifetime = MockLimits.refreshTokenLifetime
    /// Nil answers test logins with 403, as a production server does.
    package var testSecret: String? = "e2e-test-secret"
    package var quotaBytes: UInt64 = MockLimits.quotaBytes
    /// Objects in memory, when there is no folder.
    package var maxMemory = MockLimits.memory
    package var time: any TimeSource = SystemTime()

    package init() {}

    /// For tests: no rate limits.
    package static var unthrottled: MockOptions {
        var options = MockOptions()
        options.rateLimit = .off
        return options
    }
}
