import Core
import Remotes
import Synchronization
import Testing
import Transport

/// A server, a clock, and the accounts of as many processes as a test wants.
private struct Fixture: Sendable {
    let folder: AccountsFolder
    /// Moved by the test, except where processes wait for each other in real time.
    let clock = ManualTime()
    let time: any TimeSource
    let server: TokenServer

    init(lifetime: Duration = .seconds(900), skew: Int64 = 0, isRealTime: Bool = false) throws {
        folder = try AccountsFolder()
        time = isRealTime ? SystemTime() : clock
        server = TokenServer(time: time, lifetime: lifetime, skew: skew)
    }

    /// As in a process of its own: nothing shared but the files.
    func account() -> Account {
        Account(accounts: folder.path, base: TokenServer.base, service: server, time: time)
    }

    func service(_ account: Account) -> AuthorizedService { AuthorizedService(server, account: account, time: time) }

    func logIn() async throws {
        _ = try await account().login(email: "a@example.org", secret: Token(secret: "right")!)
    }

    func call(_ service: AuthorizedService) async throws(Failure) -> Int {
        try await service.send(HTTPCall(HTTPRequest("GET", TokenServer.base + "/x"), route: "GET /x")).status
    }
}

@Suite struct AccountTests {
    @Test("a login serves every process of the home, and its files are for their owner alone")
    func login() async throws {
        let fixture = try Fixture()
        try await fixture.logIn()
        for _ in 0..<3 { #expect(try await fixture.call(fixture.service(fixture.account())) == 200) }
        #expect(fixture.server.count("POST /auth/test-login") == 1)
        #expect(fixture.server.refreshes == 0)
        for name in ["session", "test-login", "lock"] {
            #expect(try Files.mode(of: fixture.folder.file(name)) & 0o777 == 0o600, "\(name)")
        }
        #expect(try Files.mode(of: Files.split(fixture.folder.file("session")).folder) & 0o777 == 0o700)
    }

    @Test("without a login a call fails at once, and the server is not asked")
    func nobody() async throws {
        let fixture = try Fixture()
        let service = fixture.service(fixture.account())
        for _ in 0..<3 {
            await #expect { try await fixture.call(service) } throws: { ($0 as? Failure)?.code == .notLoggedIn }
        }
        #expect(fixture.server.state.withLock { $0.counts }.isEmpty)
        try await fixture.logIn()
        fixture.clock.advance(by: .seconds(5))
        #expect(try await fixture.call(service) == 200)
    }

    @Test(
        "however far the server's clock is off, a session outlives its tokens and no call is refused",
        arguments: [-86_400, -10, 0, 10, 86_400])
    func skew(_ skew: Int64) async throws {
        let fixture = try Fixture(skew: skew)
        try await fixture.logIn()
        let account = fixture.account()
        let service = fixture.service(account)
        for _ in 0..<360 {
            #expect(try await fixture.call(service) == 200)
            await account.settle()
            fixture.clock.advance(by: .seconds(20))
        }
        // Two hours: due at four fifths of 899 s, so at the calls of every 720 s.
        #expect(fixture.server.refreshes == 9)
        #expect(fixture.server.state.withLock { $0.refusals } == 0)
    }

    @Test("while a token is due, calls go on with it and one renewal runs beside them")
    func beside() async throws {
        let fixture = try Fixture()
        try await fixture.logIn()
        let account = fixture.account()
        let service = fixture.service(account)
        #expect(try await fixture.call(service) == 200)
        let gate = fixture.server.holdRefreshes().gate
        fixture.clock.advance(by: .seconds(800))
        for _ in 0..<20 { #expect(try await fixture.call(service) == 200) }
        gate.fulfil(.success(true))
        await account.settle()
        #expect(fixture.server.refreshes == 1)
        fixture.clock.advance(by: .seconds(200))
        #expect(try await fixture.call(service) == 200)
        #expect(fixture.server.refreshes == 1)
    }

    @Test("a hundred calls with a refused token lead to one renewal, in one process or in four", arguments: [1, 4])
    func singleFlight(_ processes: Int) async throws {
        let fixture = try Fixture(isRealTime: true)
        try await fixture.logIn()
        let services = (0..<processes).map { _ in fixture.service(fixture.account()) }
        for service in services { #expect(try await fixture.call(service) == 200) }
        fixture.server.revokeAccess()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<100 {
                group.addTask { try await fixture.call(services[number % processes]) }
            }
            for try await status in group { #expect(status == 200) }
        }
        #expect(fixture.server.refreshes == 1)
    }

    @Test("a session whose renewal was lost in a crash logs in again by itself when it is a test login")
    func lostRotation() async throws {
        let fixture = try Fixture()
        try await fixture.logIn()
        fixture.clock.advance(by: .seconds(1000))
        // The process dies between the server's answer and its own file.
        fixture.server.state.withLock { $0.losesRefreshAnswer = true }
        await #expect(throws: Failure.self) { try await fixture.call(fixture.service(fixture.account())) }
        fixture.server.state.withLock { $0.losesRefreshAnswer = false }
        #expect(try await fixture.call(fixture.service(fixture.account())) == 200)
        #expect(fixture.server.count("POST /auth/test-login") == 2)
        #expect(try await fixture.call(fixture.service(fixture.account())) == 200)
        #expect(fixture.server.count("POST /auth/test-login") == 2)
    }

    @Test("any other lost session asks for a login, says so at once, and works again after it")
    func lostSession() async throws {
        let fixture = try Fixture()
        let refresh = try #require(
            try JSON(parsing: fixture.server.grant().body)["refreshToken"]?.text.flatMap { Token($0) })
        _ = try await fixture.account().login(refreshToken: refresh)
        fixture.server.revokeEverything()
        let service = fixture.service(fixture.account())
        for _ in 0..<10 {
            await #expect { try await fixture.call(service) } throws: { error in
                let failure = error as? Failure
                return failure?.code == .notLoggedIn && failure?.advice?.contains("cbstore login") == true
            }
        }
        #expect(fixture.server.refreshes == 2)
        try await fixture.logIn()
        fixture.clock.advance(by: .seconds(5))
        #expect(try await fixture.call(service) == 200)
    }

    @Test("a server that is away lets calls go on while the token is good, and fails them as the network after it")
    func away() async throws {
        let fixture = try Fixture()
        try await fixture.logIn()
        let account = fixture.account()
        let service = fixture.service(account)
        #expect(try await fixture.call(service) == 200)
        fixture.server.state.withLock {
            $0.broken["POST /auth/refresh"] = .failure(Failure(.network, "nobody answers"))
        }
        fixture.clock.advance(by: .seconds(800))
        for _ in 0..<20 {
            #expect(try await fixture.call(service) == 200)
            await account.settle()
        }
        #expect(fixture.server.refreshes == 1)
        fixture.clock.advance(by: .seconds(200))
        await #expect { try await fixture.call(service) } throws: { ($0 as? Failure)?.code == .network }
        fixture.server.state.withLock { $0.broken = [:] }
        #expect(try await fixture.call(service) == 200)
    }

    @Test("a renewal that cannot be written is not used, is not lost, and is written by the next call")
    func unwritable() async throws {
        let fixture = try Fixture()
        try await fixture.logIn()
        try Files.remove(fixture.folder.file("test-login"))
        let service = fixture.service(fixture.account())
        #expect(try await fixture.call(service) == 200)
        fixture.clock.advance(by: .seconds(1000))
        // A folder in the session's place cannot be replaced by a file, and is no session to read either: so the
        // place is taken only once the renewal has read it.
        let (gate, arrival) = fixture.server.holdRefreshes()
        let session = fixture.folder.file("session")
        let kept = try Files.readWhole(session, limit: 1 << 16)
        let failing = Task { try await fixture.call(service) }
        _ = try await arrival.value()
        try Files.remove(session)
        try Files.makeDirectory(session)
        gate.fulfil(.success(true))
        await #expect(throws: Failure.self) { try await failing.value }
        try Files.removeDirectory(session)
        try Files.writeAtomically(session, kept)
        fixture.clock.advance(by: .seconds(5))
        #expect(try await fixture.call(service) == 200)
        #expect(fixture.server.refreshes == 1)
        #expect(try await fixture.call(fixture.service(fixture.account())) == 200)
    }

    @Test("a call's own deadline ends its wait for a renewal, and its cancellation too, and neither ends the renewal")
    func waiting() async throws {
        let fixture = try Fixture(isRealTime: true)
        try await fixture.logIn()
        let account = fixture.account()
        let service = fixture.service(account)
        fixture.server.revokeAccess()
        let (gate, arrival) = fixture.server.holdRefreshes()
        let late = Task {
            let request = HTTPRequest("GET", TokenServer.base + "/x")
            return try await service.send(HTTPCall(request, route: "GET /x", deadline: .milliseconds(200)))
        }
        let cancelled = Task { try await fixture.call(service) }
        _ = try await arrival.value()
        cancelled.cancel()
        await #expect { try await cancelled.value } throws: { ($0 as? Failure)?.code == .interrupted }
        await #expect { try await late.value } throws: { ($0 as? Failure)?.code == .timedOut }
        gate.fulfil(.success(true))
        await account.settle()
        #expect(try await fixture.call(service) == 200)
        #expect(fixture.server.refreshes == 1)
    }

    @Test(
        "a token goes to the account's API and nowhere else",
        arguments: [
            "https://api.example.org.evil.example/x", "http://api.example.org/x", "https://other.example/x",
            "https://api.example.org",
        ])
    func elsewhere(_ url: String) async throws {
        let fixture = try Fixture()
        try await fixture.logIn()
        let service = fixture.service(fixture.account())
        let asked = fixture.server.state.withLock { $0.counts }
        await #expect { try await service.send(HTTPCall(HTTPRequest("GET", url), route: "GET /x")) } throws: {
            ($0 as? Failure)?.code == .invalid
        }
        #expect(fixture.server.state.withLock { $0.counts } == asked)
    }

