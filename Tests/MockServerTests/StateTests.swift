import Core
import Glibc
import MockServer
import Testing
import Transport

/// A folder for one test; what is in it goes with it.
final class StateFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/mock-test-XXXXXX".utf8CString)
        guard unsafe template.withUnsafeMutableBufferPointer({ unsafe mkdtemp($0.baseAddress!) }) != nil else {
            throw Failure(.io, "mkdtemp")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// What is on the disk at this moment, as the sudden end of its process would leave it.
    func copy() throws -> StateFolder {
        let copy = try StateFolder()
        try Files.makeDirectory(copy.path + "/objects")
        for folder in ["/", "/objects/"] {
            for name in FolderListing.names(in: path + folder) where name.bytes != Array("objects".utf8) {
                let bytes = try Files.readWhole(Files.join(path + folder, name.bytes), limit: 1 << 24)
                try Files.writeAtomically(Files.join(copy.path + folder, name.bytes), bytes)
            }
        }
        return copy
    }

    deinit {
        for folder in [path + "/objects", path] {
            for name in FolderListing.names(in: folder) { try? Files.remove(Files.join(folder, name.bytes)) }
            try? Files.removeDirectory(folder)
        }
    }

    var options: MockOptions {
        var options = MockOptions.unthrottled
        options.stateFolder = path
        return options
    }
}

@Suite struct StateTests {
    /// Everything that a user can leave behind.
    private func fill(_ client: Client) throws -> (cid: String, refresh: String) {
        _ = try client.post("/vault/init", VaultTests.body)
        let record = NameTests.record(NameTests.cids[0], 42)
        _ = try client.post("/ipns/publish", NameTests.publication(NameTests.cids[0], record))
        let gone = try #require(try client.upload([9]).json?["cid"])
        _ = try client.post("/ipfs/unpin", ["cid": gone])
        let cid = try #require(try client.upload([UInt8](repeating: 6, count: 300_000)).json?["cid"]?.text)
        return (cid, try #require(client.refreshToken))
    }

    private func check(_ client: Client, _ left: (cid: String, refresh: String)) throws {
        let session = try client.post("/auth/refresh", ["refreshToken": .string(left.refresh)])
        #expect(session.status == 200)
        client.use(accessToken: session.json?["accessToken"]?.text)
        #expect(try client.get("/vault").json?["rootIpnsName"]?.text == NameTests.name)
        #expect(try client.get("/vault/quota").json?["usedBytes"] == 300_109)
        #expect(try client.get("/ipfs/\(left.cid)").body == [UInt8](repeating: 6, count: 300_000))
        #expect(client.mock.objects == [left.cid])
        let resolved = try client.get("/ipns/resolve?ipnsName=\(NameTests.name)")
        #expect(resolved.json?["sequenceNumber"] == "42")
        client.mock.change { $0.isRoutingDown = true }
        #expect(try client.get("/ipns/resolve?ipnsName=\(NameTests.name)").json?["sequenceNumber"] == "1")
        let login = try client.post("/auth/test-login", ["email": "alice@test.local", "secret": "e2e-test-secret"])
        #expect(login.json?["isNewUser"] == false)
    }

    @Test("what is in the folder is there after a restart")
    func restart() throws {
        let folder = try StateFolder()
        let first = try Client.loggedIn(folder.options)
        let left = try fill(first)
        first.mock.stop()
        try check(try Client(folder.options), left)
    }

    @Test("nothing is lost when the process ends without a word, in the middle of a line")
    func crash() throws {
        let first = try StateFolder()
        let client = try Client.loggedIn(first.options)
        let left = try fill(client)
        let folder = try first.copy()
        let ledger = try FileDescriptor(opening: folder.path + "/state.jsonl", flags: O_WRONLY | O_APPEND)
        try ledger.write(Array(#"{"table":"names","put":{"na"#.utf8))
        try Files.writeAtomically(folder.path + "/objects/.upload-1-1", [1, 2, 3])
        try check(try Client(folder.options), left)
        #expect(!Files.exists(folder.path + "/objects/.upload-1-1"))
        withExtendedLifetime(client) {}
    }

    @Test("two mocks do not share a folder, unless one has stopped")
    func lock() throws {
        let folder = try StateFolder()
        let first = try CipherBoxMock.start(folder.options)
        let failure = #expect(throws: Failure.self) { try CipherBoxMock.start(folder.options) }
        #expect(failure?.code == .busy)
        first.stop()
        try CipherBoxMock.start(folder.options).stop()
    }

    @Test("the last sixteen records of a name outlive the process, in order")
    func records() throws {
        let folder = try StateFolder()
        let first = try Client.loggedIn(folder.options)
        for number in 0..<20 {
            let record = NameTests.record(NameTests.cids[0], UInt64(number))
            _ = try first.send("PUT", "/routing/v1/ipns/\(NameTests.name)", body: record)
        }
        first.mock.stop()
        // Once more through a ledger that was written as a whole.
        try CipherBoxMock.start(folder.options).stop()
        let second = try Client.loggedIn(folder.options)
        for (stale, sequence) in [(0, "19"), (1, "18"), (15, "4")] {
            second.mock.change { $0.routingIsStaleBy = stale }
            #expect(
                try second.get("/ipns/resolve?ipnsName=\(NameTests.name)").json?["sequenceNumber"]?.text == sequence)
        }
        second.mock.change { $0.routingIsStaleBy = 16 }
        #expect(try second.get("/ipns/resolve?ipnsName=\(NameTests.name)").status == 404)
    }

    @Test("an upload that is refused or given up leaves no file behind")
    func leftovers() throws {
        let folder = try StateFolder()
        let client = try Client.loggedIn(folder.options)
        client.mock.change { $0.quotaBytes = 10 }
        #expect(try client.upload([UInt8](repeating: 1, count: 11)).status == 413)
        #expect(try client.upload([]).status == 400)
        let form = Form.file([UInt8](repeating: 1, count: 5)).dropLast(9)
        #expect(try client.stream(Array(form), step: 7).messages == ["Unexpected end of form"])
        #expect(FolderListing.names(in: folder.path + "/objects").isEmpty)
    }

    @Test("the same object twice is one file, and the quota counts it once")
    func duplicates() throws {
        let folder = try StateFolder()
        let client = try Client.loggedIn(folder.options)
        for _ in 0..<2 { #expect(try client.upload([1, 2, 3]).status == 201) }
        #expect(FolderListing.names(in: folder.path + "/objects").count == 1)
        #expect(try client.get("/vault/quota").json?["usedBytes"] == 3)
    }

    @Test("a folder that cannot be one is refused")
    func unusable() throws {
        let folder = try StateFolder()
        try Files.writeAtomically(folder.path + "/state.jsonl", [])
        var options = folder.options
        options.stateFolder = folder.path + "/state.jsonl"
        #expect(throws: Failure.self) { try CipherBoxMock.start(options) }
    }
}
