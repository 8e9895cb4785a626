internal import Core
internal import HTTPServing

/// What anybody may ask.
struct PublicEndpoints: Sendable {
    let service: Service

    var all: [Endpoint] {
        [
            Endpoint(.get, "/") { _ throws(Refusal) in .text("CipherBox API v0.1") },
            Endpoint(.get, "/health") { _ throws(Refusal) in
                let database: JSON = ["database": ["status": "up"]]
                return .document(["status": "ok", "info": database, "error": [:], "details": database])
            },
            Endpoint(.get, "/metrics") { [service] _ throws(Refusal) in
                .text(service.counters.snapshot.prometheus, type: "text/plain; version=0.0.4; charset=utf-8")
            },
        ]
    }
}
