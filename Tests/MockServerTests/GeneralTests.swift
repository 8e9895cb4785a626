import Core
import MockServer
import Testing
import Transport

@Suite struct GeneralTests {
    @Test("anybody may ask what it is, how it is, and what it did")
    func publicAddresses() throws {
        let client = try Client()
        let root = try client.get("/")
        #expect(root.status == 200)
        #expect(root.text == "CipherBox API v0.1")
        let health = try client.get("/health")
        let database: JSON = ["database": ["status": "up"]]
        #expect(health.json == ["status": "ok", "info": database, "error": [:], "details": database])
        let metrics = try client.get("/metrics")
        #expect(metrics.headers["Content-Type"]?.hasPrefix("text/plain") == true)
        #expect(
            metrics.text.contains("\nhttp_requests_total{method=\"GET\",route=\"/health\",status=\"200\"} 1\n"))
    }

    @Test(
        "an address that is not there is 404, whatever the method",
        arguments: [
            "GET /nope", "POST /health", "DELETE /ipfs/bafkreia", "GET /shares/received",
            "POST /device-approval/request", "PATCH /vault", "GET /admin/republish-health",
        ])
    func unknown(route: String) throws {
        let client = try Client.loggedIn()
        let words = route.split(separator: " ").map(String.init)
        let answer = try client.send(words[0], words[1])
        #expect(answer.status == 404)
        #expect(
            answer.json == ["message": .string("Cannot \(route)"), "error": "Not Found", "statusCode": 404])
    }

    @Test("HEAD answers as GET without a body")
    func head() throws {
        let answer = try Client().send("HEAD", "/health")
        #expect(answer.status == 200)
        #expect(answer.body.isEmpty)
    }

    static let sizes = [(102_400, 401), (102_401, 413)]

    @Test("a JSON body has at most 100 kB, which is checked before anything else", arguments: sizes)
    func bodyLimit(example: (count: Int, status: Int)) throws {
        let client = try Client()
        let frame = #"{"a":""}"#.utf8.count
        let body = Array(#"{"a":""#.utf8) + [UInt8](repeating: 0x78, count: example.count - frame) + Array(#""}"#.utf8)
        let answer = try client.send(
            "POST", "/ipns/publish-batch", headers: ["Content-Type": "application/json"], body: body)
        #expect(answer.status == example.status)
        if example.status == 413 {
            #expect(answer.json == ["message": "request entity too large", "statusCode": 413])
        }
    }

    @Test("what is no JSON object or array is 400", arguments: ["null", "1", "\"x\"", "{", "{]", "nonsense"])
    func malformed(body: String) throws {
        let client = try Client.loggedIn()
        let answer = try client.send(
            "POST", "/vault/init", headers: ["Content-Type": "application/json"], body: Array(body.utf8))
        #expect(answer.status == 400)
        #expect(answer.messages.first?.hasPrefix("Unexpected token in JSON") == true)
    }

    @Test("a body that does not say it is JSON, and an array, read as an object without properties")
    func notJSON() throws {
        let client = try Client.loggedIn()
        for (type, body) in [("text/plain", #"{"cid":"x"}"#), ("application/json", "[1]"), ("application/json", "")] {
            let answer = try client.send(
                "POST", "/ipfs/unpin", headers: ["Content-Type": type], body: Array(body.utf8))
            #expect(answer.messages == ["cid must be a string", "cid should not be empty"])
        }
    }
}
