import Core
import MockServer
import Testing
import Transport

@Suite struct ControlTests {
    @Test("the clock goes forward on request, and tokens with it")
    func clock() throws {
        let client = try Client.loggedIn()
        #expect(try client.get("/vault/quota").status == 200)
        let answer = try client.post("/_mock/clock", ["advance": "15m"])
        #expect(answer.status == 200)
        #expect(answer.json?["now"]?.text?.hasSuffix("Z") == true)
        #expect(try client.get("/vault/quota").status == 401)
        #expect(try client.post("/_mock/clock", ["advance": "soon"]).status == 400)
        // As `curl -d` sends it.
        #expect(try client.send("POST", "/_mock/clock", body: Array(#"{"advance":"1s"}"#.utf8)).status == 200)
    }

    @Test("faults are added as lines and as objects, listed with their hits, and cleared")
    func faults() throws {
        let client = try Client()
        let added = try client.post(
            "/_mock/faults", ["GET /health status=503 nth=2", ["route": "/", "kind": "truncate"]])
        #expect(added.status == 201)
        #expect(try [200, 503, 200] == (0..<3).map { _ in try client.get("/health").status })
        let listed = try #require(try client.get("/_mock/faults").json)
        #expect(listed[0]?["matches"] == 3)
        #expect(listed[0]?["hits"] == 1)
        #expect(listed[1]?["kind"] == "truncate")
        #expect(try client.post("/_mock/faults", ["kind": "explode"]).status == 400)
        #expect(try client.send("DELETE", "/_mock/faults").status == 200)
        #expect(try client.get("/_mock/faults").json == [])
        #expect(try client.get("/").status == 200)
    }

