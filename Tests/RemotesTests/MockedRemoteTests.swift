import ContentAddressing
import Core
import MockServer
import Naming
import Primitives
import Remotes
import Storage
import StorageSupport
import Synchronization
import Testing
import Transport

/// A mock server with accounts of its own, removed with the test.
private final class MockedAPI: Sendable {
    let mock: CipherBoxMock
    let folder: AccountsFolder
    let client = HTTPClient()
    let accounts: [UInt8]

    init(_ change: (inout MockOptions) -> Void = { _ in }) throws {
        var options = MockOptions.unthrottled
        change(&options)
        mock = try CipherBoxMock.start(options)
        folder = try AccountsFolder()
        accounts = folder.path
    }

    deinit { mock.stop() }

    /// As in a process of its own.
    func process() -> CipherBox {
        CipherBox(base: mock.url, accounts: accounts, client: client, time: SystemTime())
    }

    func loggedIn(as email: String = "a@example.org") async throws -> CipherBox {
        let box = process()
        _ = try await box.account.login(email: email, secret: Token(secret: "e2e-test-secret")!)
        return box
    }
}

@Suite struct MockedRemoteTests {
    @Test(
        "the objects of an API keep the promises of a store, whether or not it forgets at once",
        arguments: [false, true])
    func objects(_ keepsUnpinned: Bool) async throws {
        let api = try MockedAPI()
        api.mock.change { $0.keepsUnpinned = keepsUnpinned }
        let remote = try await api.loggedIn().remote(named: "cipherbox")
        let limits: ObjectStoreLimits = [.refusesEmpty, .pinsByPutting]
        try await runObjectStoreSuite(keepsUnpinned ? limits.union(.deletesLater) : limits) {
            for cid in api.mock.objects { api.mock.removeObject(cid) }
            return remote.objects
        }
    }

    @Test("the names of an API keep the promises of a store")
    func names() async throws {
        let api = try MockedAPI()
        let remote = try await api.loggedIn().remote(named: "cipherbox")
        try await runNameStoreSuite { remote.names }
    }

    @Test("names that come without signatures, and from the database alone, are hints")
    func unsigned() async throws {
        let api = try MockedAPI()
        let remote = try await api.loggedIn().remote(named: "cipherbox")
        let key = Ed25519.SigningKey()
        let name = try IPNSName(ed25519: key.publicKey)
        let record = NameRecord.signed(
            value: IPNSName.value(for: ObjectCID.cid(of: [1])), sequence: 41,
            validUntil: Timestamp(seconds: 4_000_000_000), timeToLive: .seconds(60), by: key)
        try await remote.names.publish(record, under: name)
        #expect(try await remote.names.resolve(name).isVerified)
        api.mock.change { $0.omitsSignatures = true }
        let bare = try await remote.names.resolve(name)
        #expect(bare.doubt?.code == .unsupported)
        #expect(bare.sequence == 41)
        api.mock.change { $0.isRoutingDown = true }
        let counted = try await remote.names.resolve(name)
        #expect(counted.doubt?.code == .unsupported)
        #expect(counted.value == record.value)
        #expect(counted.sequence == 0)
    }

    @Test("the quota is the server's, and a full one is told from a too long object")
    func quota() async throws {
        let api = try MockedAPI { $0.quotaBytes = 1000 }
        let box = try await api.loggedIn()
        let remote = box.remote(named: "cipherbox")
        let bytes = [UInt8](repeating: 3, count: 600)
        try await remote.objects.put([StoredObject(cid: ObjectCID.cid(of: bytes), kind: 0, bytes: bytes)])
        #expect(try await box.api.quota() == CipherBoxQuota(usedBytes: 600, limitBytes: 1000, remainingBytes: 400))
        let more = [UInt8](repeating: 4, count: 600)
        await #expect {
            try await remote.objects.put([StoredObject(cid: ObjectCID.cid(of: more), kind: 0, bytes: more)])
        } throws: {
            ($0 as? Failure)?.code == .overLimit
        }
        #expect(try await !box.api.hasVault())
    }

    @Test("with tokens that live two seconds, no call fails in six, and each token is renewed once for all processes")
    func shortLives() async throws {
        let api = try MockedAPI { $0.accessTokenLifetime = .seconds(2) }
        _ = try await api.loggedIn()
        api.mock.resetCounts()
        let processes = (0..<3).map { _ in api.process() }
        let time = SystemTime()
        let end = time.now + .seconds(6)
        let calls = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<12 {
                group.addTask {
                    var calls = 0
                    while time.now < end {
                        _ = try await processes[number % processes.count].api.quota()
                        calls += 1
                    }
                    return calls
                }
            }
            return try await group.reduce(0, +)
        }
        let elapsed = (time.now - end + .seconds(6)).inSeconds
        let counts = api.mock.counts
        #expect(calls > 100)
        #expect(counts.requests("POST /auth/test-login") == 0)
        let refreshes = counts.requests("POST /auth/refresh")
        #expect(counts.answers("POST /auth/refresh", 200) == refreshes)
        #expect((2...Int(elapsed / 2) + 2).contains(refreshes), "\(refreshes) in \(elapsed) s, \(calls) calls")
    }

    @Test("tokens that the server forgets are renewed, and a session that it forgets begins anew by itself")
    func forgotten() async throws {
        let api = try MockedAPI()
        let box = try await api.loggedIn()
        api.mock.expireAccessTokens()
        #expect(try await box.api.quota().usedBytes == 0)
        #expect(api.mock.counts.requests("POST /auth/refresh") == 1)
        api.mock.expireAccessTokens()
        try api.mock.dropRefreshTokens()
        #expect(try await box.api.quota().usedBytes == 0)
        #expect(api.mock.counts.requests("POST /auth/test-login") == 2)
    }
}
