import Core
import Remotes
import Synchronization
import Transport

/// The authentication half of a CipherBox server in a few lines: tokens with a lifetime, refresh tokens for one use each,
/// and one route that needs a session.
final class TokenServer: HTTPService {
    struct State {
        var issued: UInt64 = 0
        var accessTokens: [String: Moment] = [:]
        var refreshTokens: Set<String> = []
        /// How often each route was called.
        var counts: [String: Int] = [:]
        var refusals = 0
        /// Answers instead of the server, by route.
        var broken: [String: Result<HTTPResponse, Failure>] = [:]
        /// Carries the refresh out and loses its answer.
        var losesRefreshAnswer = false
        /// Refreshes wait for it.
        var gate: SharedAnswer<Bool>?
        /// Fulfilled when a refresh arrives.
        var arrival: SharedAnswer<Bool>?
    }

    static let base = "https://api.example.org"
    let state = Mutex(State())
    let time: any TimeSource
    let lifetime: Duration
    /// How far the server's clock is ahead of ours.
    let skew: Int64

    init(time: any TimeSource, lifetime: Duration = .seconds(900), skew: Int64 = 0) {
        self.time = time
        self.lifetime = lifetime
        self.skew = skew
    }

    func count(_ route: String) -> Int { state.withLock { $0.counts[route] ?? 0 } }
    var refreshes: Int { count("POST /auth/refresh") }

    /// Holds back every refresh until the gate is fulfilled; the second answer comes when one has arrived.
    func holdRefreshes() -> (gate: SharedAnswer<Bool>, arrival: SharedAnswer<Bool>) {
        let pair = (gate: SharedAnswer<Bool>(), arrival: SharedAnswer<Bool>())
        state.withLock { ($0.gate, $0.arrival) = pair }
        return pair
    }

    /// Ends every access token now.
    func revokeAccess() { state.withLock { $0.accessTokens = [:] } }
    func revokeEverything() {
        state.withLock { state in
            state.accessTokens = [:]
            state.refreshTokens = []
        }
    }

    func send(_ call: HTTPCall) async throws(Failure) -> HTTPResponse {
        let (broken, gate) = state.withLock { state in
            state.counts[call.route, default: 0] += 1
            return (state.broken[call.route], call.route == "POST /auth/refresh" ? state.gate : nil)
        }
        if let gate {
            state.withLock { $0.arrival }?.fulfil(.success(true))
            let real = SystemTime()
            _ = try await gate.value(until: real.now + .seconds(60), time: real, late: Failure(.timedOut, "gate"))
        }
        if let broken { return try broken.get() }
        switch call.route {
        case "POST /auth/test-login":
            guard call.json?["secret"]?.text == "right" else { return .json(401, ["message": "wrong"]) }
            return grant()
        case "POST /auth/refresh":
            let token = call.json?["refreshToken"]?.text ?? ""
            guard state.withLock({ $0.refreshTokens.remove(token) }) != nil else {
                return .json(401, ["message": "Invalid or expired refresh token"])
            }
            let response = grant()
            if state.withLock({ $0.losesRefreshAnswer }) { throw Failure(.network, "the connection broke") }
            return response
        case "POST /auth/logout":
            guard accepts(call) else { return .json(401, ["message": "Unauthorized"]) }
            revokeEverything()
            return .json(200, ["success": true])
        default:
            return accepts(call) ? .json(200, ["fine": true]) : .json(401, ["message": "Unauthorized"])
        }
    }

    private func accepts(_ call: HTTPCall) -> Bool {
        state.withLock { state in
            let isGood = call.bearer.flatMap { state.accessTokens[$0] }.map { time.now < $0 } ?? false
            if !isGood { state.refusals += 1 }
            return isGood
        }
    }

    func grant() -> HTTPResponse {
        state.withLock { state in
            state.issued += 1
            let issued = time.wallClock.seconds + skew
            let claims: JSON = [
                "sub": "user-1", "iat": JSON(issued), "exp": .number(Double(issued) + lifetime.inSeconds),
                "n": JSON(state.issued),
            ]
            let payload = Base64.encode(claims.bytes()).map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }
            let access = "head." + String(payload.filter { $0 != "=" }) + ".signature"
            let refresh = "refresh-\(state.issued)"
            state.accessTokens[access] = time.now + lifetime
            state.refreshTokens.insert(refresh)
            return .json(200, ["accessToken": JSON(access), "refreshToken": JSON(refresh), "more": [1, 2]])
        }
    }
}

/// A folder for accounts that is removed with the test.
final class AccountsFolder: Sendable {
    let path: [UInt8]

    init() throws {
        path = Array("/tmp/cbstore-accounts-\(UInt64.random(in: 0 ... .max))".utf8)
        try Files.makeDirectory(path)
    }

    deinit {
        for account in FolderListing.names(in: path) {
            let folder = Files.join(path, account.bytes)
            for file in FolderListing.names(in: folder) { try? Files.remove(Files.join(folder, file.bytes)) }
            try? Files.removeDirectory(folder)
        }
        try? Files.removeDirectory(path)
    }

    func file(_ name: String) -> [UInt8] {
        Files.join(Files.join(path, AccountFiles.folderName(of: TokenServer.base)), name)
    }
}

extension SharedAnswer {
    /// The answer, however long it takes.
    func value() async throws -> Value {
        let time = SystemTime()
        return try await value(until: time.now + .seconds(60), time: time, late: Failure(.timedOut, "nothing came"))
    }
}
