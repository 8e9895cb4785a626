import ContentAddressing
import Core
import Remotes
import Storage
import Testing
import Transport

private func object(_ count: Int, _ seed: UInt8 = 7) -> StoredObject {
    let bytes = [UInt8](repeating: seed, count: count)
    return StoredObject(cid: ObjectCID.cid(of: bytes), kind: 1, bytes: bytes)
}

private func store(_ service: ScriptedService) -> CipherBoxObjectStore {
    CipherBoxObjectStore(CipherBoxAPI(base: "https://api.example.org", service: service), place: "cipherbox")
}

private func code(of body: () async throws -> Void) async -> FailureCode? {
    do { try await body() } catch { return (error as? Failure)?.code ?? .other }
    return nil
}

@Suite struct CipherBoxObjectStoreTests {
    @Test("an upload is a form with one part named 'file' that holds exactly the object")
    func form() async throws {
        let sent = object(1000, 0x0a)
        let service = ScriptedService { call throws(Failure) in
            .json(201, ["cid": JSON(sent.cid.description), "size": "1000", "recorded": true, "new": ["a": 1]])
        }
        try await store(service).put([sent])
        let call = try #require(service.calls.first)
        #expect(service.calls.count == 1)
        #expect(call.route == "POST /ipfs/upload")
        #expect(call.request.url == "https://api.example.org/ipfs/upload")
        #expect(call.request.headers["X-Client-Type"] == "desktop")
        #expect(call.lane == .bulk)
        let type = try #require(call.request.headers["Content-Type"])
        let boundary = try #require(type.split(separator: "boundary=").last)
        let head = Array(
            ("--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"encrypted\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n").utf8)
        let tail = Array("\r\n--\(boundary)--\r\n".utf8)
        #expect(call.request.body == head + sent.bytes + tail)
    }

    @Test(
        "the answered CID decides whether an upload succeeded, in whatever base it is written",
        arguments: [
            ("b", nil), ("z", nil), ("other", .integrity), ("text", .integrity), ("none", .network),
        ] as [(String, FailureCode?)])
    func answeredCID(_ kind: String, _ expected: FailureCode?) async throws {
        let sent = object(100)
        let answer: JSON =
            switch kind {
            case "b": ["cid": JSON(sent.cid.description)]
            case "z": ["cid": JSON(sent.cid.text(in: .base58btc))]
            case "other": ["cid": JSON(object(101).cid.description)]
            case "text": ["cid": "no CID"]
            default: ["recorded": true]
            }
        let service = ScriptedService { _ throws(Failure) in .json(201, answer) }
        #expect(await code { try await store(service).put([sent]) } == expected)
        #expect(service.calls.count == 1)
    }

    @Test(
        "each refusal has its own failure",
        arguments: [
            (400, #"{"message":"File data cannot be empty"}"#, .invalid),
            (401, #"{"message":"Unauthorized"}"#, .notLoggedIn),
            (413, #"{"message":"Storage quota exceeded"}"#, .overLimit),
            (413, #"{"message":"File too large"}"#, .tooLarge),
            (413, "<html>", .tooLarge), (429, "{}", .busy), (500, #"{"message":"IPFS add failed: x"}"#, .network),
            (502, "<html>", .network), (201, "<html>login</html>", .network), (201, "[]", .network),
        ] as [(Int, String, FailureCode)])
    func refusals(_ status: Int, _ body: String, _ expected: FailureCode) async throws {
        #expect(await code { try await store(ScriptedService(status, body)).put([object(10)]) } == expected)
    }

    @Test("what the server would refuse is never sent, nor what comes with it")
    func limits() async throws {
        let service = ScriptedService(500, "")
        #expect(await code { try await store(service).put([object(1), object(0)]) } == .invalid)
        let tooLong = object(RemoteLimits.cipherBoxObjectBytes + 1)
        #expect(await code { try await store(service).put([object(1), tooLong]) } == .tooLarge)
        #expect(service.calls.isEmpty)
        #expect(RemoteLimits.cipherBoxObjectBytes == 104_857_599)
    }

    @Test("a fetched object is compared with its CID, and a range of it is cut here")
    func fetch() async throws {
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
        let cid = ObjectCID.cid(of: bytes)
        let service = ScriptedService { _ throws(Failure) in HTTPResponse(status: 200, body: bytes) }
        let store = store(service)
        #expect(try await store.get(cid) == bytes)
        for range in [0..<0, 0..<1, 5000..<5007, 9_999..<20_000, 10_000..<10_001] {
            #expect(try await store.get(cid, range: range) == Array(bytes[range.clamped(to: 0..<10_000)]))
        }
        let call = try #require(service.calls.first)
        #expect(call.route == "GET /ipfs/:cid")
        #expect(call.request.url == "https://api.example.org/ipfs/\(cid)")
        #expect(call.lane == .interactive)
    }

    @Test(
        "bytes that are not the object are an integrity failure, for a whole one, a range and a question",
        arguments: [0, 1, 299_999, 300_000])
    func forged(_ count: Int) async throws {
        let bytes = [UInt8](repeating: 0, count: count)
        let cid = object(300_000).cid
        let store = store(ScriptedService { _ throws(Failure) in HTTPResponse(status: 200, body: bytes) })
        #expect(await code { _ = try await store.get(cid) } == .integrity)
        #expect(await code { _ = try await store.get(cid, range: 0..<0) } == .integrity)
        #expect(await code { _ = try await store.getMany([cid]) } == .integrity)
        #expect(await code { _ = try await store.has([cid]) } == .integrity)
    }

    @Test("absence is an answer to 'has' and 'getMany', and a failure of 'get'; the order is that of the question")
    func absence() async throws {
        let objects = (1...20).map { object($0) }
        let service = ScriptedService { call throws(Failure) in
            guard let found = objects.first(where: { call.request.url.hasSuffix($0.cid.description) }),
                found.bytes.count.isMultiple(of: 3)
            else { return .json(404, ["message": "File not found"]) }
            return HTTPResponse(status: 200, body: found.bytes)
        }
        let store = store(service)
        let cids = objects.map(\.cid)
        #expect(try await store.has(cids) == objects.map { $0.bytes.count.isMultiple(of: 3) })
        #expect(
            try await store.getMany(cids) == objects.map { $0.bytes.count.isMultiple(of: 3) ? $0.bytes : nil })
        #expect(await code { _ = try await store.get(cids[0]) } == .notFound)
    }

    @Test("a CID that no object has is refused without asking")
    func foreign() async throws {
        let service = ScriptedService(500, "IPFS cat failed")
        let name = try CID.name(ofEd25519Key: [UInt8](repeating: 1, count: 32))
        #expect(await code { _ = try await store(service).get(name) } == .invalid)
        #expect(service.calls.isEmpty)
    }

    @Test("pinning is refused with what to do instead, and unpinning and deleting are the same")
    func pins() async throws {
        let service = ScriptedService(201, #"{"success":true}"#)
        let store = store(service)
        #expect(await code { try await store.pin([object(1).cid]) } == .unsupported)
        try await store.pin([])
        #expect(service.calls.isEmpty)
        try await store.unpin([object(1).cid])
        try await store.delete([object(2).cid])
        #expect(service.calls.map(\.json) == [1, 2].map { ["cid": JSON(object($0).cid.description)] })
        #expect(service.calls.allSatisfy { $0.route == "POST /ipfs/unpin" })
    }

    @Test("no more transfers run at once than allowed, and after a failure no new one begins")
    func parallel() async throws {
        let running = Peak()
        let service = ScriptedService { call throws(Failure) in
            running.enter()
            for _ in 0..<50 { await Task.yield() }
            running.leave()
            return .json(500, [:])
        }
        let objects = (1...100).map { object($0) }
        #expect(await code { try await store(service).put(objects) } == .network)
        #expect(running.peak <= RemoteLimits.parallelTransfers)
        #expect(service.calls.count <= RemoteLimits.parallelTransfers)
    }
}

@Suite struct CipherBoxAPITests {
    private func api(_ status: Int, _ body: String) -> CipherBoxAPI {
        CipherBoxAPI(base: "https://api.example.org", service: ScriptedService(status, body))
    }

    @Test(
        "the quota is read from numbers and from text, and what is missing is worked out",
        arguments: [
            #"{"usedBytes":10,"limitBytes":100,"remainingBytes":90,"more":null}"#,
            #"{"usedBytes":"10","limitBytes":"100","remainingBytes":"90"}"#, #"{"usedBytes":10.0,"limitBytes":100}"#,
        ])
    func quota(_ body: String) async throws {
        let quota = try await api(200, body).quota()
        #expect(quota.usedBytes == 10)
        #expect(quota.limitBytes == 100)
        #expect(quota.remainingBytes == 90)
    }

    @Test(
        "a quota that cannot be read is told, not guessed",
        arguments: [
            (200, "{}", .network), (200, #"{"usedBytes":-1,"limitBytes":5}"#, .network), (401, "{}", .notLoggedIn),
            (500, "{}", .network),
        ] as [(Int, String, FailureCode)])
    func badQuota(_ status: Int, _ body: String, _ expected: FailureCode) async throws {
        #expect(await code { _ = try await api(status, body).quota() } == expected)
    }

    @Test("an account without a vault is told from a question that failed")
    func vault() async throws {
        #expect(try await api(200, "{}").hasVault())
        #expect(try await !api(404, #"{"message":"Vault not found"}"#).hasVault())
        #expect(await code { _ = try await api(500, "{}").hasVault() } == .network)
    }
}