    @Test("requests are counted by route and status; those to the mock itself are not")
    func counters() throws {
        let client = try Client.loggedIn()
        _ = try client.get("/vault")
        _ = try client.get("/vault/quota")
        _ = try client.get("/vault/quota")
        #expect(
            try client.get("/_mock/counters").json == [
                "GET /vault": ["404": 1], "GET /vault/quota": ["200": 2], "POST /auth/test-login": ["200": 1],
            ])
        #expect(client.mock.counts.total == 4)
        #expect(try client.send("DELETE", "/_mock/counters").status == 200)
        #expect(try client.get("/_mock/counters").json == [:])
    }

    @Test("all tokens of one kind end on request")
    func tokens() throws {
        let client = try Client.loggedIn()
        let refresh = try #require(client.refreshToken)
        #expect(try client.post("/_mock/tokens", ["expireAccess": true]).status == 200)
        #expect(try client.get("/vault/quota").status == 401)
        let renewed = try client.post("/auth/refresh", ["refreshToken": .string(refresh)])
        #expect(renewed.status == 200)
        client.use(accessToken: renewed.json?["accessToken"]?.text)
        #expect(try client.post("/_mock/tokens", ["dropRefresh": true]).status == 200)
        #expect(try client.get("/vault/quota").status == 200)
        let last = try #require(renewed.json?["refreshToken"])
        #expect(try client.post("/auth/refresh", ["refreshToken": last]).status == 401)
        #expect(try client.post("/_mock/tokens", ["everything": true]).status == 400)
    }

    @Test("an identity token made on request logs in")
    func identityToken() throws {
        let client = try Client()
        let token = try #require(try client.post("/_mock/id-tokens", ["subject": "s"]).json?["idToken"])
        let answer = try client.post(
            "/auth/login", ["idToken": token, "publicKey": .string(SessionTests.key), "loginType": "corekit"])
        #expect(answer.status == 200)
    }

    @Test("switches are shown as they are set, and all of a wrong request is refused")
    func switches() throws {
        let client = try Client()
        let changes: JSON = [
            "latency": "1ms", "accessTokenLifetime": "1m", "refreshTokenLifetime": "1h", "quotaBytes": 7,
            "routingDown": true, "routingPutsFail": true, "routingStaleBy": 2, "omitsSignatures": true,
            "keepsUnpinned": true, "enclaveKeys": false, "rateLimit": "strict",
        ]
        #expect(try client.post("/_mock/switches", changes).json == changes)
        #expect(try client.get("/_mock/switches").json == changes)
        #expect(client.mock.switches.quotaBytes == 7)
        #expect(client.mock.rateLimit == .strict)
        for wrong: JSON in [
            ["quotaBytes": 8, "nonsense": 1], ["quotaBytes": 8, "latency": 5], ["quotaBytes": 8, "rateLimit": "none"],
        ] {
            #expect(try client.post("/_mock/switches", wrong).status == 400)
        }
        #expect(client.mock.switches.quotaBytes == 7)
    }

    @Test("an object can be looked at, replaced by other bytes, and taken away")
    func objects() throws {
        let client = try Client.loggedIn()
        let cid = try #require(try client.upload([1, 2, 3]).json?["cid"]?.text)
        #expect(try client.get("/_mock/objects").json == [.string(cid)])
        #expect(try client.get("/_mock/objects/\(cid)").body == [1, 2, 3])
        #expect(try client.send("PUT", "/_mock/objects/\(cid)", body: [9]).status == 200)
        #expect(try client.get("/ipfs/\(cid)").body == [9])
        #expect(client.mock.objects == [cid])
        #expect(try client.mock.object(cid) == [9])
        #expect(try client.send("PUT", "/_mock/objects/..%2Fx", body: [9]).status == 400)
        #expect(try client.send("DELETE", "/_mock/objects/\(cid)").json == ["success": true])
        #expect(try client.send("DELETE", "/_mock/objects/\(cid)").json == ["success": false])
        #expect(try client.get("/ipfs/\(cid)").status == 404)
        #expect(try client.get("/_mock/objects/\(cid)").status == 404)
    }

    @Test("a mock that left refuses connections until it is back, with everything it knew")
    func absence() throws {
        let client = try Client.loggedIn()
        let url = client.mock.url
        client.mock.leave()
        let failure = #expect(throws: Failure.self) { try client.get("/vault/quota") }
        #expect(failure?.code == .network)
        try client.mock.comeBack()
        #expect(client.mock.url == url)
        #expect(try client.get("/vault/quota").status == 200)
    }

    @Test("a mock leaves for a while on request, and comes back by itself")
    func timedAbsence() throws {
        let client = try Client.loggedIn()
        #expect(try client.post("/_mock/gone", ["for": "150ms"]).status == 200)
        var sawRefusal = false
        let deadline = SystemTime.monotonic() + .seconds(20)
        while SystemTime.monotonic() < deadline {
            do {
                let answer = try client.get("/vault/quota")
                if answer.status == 200, sawRefusal { break }
            } catch {
                sawRefusal = true
            }
        }
        #expect(sawRefusal)
        #expect(try client.get("/vault/quota").status == 200)
    }

    @Test("a restart on request breaks connections and keeps sessions, objects and the port")
    func restart() throws {
        let client = try Client.loggedIn()
        let cid = try #require(try client.upload([1, 2, 3]).json?["cid"]?.text)
        client.mock.add(FaultRule(.delay(.seconds(600)), "GET /health"))
        let request = client.request("GET", "/health")
        let outcome = Gate<FailureCode??>(nil)
        Threads.start("waiting") {
            var code: FailureCode?
            do throws(Failure) { _ = try HTTPConnection(.network).send(request) } catch { code = error.code }
            let result = code
            outcome.withLock { $0 = .some(result) }
            outcome.wakeAll()
        }
        // Once its rule was hit, the request waits in the mock.
        while try client.get("/_mock/faults").json?[0]?["hits"] != 1 {}
        #expect(try client.post("/_mock/restart").status == 200)
        #expect(outcome.wait { outcome in outcome.map { .done($0) } ?? .wait(until: nil) } == .network)
        let deadline = SystemTime.monotonic() + .seconds(20)
        var status: Int?
        while status == nil, SystemTime.monotonic() < deadline {
            status = try? client.get("/ipfs/\(cid)").status
        }
        #expect(status == 200)
    }

    @Test("dropping connections breaks what is under way, stalled or not, and forgets nothing")
    func drop() throws {
        let client = try Client.loggedIn()
        let cid = try #require(try client.upload([UInt8](repeating: 5, count: 100_000)).json?["cid"]?.text)
        client.mock.add(FaultRule(.stallMidBody(.seconds(600)), "GET /ipfs/:cid").from(1))
        let request = client.request("GET", "/ipfs/\(cid)")
        let state = Gate<(received: Int, outcome: FailureCode??)>((0, nil))
        Threads.start("stalled") {
            var outcome: FailureCode?
            do throws(Failure) {
                _ = try HTTPConnection(.network).download(request) { (piece) throws(Failure) in
                    state.withLock { $0.received += piece.count }
                    state.wakeAll()
                }
            } catch {
                outcome = error.code
            }
            let result = outcome
            state.withLock { $0.outcome = .some(result) }
            state.wakeAll()
        }
        state.wait { $0.received == 50_000 ? .done(()) : .wait(until: nil) }
        try client.mock.dropConnections()
        let outcome = state.wait { state in state.outcome.map { .done($0) } ?? .wait(until: nil) }
        #expect(outcome == .network)
        #expect(state.withLock { $0.received } == 50_000)
        #expect(try client.get("/ipfs/\(cid)").body.count == 100_000)
        #expect(client.mock.counts.requests("GET /ipfs/:cid") == 2)
    }
}
