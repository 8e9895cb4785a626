import Core
import MockServer
import Testing
import Transport

@Suite struct FaultTests {
    static let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) }

    /// A client with one object uploaded.
    private func stocked() throws -> (Client, path: String) {
        let client = try Client.loggedIn()
        let cid = try #require(try client.upload(Self.bytes).json?["cid"]?.text)
        client.mock.resetCounts()
        return (client, "/ipfs/\(cid)")
    }

    /// The bytes that arrived before the failure, and the failure.
    private func fetch(
        _ client: Client, _ path: String, total: Duration = .seconds(30)
    ) throws -> (received: Int, failure: Failure?) {
        var request = client.request("GET", path)
        request.limits.total = total
        var received = 0
        do throws(Failure) {
            _ = try HTTPConnection(.network).download(request) { (piece) throws(Failure) in received += piece.count }
            return (received, nil)
        } catch {
            return (received, error)
        }
    }

    @Test("a made-up status has the body and the header fields that the rule gives it")
    func status() throws {
        let (client, path) = try stocked()
        client.mock.add(
            FaultRule(.status(503, headers: ["Retry-After": "2"], body: nil), "GET /ipfs/:cid").from(1),
            FaultRule(.status(418, headers: [:], body: Array("pot".utf8)), "GET /ipfs/:cid").from(1, count: 2))
        let first = try client.get(path)
        #expect(first.status == 503)
        #expect(first.headers["Retry-After"] == "2")
        #expect(first.json?["statusCode"] == 503)
        let second = try client.get(path)
        #expect(second.status == 418)
        #expect(second.text == "pot")
        #expect(try client.get(path).status == 200)
        #expect(client.mock.counts.requests("GET /ipfs/:cid") == 3)
        #expect(client.mock.counts.answers("GET /ipfs/:cid", 503) == 1)
    }

    @Test("a rule goes by method, route, path and prefix, and by the number of the request")
    func matching() throws {
        let client = try Client.loggedIn()
        func statuses(_ rule: FaultRule, _ routes: [String]) throws -> [Int] {
            client.mock.clearFaults()
            client.mock.add(rule)
            return try routes.map { route in
                let words = route.split(separator: " ").map(String.init)
                return try client.send(words[0], words[1]).status
            }
        }
        let routes = ["GET /health", "GET /vault/quota", "POST /ipfs/unpin", "GET /ipfs/nonsense", "GET /health"]
        #expect(try statuses(.status(599), routes) == [599, 599, 599, 599, 599])
        #expect(try statuses(.status(599, "GET /health"), routes) == [599, 200, 400, 500, 599])
        #expect(try statuses(.status(599, "POST *"), routes) == [200, 200, 599, 500, 200])
        #expect(try statuses(.status(599, "/ipfs/*"), routes) == [200, 200, 599, 599, 200])
        #expect(try statuses(.status(599, "/ipfs/:cid"), routes) == [200, 200, 400, 599, 200])
        #expect(try statuses(.status(599, "GET *").from(2, count: 2), routes) == [200, 599, 400, 599, 200])
        #expect(try statuses(.status(599).from(3, count: nil), routes) == [200, 200, 599, 599, 599])
    }

    @Test("chance is the same for the same seed, and about as often as asked for")
    func chance() throws {
        func hits(_ seed: UInt64) throws -> [Bool] {
            let client = try Client()
            var rule = FaultRule.status(500, "GET /health")
            (rule.probability, rule.seed) = (0.25, seed)
            client.mock.add(rule)
            return try (0..<400).map { _ in try client.get("/health").status == 500 }
        }
        let first = try hits(7)
        #expect(try hits(7) == first)
        #expect(try hits(8) != first)
        #expect((60...140).contains(first.count { $0 }))
    }

    @Test(
        "a reset before the answer leaves nothing, and nothing done unless the rule says so", arguments: [false, true])
    func reset(isCarriedOut: Bool) throws {
        let client = try Client.loggedIn()
        var rule = FaultRule(.reset, "POST /ipfs/upload")
        rule.isCarriedOut = isCarriedOut
        client.mock.add(rule.from(1))
        // On a connection of its own: over one used before, libcurl would try once more by itself.
        let failure = #expect(throws: Failure.self) {
            try client.upload([1, 2, 3], on: HTTPConnection(.network))
        }
        #expect(failure?.code == .network)
        #expect(client.mock.objects.count == (isCarriedOut ? 1 : 0))
        #expect(client.mock.counts.answers("POST /ipfs/upload", 0) == 1)
        #expect(try client.upload([1, 2, 3]).status == 201)
    }

    @Test("a reset in the middle of a large upload breaks it")
    func resetUpload() throws {
        let client = try Client.loggedIn()
        client.mock.add(FaultRule(.reset, "POST /ipfs/upload").from(1))
        let failure = #expect(throws: Failure.self) { try client.streamFile(zeros: 20 << 20) }
        #expect(failure?.code == .network)
        #expect(try client.streamFile(zeros: 1 << 20).status == 201)
    }

    static let broken: [(kind: FaultRule.Kind, offset: Int?, received: Int)] = [
        (.resetAfterHeaders, nil, 0), (.resetMidBody, nil, 100_000), (.resetMidBody, 199_999, 199_999),
        (.truncate, nil, 100_000), (.truncate, 0, 0), (.truncate, 1, 1),
        (.truncate, 500_000, 199_999),
    ]

    @Test("a broken body ends where the rule says, and never looks whole", arguments: broken)
    func brokenBodies(example: (kind: FaultRule.Kind, offset: Int?, received: Int)) throws {
        let (client, path) = try stocked()
        var rule = FaultRule(example.kind, "GET /ipfs/:cid")
        rule.offset = example.offset
        client.mock.add(rule.from(1))
        let (received, failure) = try fetch(client, path)
        #expect(failure?.code == .network)
        if example.kind == .truncate {
            #expect(received == example.received)
        } else {
            // A reset may overtake what was sent before it.
            #expect(received <= example.received)
        }
        #expect(try fetch(client, path).received == Self.bytes.count)
    }

    @Test("a flipped bit is one bit at the place asked for", arguments: [nil, 0, 131_072, 199_999])
    func flip(offset: Int?) throws {
        let (client, path) = try stocked()
        var rule = FaultRule(.flip, "GET /ipfs/:cid")
        rule.offset = offset
        client.mock.add(rule.from(1))
        let answer = try client.get(path)
        #expect(answer.status == 200)
        let different = zip(answer.body, Self.bytes).enumerated().filter { $1.0 != $1.1 }
        #expect(different.map(\.offset) == [offset ?? 100_000])
        #expect(different.first.map { $0.element.0 ^ $0.element.1 } == 1)
        #expect(answer.body.count == Self.bytes.count)
        #expect(try client.get(path).body == Self.bytes)
    }

    @Test("what stalls can be waited out or given up, and clearing the rules lets it go on")
    func stalls() throws {
        let (client, path) = try stocked()
        client.mock.add(FaultRule(.stallMidBody(.seconds(600)), "GET /ipfs/:cid").from(1))
        let (received, failure) = try fetch(client, path, total: .seconds(1))
        #expect(failure?.code == .timedOut)
        #expect(received == 100_000)
        client.mock.add(FaultRule(.delay(.seconds(600)), "GET /ipfs/:cid").from(1))
        #expect(try fetch(client, path, total: .milliseconds(200)).failure?.code == .timedOut)
        client.mock.clearFaults()
        client.mock.add(FaultRule(.stallMidBody(.seconds(600)), "GET /ipfs/:cid").from(1))
        var request = client.request("GET", path)
        request.limits.total = .seconds(30)
        var pieces = 0
        var body: [UInt8] = []
        _ = try HTTPConnection(.network).download(request) { (piece) throws(Failure) in
            body += piece
            pieces += 1
            if body.count == 100_000 { client.mock.clearFaults() }
        }
        #expect(pieces > 1)
        #expect(body == Self.bytes)
    }

    @Test("a delay lasts as long as the rule says, by the clock of the options")
    func delay() throws {
        let time = ManualTime()
        var options = MockOptions.unthrottled
        options.time = time
        let client = try Client(options)
        client.mock.add(FaultRule(.delay(.seconds(5)), "GET /health").from(1))
        let answer = Gate<Int?>(nil)
        let request = client.request("GET", "/health")
        Threads.start("delayed") {
            let status = (try? HTTPConnection(.network).send(request).status) ?? -1
            answer.withLock { $0 = status }
            answer.wakeAll()
        }
        // Advancing before the request has come does nothing for it, so the clock goes on until it is answered.
        while answer.withLock({ $0 == nil }) { time.advance(by: .milliseconds(100)) }
        #expect(answer.withLock { $0 } == 200)
        #expect(time.now.nanoseconds >= 6_000_000_000)
    }

    @Test("an expired token is one 401, whatever the token")
    func expireToken() throws {
        let client = try Client.loggedIn()
        client.mock.add(FaultRule(.expireToken, "GET /vault/quota").from(2))
        let statuses = try (0..<3).map { _ in try client.get("/vault/quota").status }
        #expect(statuses == [200, 401, 200])
    }

    static let lines: [(line: String, json: String)] = [
        (
            "GET /ipfs/:cid reset-mid-body nth=2 count=3",
            #"{"route":"GET /ipfs/:cid","kind":"reset-mid-body","nth":2,"count":3}"#
        ),
        (
            "* status=503 header=Retry-After:1 body=busy",
            #"{"route":"*","kind":"status","status":503,"headers":{"Retry-After":"1"},"body":"busy"}"#
        ),
        (
            "/ipns/* delay=250ms probability=0.5 seed=9",
            #"{"route":"/ipns/*","kind":"delay","for":"250ms","probability":0.5,"seed":9}"#
        ),
        ("POST * stall for=2s carried-out", #"{"route":"POST *","kind":"stall","for":"2s","carriedOut":true}"#),
        ("GET /vault flip at=3", #"{"route":"GET /vault","kind":"flip","at":3}"#),
        ("/x stall-mid-body", #"{"route":"/x","kind":"stall-mid-body"}"#),
        ("/x expire-token nth=4", #"{"route":"/x","kind":"expire-token","nth":4}"#),
        ("/x truncate", #"{"route":"/x","kind":"truncate"}"#), ("/x reset", #"{"route":"/x","kind":"reset"}"#),
        ("/x reset-after-headers", #"{"route":"/x","kind":"reset-after-headers"}"#),
    ]

    @Test("a rule is the same as a line, as JSON, and as JSON written from it", arguments: lines)
    func forms(example: (line: String, json: String)) throws {
        let fromLine = try FaultRule(parsing: example.line)
        let fromJSON = try FaultRule(JSON(parsing: example.json))
        #expect(fromLine == fromJSON)
        #expect(try FaultRule(fromLine.json) == fromLine)
    }

    @Test(
        "what is no rule is refused",
        arguments: [
            "", "GET", "reset", "GET /x", "/x explode", "/x status=99", "/x status=none", "/x delay", "/x delay=soon",
            "/x reset nth=0", "/x reset count=0", "/x reset probability=2", "/x reset at=-1", "/x reset nht=1",
            "GET POST /x reset",
        ])
    func refusals(line: String) {
        let failure = #expect(throws: Failure.self) { try FaultRule(parsing: line) }
        #expect(failure?.code == .invalid)
    }
}