    @Test("a logout ends the session at the server and here, for every process")
    func logout() async throws {
        let fixture = try Fixture()
        try await fixture.logIn()
        fixture.clock.advance(by: .seconds(5000))
        guard case .ended = try await fixture.account().logout() else {
            Issue.record("the server was not told")
            return
        }
        #expect(fixture.server.state.withLock { $0.refreshTokens }.isEmpty)
        #expect(!Files.exists(fixture.folder.file("session")))
        #expect(!Files.exists(fixture.folder.file("test-login")))
        await #expect(throws: Failure.self) { try await fixture.call(fixture.service(fixture.account())) }
        guard case .wasNotLoggedIn = try await fixture.account().logout() else {
            Issue.record("there is a session still")
            return
        }
    }

    @Test("a logout while the server is away forgets the session and says that the server does not know")
    func logoutOffline() async throws {
        let fixture = try Fixture()
        try await fixture.logIn()
        fixture.server.state.withLock {
            $0.broken["POST /auth/logout"] = .failure(Failure(.network, "nobody answers"))
        }
        guard case .forgotten(let failure) = try await fixture.account().logout() else {
            Issue.record("the server cannot have been told")
            return
        }
        #expect(failure.code == .network)
        #expect(!Files.exists(fixture.folder.file("session")))
    }

