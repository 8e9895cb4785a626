package import Core
internal import HTTPServing

/// A CipherBox API that runs anywhere, behaves like the real one, and fails on demand.
///
/// It listens on the loopback address only. All calls may come from any thread that may block.
package final class CipherBoxMock: Sendable {
    private let service: Service
    private let listener: Listener

    private init(_ service: Service, _ listener: Listener) {
        self.service = service
        self.listener = listener
    }

    deinit { stop() }

    /// Serves as soon as it returns; throws when the port is taken or the state cannot be read.
    package static func start(_ options: MockOptions = MockOptions()) throws(Failure) -> CipherBoxMock {
        let service = try Service(options)
        let listener = Listener(service)
        try listener.open(port: options.port)
        return CipherBoxMock(service, listener)
    }

    /// Where it listens, without a slash at the end; the same for its whole life.
    package var url: String { "http://127.0.0.1:\(listener.port)" }

    /// Ends every connection and leaves the state's folder; without effect the second time.
    package func stop() {
        service.pauses.endAll(.broken, closing: true)
        listener.end()
        service.memory.close()
    }

    /// How often each route was asked since the start or the last reset.
    package var counts: RequestCounts { service.counters.snapshot }
    package func resetCounts() { service.counters.reset() }

    package var switches: MockSwitches { service.switches }
    package func change(_ body: (inout MockSwitches) -> Void) { service.change(body) }

    /// Changing it forgets who asked how often.
    package var rateLimit: RateLimitMode {
        get { service.throttle.mode }
        set { service.throttle.mode = newValue }
    }

    /// Moves the mock's clock forward: tokens expire, blocks end.
    package func advanceClock(by step: Duration) { service.time.advance(by: step) }

    package func add(_ rules: FaultRule...) { service.faults.add(rules) }
    package func add(contentsOf rules: [FaultRule]) { service.faults.add(rules) }

    /// Also ends what waits because of one.
    package func clearFaults() {
        service.faults.clear()
        service.pauses.endAll()
    }

    /// Every access token is refused from now on; refresh tokens stay good.
    package func expireAccessTokens() { service.tokens.changeKey() }

    /// Nobody can refresh any more.
    package func dropRefreshTokens() throws(Failure) { try service.dropRefreshTokens() }

    /// Breaks all connections; new ones are taken at once.
    package func dropConnections() throws(Failure) {
        leave()
        try comeBack()
    }

    /// Breaks all connections and refuses new ones, until `comeBack`.
    package func leave() { listener.close() }

    /// Listens again on the same port; without effect when it does.
    package func comeBack() throws(Failure) { try listener.open(port: listener.port) }

    /// CIDs of the objects that can be fetched, in order.
    package var objects: [String] { service.shelf.cids }
    package func object(_ cid: String) throws(Failure) -> [UInt8]? { try service.shelf[cid]?.bytes() }

    /// Whether it was there; who pinned it is charged for it all the same.
    @discardableResult
    package func removeObject(_ cid: String) -> Bool { service.shelf.remove(cid) }

    /// Gives a CID other bytes than its own.
    package func replaceObject(_ cid: String, with bytes: [UInt8]) throws(Failure) {
        try service.shelf.replace(cid, with: bytes)
    }

    /// An identity token for `/auth/login`, as the identity provider would give it to a browser.
    package func makeIDToken(subject: String, email: String? = nil) -> String {
        service.makeIDToken(subject: subject, email: email)
    }
}
