import Core
import MockServer
import Testing
import Transport

@Suite struct ContentTests {
    /// Lengths with the CIDs and DAG sizes that Kubo gives for as many zeros.
    static let zeros: [(count: Int, cid: String, size: Int)] = [
        (262_144, "bafkreiekhhjkxu4ztk3tyng3er3ijhg56mb44oe3gwbgquhzu4afrg2ksa", 262_144),
        (262_145, "bafybeigllfqgfpqydppr6cmv56g7ax4wyhruzswvcefv6j5kj77nzttfki", 262_249),
        (300_000, "bafybeieb4dp5tj5rew3jhfqqsoyfx77y3ovw2xcdhelmp5hyot3xi3wjwu", 300_108),
        (1_048_576, "bafybeiggzq4ryi7hscq5hzvzcnk4urnxt3asp37dhgvnjilf7exskximla", 1_048_784),
    ]

    @Test("an upload answers 201 with the CID and the DAG size that Kubo has, and comes back whole", arguments: zeros)
    func uploads(zeros: (count: Int, cid: String, size: Int)) throws {
        let client = try Client.loggedIn()
        let bytes = [UInt8](repeating: 0, count: zeros.count)
        let answer = try client.upload(bytes)
        #expect(answer.status == 201)
        #expect(answer.json == ["cid": .string(zeros.cid), "size": JSON(zeros.size), "recorded": true])
        try client.logIn("bob@test.local")
        let fetched = try client.get("/ipfs/\(zeros.cid)")
        #expect(fetched.status == 200)
        #expect(fetched.headers["Content-Type"] == "application/octet-stream")
        #expect(fetched.headers["Content-Length"] == "\(zeros.count)")
        #expect(fetched.body == bytes)
    }

    @Test("there are no ranges: whoever asks for a part gets the whole")
    func ranges() throws {
        let client = try Client.loggedIn()
        let cid = try #require(try client.upload(Array("hello world".utf8)).json?["cid"]?.text)
        #expect(cid == "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")
        let answer = try client.send("GET", "/ipfs/\(cid)", headers: ["Range": "bytes=0-3"])
        #expect(answer.status == 200)
        #expect(answer.text == "hello world")
    }

    @Test("a form arrives the same however its bytes are cut", arguments: [1, 2, 3, 7, 64, 5000])
    func pieces(step: Int) throws {
        let client = try Client.loggedIn()
        // Fronts of the delimiter inside the file, and one at its very end.
        let bytes = Array("\r\n--Xy\r\n--XyY\r\r\n\r\n-\r\n--X".utf8) + [0, 0x0d]
        let form = Array("preamble\r\n--XyZ\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nfor you\r\n".utf8)
        let answer = try client.stream(form + Form.file(bytes), step: step)
        #expect(answer.status == 201)
        let cid = try #require(answer.json?["cid"]?.text)
        #expect(try client.get("/ipfs/\(cid)").body == bytes)
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let type: String
        let body: String
        let status: Int
        let message: String
    }

    static let wrong = [
        Wrong(
            testDescription: "no form", type: "application/json", body: "{}", status: 400,
            message: "File is required"),
        Wrong(
            testDescription: "a form without boundary", type: "multipart/form-data", body: "x", status: 400,
            message: "Multipart: Boundary not found"),
        Wrong(
            testDescription: "an empty form", type: "multipart/form-data; boundary=b", body: "--b--\r\n",
            status: 400, message: "File is required"),
        Wrong(
            testDescription: "a text field", type: "multipart/form-data; boundary=b",
            body: "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\ntext\r\n--b--\r\n", status: 400,
            message: "File is required"),
        Wrong(
            testDescription: "another part name", type: "multipart/form-data; boundary=\"b\"",
            body: "--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"f\"\r\n\r\nx\r\n--b--\r\n",
            status: 400, message: "Unexpected field - data"),
        Wrong(
            testDescription: "two files", type: "multipart/form-data; boundary=b",
            body: "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nx\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"g\"\r\n\r\ny\r\n--b--\r\n",
            status: 400, message: "Unexpected field - file"),
        Wrong(
            testDescription: "an empty file", type: "multipart/form-data; boundary=b",
            body: "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n\r\n--b--\r\n",
            status: 400, message: "File data cannot be empty"),
        Wrong(
            testDescription: "a form cut short", type: "multipart/form-data; boundary=b",
            body: "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nabc",
            status: 400, message: "Unexpected end of form"),
    ]

    @Test("a form that holds not exactly one file is refused, and leaves nothing behind", arguments: wrong)
    func refusals(wrong: Wrong) throws {
        let client = try Client.loggedIn()
        let answer = try client.send(
            "POST", "/ipfs/upload", headers: ["Content-Type": wrong.type], body: Array(wrong.body.utf8))
        #expect(answer.status == wrong.status)
        #expect(answer.messages == [wrong.message])
        #expect(client.mock.objects.isEmpty)
        #expect(try client.get("/vault/quota").json?["usedBytes"] == 0)
    }

