/// What can be changed while the mock runs.
package struct MockSwitches: Sendable, Equatable {
    /// Added before each answer.
    package var latency: Duration = .zero
    package var accessTokenLifetime: Duration = MockLimits.accessTokenLifetime
    package var refreshTokenLifetime: Duration = MockLimits.refreshTokenLifetime
    package var quotaBytes: UInt64 = MockLimits.quotaBytes
    /// Name routing cannot be asked nor told: answers come from the database, published records get lost.
    package var isRoutingDown = false
    /// Only publishing to routing fails: resolving gives the record before.
    package var failsRoutingPuts = false
    /// Routing answers with the record this many publications ago.
    package var routingIsStaleBy = 0
    /// Answers to a resolve come without signature, as for records that do not carry their key.
    package var omitsSignatures = false
    /// Unpinned objects can still be fetched, as before a garbage collection.
    package var keepsUnpinned = false
    /// The vault's answer names a key of the republishing enclave.
    package var hasEnclaveKeys = true

    package init() {}

    init(_ options: MockOptions) {
        latency = options.latency
        accessTokenLifetime = options.accessTokenLifetime
        refreshTokenLifetime = options.refreshTokenLifetime
        quotaBytes = options.quotaBytes
    }
}