    @Test("a wrong secret leaves the login that was there")
    func wrongSecret() async throws {
        let fixture = try Fixture()
        try await fixture.logIn()
        await #expect {
            try await fixture.account().login(email: "b@example.org", secret: Token(secret: "wrong")!)
        } throws: { ($0 as? Failure)?.code == .notLoggedIn }
        #expect(try await fixture.account().stored()?.email == "a@example.org")
        #expect(try await fixture.call(fixture.service(fixture.account())) == 200)
    }

    @Test(
        "a damaged session file is told as such, and a login replaces it",
        arguments: [
            "", "{", "{}", #"{"version":1}"#, #"{"version":2}"#, "\u{0}\u{1}",
        ])
    func damaged(_ text: String) async throws {
        let fixture = try Fixture()
        try await fixture.logIn()
        try Files.writeAtomically(fixture.folder.file("session"), Array(text.utf8))
        await #expect { try await fixture.call(fixture.service(fixture.account())) } throws: {
            [.damaged, .unknownFormat].contains(($0 as? Failure)?.code)
        }
        try await fixture.logIn()
        #expect(try await fixture.call(fixture.service(fixture.account())) == 200)
    }

    @Test("no token prints itself")
    func silent() async throws {
        let fixture = try Fixture()
        try await fixture.logIn()
        let session = try #require(try await fixture.account().stored())
        var dumped = "\(session)\(session.access)\(session.access.token)"
        dump(session, to: &dumped)
        #expect(!dumped.contains(session.access.token.text))
        #expect(!dumped.contains("refresh-1"))
    }
}
