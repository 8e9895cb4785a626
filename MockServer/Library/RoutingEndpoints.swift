internal import Core
internal import HTTPServing

/// Delegated routing (`/routing/v1/ipns`), which on the real internet is another server.
struct RoutingEndpoints: Sendable {
    let service: Service

    private static let recordType = "application/vnd.ipfs.ipns-record"

    var all: [Endpoint] {
        [
            Endpoint(.put, "/routing/v1/ipns/:name", body: .streamed, answer: put),
            Endpoint(.get, "/routing/v1/ipns/:name", answer: get),
        ]
    }

    private func put(_ call: Call) throws(Refusal) -> ServerReply {
        let record = try call.wholeBody(limit: MockLimits.jsonBytes)
        let switches = service.switches
        if switches.isRoutingDown || switches.failsRoutingPuts { throw Service.internalError }
        guard !record.isEmpty else { throw Refusal(400, "Empty record") }
        let name = call.parameter("name")
        try service.memory.change { (tables) throws(Refusal) in tables.route(record, under: name) }
        return .document(["ok": true])
    }

    private func get(_ call: Call) throws(Refusal) -> ServerReply {
        let switches = service.switches
        if switches.isRoutingDown { throw Service.internalError }
        let name = call.parameter("name")
        let records = service.memory.read { $0.routing[name]?.records ?? [] }
        guard let record = records.dropLast(switches.routingIsStaleBy).last else {
            return .document(["error": "record not found", "name": .string(name)], status: 404)
        }
        return ServerReply(headers: ["Content-Type": Self.recordType], body: .bytes(record))
    }
}