    @Test("a file of 100 MiB is refused, one byte less is taken", arguments: [0, 1])
    func limit(missing: Int) throws {
        let client = try Client.loggedIn()
        let count = MockLimits.uploadBytes - missing
        let answer = try client.streamFile(zeros: count)
        if missing == 0 {
            #expect(answer.status == 413)
            #expect(
                answer.json == ["message": "File too large", "error": "Payload Too Large", "statusCode": 413])
            #expect(client.mock.objects.isEmpty)
        } else {
            #expect(answer.status == 201)
            #expect(try client.get("/vault/quota").json?["usedBytes"] == answer.json?["size"])
        }
    }

    @Test("what exceeds the quota is refused, also when it is there already", arguments: [99, 100, 101])
    func quota(count: Int) throws {
        let client = try Client.loggedIn()
        client.mock.change { $0.quotaBytes = 200 }
        #expect(try client.upload([UInt8](repeating: 1, count: 100)).status == 201)
        let answer = try client.upload([UInt8](repeating: 2, count: count))
        #expect(answer.status == (count <= 100 ? 201 : 413))
        if count > 100 { #expect(answer.messages == ["Storage quota exceeded"]) }
        client.mock.change { $0.quotaBytes = 199 }
        #expect(try client.upload([UInt8](repeating: 1, count: 100)).status == 413)
    }

    @Test("an upload without login is refused before it is sent when the client asks first")
    func earlyRefusal() throws {
        let client = try Client()
        var asked = 0
        let request = client.request(
            "POST", "/ipfs/upload", headers: ["Content-Type": "multipart/form-data; boundary=b"])
        let answer = try HTTPConnection(.network).upload(request, length: 50 << 20) { () throws(Failure) in
            asked += 1
            return [UInt8](repeating: 0, count: 1 << 20)[...]
        }
        #expect(answer.status == 401)
        #expect(asked == 0)
        #expect(client.mock.counts.answers("POST /ipfs/upload", 401) == 1)
    }

    @Test("memory for objects has a limit, which unpinning moves away from")
    func memoryLimit() throws {
        var options = MockOptions.unthrottled
        options.maxMemory = ByteCount(1000)
        let client = try Client.loggedIn(options)
        let cid = try #require(try client.upload([UInt8](repeating: 1, count: 600)).json?["cid"])
        let full = try client.upload([UInt8](repeating: 2, count: 401))
        #expect(full.status == 500)
        #expect(full.messages.first?.hasPrefix("IPFS add failed: ") == true)
        #expect(try client.upload([UInt8](repeating: 2, count: 400)).status == 201)
        _ = try client.post("/ipfs/unpin", ["cid": cid])
        #expect(try client.upload([UInt8](repeating: 3, count: 600)).status == 201)
    }

    @Test("an unpinned object is gone, unless the switch keeps it; unpinning twice succeeds")
    func unpinning() throws {
        let client = try Client.loggedIn()
        let cid = try #require(try client.upload([1, 2, 3]).json?["cid"]?.text)
        client.mock.change { $0.keepsUnpinned = true }
        #expect(try client.post("/ipfs/unpin", ["cid": .string(cid)]).status == 201)
        #expect(try client.get("/ipfs/\(cid)").status == 200)
        client.mock.change { $0.keepsUnpinned = false }
        for _ in 0..<2 {
            let answer = try client.post("/ipfs/unpin", ["cid": .string(cid)])
            #expect(answer.status == 201)
            #expect(answer.json == ["success": true])
        }
        let gone = try client.get("/ipfs/\(cid)")
        #expect(gone.status == 404)
        #expect(
            gone.json == ["message": .string("File not found: \(cid)"), "error": "Not Found", "statusCode": 404])
    }

    @Test("what is no CID fails in the words of the daemon behind")
    func malformed() throws {
        let client = try Client.loggedIn()
        let fetch = try client.get("/ipfs/nonsense")
        #expect(fetch.status == 500)
        #expect(fetch.messages.first?.hasPrefix("IPFS cat failed: ") == true)
        #expect(try client.post("/ipfs/unpin", ["cid": "nonsense"]).status == 500)
        #expect(try client.post("/ipfs/unpin", ["cid": ""]).messages == ["cid should not be empty"])
        #expect(try client.post("/ipfs/unpin", [:]).status == 400)
    }
}

extension Client {
    /// Sends a form in pieces of `step` bytes.
    func stream(_ form: [UInt8], step: Int) throws -> HTTPResponse {
        var position = 0
        return try stream { () throws(Failure) in
            let end = min(form.count, position + step)
            defer { position = end }
            return form[position..<end]
        }
    }

    /// Sends a file of zeros without holding it.
    func streamFile(zeros: Int) throws -> HTTPResponse {
        let form = Form.file([])
        let head = form.dropLast("\r\n--XyZ--\r\n".utf8.count)
        let block = [UInt8](repeating: 0, count: 1 << 20)
        var parts = [head[...]]
        var left = zeros
        while left > 0 {
            parts.append(block.prefix(left))
            left -= min(left, block.count)
        }
        parts.append(form[head.endIndex...])
        var next = 0
        return try stream { () throws(Failure) in
            guard next < parts.count else { return [] }
            defer { next += 1 }
            return parts[next]
        }
    }

    private func stream(_ source: () throws(Failure) -> ArraySlice<UInt8>) throws -> HTTPResponse {
        let request = request("POST", "/ipfs/upload", headers: ["Content-Type": "multipart/form-data; boundary=XyZ"])
        return try HTTPConnection(.network).upload(request, from: source)
    }
}
