import Core
import MockServer
import Testing
import Transport

@Suite struct SessionTests {
    static let keyPairs = [
        (
            "dev-key@cipherbox.local", "9a9ff38886cf955373d1c7d69a3020202f4f26fad942ec968e863582b9d296c2",
            "045e9061fb3d2f0e6fdebc79078910e75bc74e798392f81ceaa52002ddd74425b9c8cf58c10856dfd50c6a288cba827fde29a7"
                + "d76cf66a8e5885c7780615c307d2"
        ),
        (
            "alice@test.local", "14630531aebbc7816ef5e4376cbf7dcce8737cd0888e94dcdf8c9e311885aa7e",
            "0464fdd1a287ca296d66e2700485c609bb0345d30cd4c7380f0b01246e844c53abbca1b9900cfb3117500e02d305b9025e9fa7"
                + "aad7d75928d264f4da986148c472"
        ),
        (
            "test@example.com", "e912901db409a86dc38caf05f764af9b82f8bdb15cc13bbf009d95c4e189f5c7",
            "0464516975dd9e5be669ebb15d4a3cde5047afe471638049a7ab061b137bd0ea61828d2234606c6e41c91adf1c370d11a3a658"
                + "6dfcd584f760ffcd49cfe997605a"
        ),
    ]

    @Test(
        "a test login gives an address the key pair that is known for it, in any case of letters", arguments: keyPairs)
    func testLogin(pair: (email: String, privateKey: String, publicKey: String)) throws {
        let client = try Client()
        for (email, isNew) in [(pair.email, true), (pair.email.uppercased(), false)] {
            let answer = try client.post("/auth/test-login", ["email": .string(email), "secret": "e2e-test-secret"])
            #expect(answer.status == 200)
            #expect(answer.json?["privateKeyHex"]?.text == pair.privateKey)
            #expect(answer.json?["publicKeyHex"]?.text == pair.publicKey)
            #expect(answer.json?["isNewUser"] == .bool(isNew))
            #expect(answer.json?["refreshToken"]?.text?.utf8.count == 64)
            let cookie = try #require(answer.headers["Set-Cookie"])
            #expect(cookie.hasPrefix("refresh_token="))
            for part in ["Max-Age=604800", "Path=/auth", "HttpOnly", "SameSite=Lax"] { #expect(cookie.contains(part)) }
        }
    }

    @Test("a digest becomes a private key by (digest mod (order − 1)) + 1")
    func scalars() throws {
        func scalar(_ digest: String) -> String {
            Hex.encode(TestKeyPair.scalar(Digest(Hex.decode(digest) ?? [])))
        }
        let zeros = String(repeating: "0", count: 60)
        let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd036"
        #expect(scalar(zeros + "0000") == zeros + "0001")
        #expect(scalar(zeros + "00ff") == zeros + "0100")
        #expect(scalar(order + "413f") == order + "4140")
        #expect(scalar(order + "4140") == zeros + "0001")
        #expect(scalar(order + "4141") == zeros + "0002")
        #expect(
            scalar(String(repeating: "f", count: 64))
                == "000000000000000000000000000000014551231950b75fc4402da1732fc9bec0")
    }

    @Test("an access token is a JWT with user, key and fifteen minutes")
    func accessToken() throws {
        let client = try Client.loggedIn()
        let parts = try #require(client.accessToken).split(separator: ".")
        #expect(parts.count == 3)
        let padded = parts[1] + String(repeating: "=", count: (4 - parts[1].count % 4) % 4)
        let standard = String(padded.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        let claims = try JSON(parsing: try #require(Base64.decode(standard)))
        #expect(claims["publicKey"]?.text == Self.keyPairs[1].2)
        #expect(claims["sub"]?.text?.utf8.count == 36)
        let issued = try #require(claims["iat"]?.int)
        #expect(claims["exp"]?.int == issued + 900)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let path: String
        let body: String
        let status: Int
        let messages: [String]
        var testDescription: String { "\(path) \(body.prefix(60))" }

        init(_ path: String, _ body: String, _ status: Int, _ messages: String...) {
            (self.path, self.body, self.status, self.messages) = (path, body, status, messages)
        }
    }

    static let key = "04" + String(repeating: "ab", count: 64)
    static let refused = [
        Refused("/auth/test-login", "{}", 400, "email must be an email", "secret must be a string"),
        Refused("/auth/test-login", #"{"email":"a@b.c","secret":7}"#, 400, "secret must be a string"),
        Refused("/auth/test-login", #"{"email":"nobody","secret":"x"}"#, 400, "email must be an email"),
        Refused(
            "/auth/test-login", #"{"email":"a@b.c","secret":"x","extra":1}"#, 400, "property extra should not exist"),
        Refused("/auth/test-login", #"{"email":"a@b.c","secret":"wrong"}"#, 401, "Invalid test login secret"),
        Refused(
            "/auth/login", #"{"idToken":"x","publicKey":"\#(key)","loginType":"corekit"}"#, 401,
            "Invalid CipherBox identity token"),
        Refused(
            "/auth/login", #"{"idToken":"x","publicKey":"\#(key)","loginType":"google"}"#, 400,
            "loginType must be one of the following values: corekit"),
        Refused(
            "/auth/login", #"{"idToken":"x","publicKey":"pending-core-kit-1","loginType":"corekit"}"#, 400,
            "publicKey must be an uncompressed secp256k1 public key (130 hex chars starting with 04)"),
        Refused("/auth/refresh", "{}", 401, "No refresh token"),
        Refused("/auth/refresh", #"{"refreshToken":"00"}"#, 401, "Invalid or expired refresh token"),
        Refused("/auth/refresh", #"{"refreshToken":7}"#, 400, "refreshToken must be a string"),
        Refused("/auth/refresh", #"{"token":"00"}"#, 400, "property token should not exist"),
    ]

    @Test("what cannot log in hears why", arguments: refused)
    func refusals(refused: Refused) throws {
        let client = try Client()
        let answer = try client.send(
            "POST", refused.path, headers: ["Content-Type": "application/json", "X-Client-Type": "desktop"],
            body: Array(refused.body.utf8))
        #expect(answer.status == refused.status)
        #expect(answer.messages == refused.messages)
        #expect(answer.json?["statusCode"]?.int == refused.status)
        #expect(answer.headers["Content-Type"] == "application/json; charset=utf-8")
    }

    @Test("without a secret of its own the server has no test login")
    func noTestLogin() throws {
        var options = MockOptions.unthrottled
        options.testSecret = nil
        let answer = try Client(options).post("/auth/test-login", ["email": "a@b.c", "secret": ""])
        #expect(answer.status == 403)
        #expect(answer.json == ["message": "Test login is not enabled", "error": "Forbidden", "statusCode": 403])
    }

    @Test("an identity token logs in once per kind of client: body for desktops, cookie for browsers")
    func identityLogin() throws {
        let client = try Client()
        let body: JSON = [
            "idToken": .string(client.mock.makeIDToken(subject: "s-1", email: "bob@test.local")),
            "publicKey": .string(Self.key), "loginType": "corekit",
        ]
        let desktop = try client.post("/auth/login", body)
        #expect(desktop.status == 200)
        #expect(desktop.json?.members?.map(\.key) == ["accessToken", "refreshToken", "isNewUser"])
        #expect(desktop.json?["isNewUser"] == true)
        #expect(desktop.headers["Set-Cookie"] == nil)
        let browser = try client.send(
            "POST", "/auth/login", headers: ["Content-Type": "application/json"], body: body.bytes())
        #expect(browser.json?.members?.map(\.key) == ["accessToken", "isNewUser"])
        #expect(browser.json?["isNewUser"] == false)
        let cookie = try #require(browser.headers["Set-Cookie"]?.split(separator: ";").first)
        let refreshed = try client.send("POST", "/auth/refresh", headers: ["Cookie": "a=b; \(cookie)"])
        #expect(refreshed.status == 200)
        #expect(refreshed.json?.members?.map(\.key) == ["accessToken", "email"])
        #expect(refreshed.json?["email"]?.text == "b***@test.local")
        client.mock.advanceClock(by: .seconds(300))
        #expect(try client.post("/auth/login", body).status == 401)
    }

    @Test("a refresh token works once, and gives the next one")
    func rotation() throws {
        let client = try Client.loggedIn()
        let first = try #require(client.refreshToken)
        let answer = try client.post("/auth/refresh", ["refreshToken": .string(first)])
        #expect(answer.status == 200)
        #expect(answer.json?.members?.map(\.key) == ["accessToken", "refreshToken", "email"])
        let again = try client.post("/auth/refresh", ["refreshToken": .string(first)])
        #expect(again.status == 401)
        #expect(again.messages == ["Invalid or expired refresh token"])
        let second = try #require(answer.json?["refreshToken"]?.text)
        #expect(second != first)
        #expect(try client.post("/auth/refresh", ["refreshToken": .string(second)]).status == 200)
    }

    @Test("tokens end when their time is up, and not before")
    func expiry() throws {
        let time = ManualTime()
        var options = MockOptions.unthrottled
        options.time = time
        let client = try Client.loggedIn(options)
        let refresh = try #require(client.refreshToken)
        time.advance(by: .seconds(899))
        #expect(try client.get("/vault/quota").status == 200)
        time.advance(by: .seconds(1))
        let answer = try client.get("/vault/quota")
        #expect(answer.status == 401)
        #expect(answer.json == ["message": "Unauthorized", "statusCode": 401])
        time.advance(by: .seconds(7 * 86_400 - 901))
        let renewed = try client.post("/auth/refresh", ["refreshToken": .string(refresh)])
        #expect(renewed.status == 200)
        time.advance(by: .seconds(7 * 86_400))
        let last = try #require(renewed.json?["refreshToken"])
        #expect(try client.post("/auth/refresh", ["refreshToken": last]).status == 401)
    }

    @Test("access tokens live as long as the options and the switch say")
    func lifetimes() throws {
        var options = MockOptions.unthrottled
        options.time = ManualTime()
        options.accessTokenLifetime = .seconds(5)
        let client = try Client.loggedIn(options)
        client.mock.advanceClock(by: .seconds(5))
        #expect(try client.get("/vault/quota").status == 401)
        client.mock.change { $0.accessTokenLifetime = .seconds(60) }
        try client.logIn()
        client.mock.advanceClock(by: .seconds(59))
        #expect(try client.get("/vault/quota").status == 200)
    }

    @Test("logging out ends every session of the user, and nobody else's")
    func logout() throws {
        let client = try Client.loggedIn()
        let first = try #require(client.refreshToken)
        try client.logIn()
        let second = try #require(client.refreshToken)
        try client.logIn("bob@test.local")
        let other = try #require(client.refreshToken)
        try client.logIn()
        let answer = try client.send("POST", "/auth/logout")
        #expect(answer.status == 200)
        #expect(answer.json == ["success": true])
        #expect(answer.headers["Set-Cookie"]?.hasPrefix("refresh_token=;") == true)
        for token in [first, second] {
            #expect(try client.post("/auth/refresh", ["refreshToken": .string(token)]).status == 401)
        }
        #expect(try client.post("/auth/refresh", ["refreshToken": .string(other)]).status == 200)
        // An access token cannot be taken back.
        #expect(try client.get("/vault/quota").status == 200)
    }

    @Test("the ways to log in show the address masked")
    func methods() throws {
        let answer = try Client.loggedIn().get("/auth/methods")
        #expect(answer.status == 200)
        let method = try #require(answer.json?[0])
        #expect(method.members?.map(\.key) == ["id", "type", "identifier", "lastUsedAt", "createdAt"])
        #expect(method["identifier"]?.text == "a***@test.local")
    }

    static let guarded = [
        "POST /auth/logout", "GET /auth/methods", "POST /ipfs/upload", "POST /ipfs/unpin", "GET /ipfs/bafkreia",
        "POST /ipns/publish", "POST /ipns/publish-batch", "GET /ipns/resolve", "POST /vault/init", "GET /vault",
        "GET /vault/quota", "GET /vault/export",
    ]

    @Test("whoever is not logged in gets 401 before anything else is looked at", arguments: guarded)
    func unauthorized(route: String) throws {
        let client = try Client.loggedIn()
        let token = try #require(client.accessToken)
        let words = route.split(separator: " ").map(String.init)
        let forged = token.dropLast(8) + "AAAAAAAA"
        for header in [nil, "Bearer ", "Bearer x.y.z", "Bearer \(forged)", "Basic \(token)", token] {
            client.use(accessToken: nil)
            let answer = try client.send(words[0], words[1], headers: header.map { ["Authorization": $0] } ?? [:])
            #expect(answer.status == 401)
            #expect(answer.json == ["message": "Unauthorized", "statusCode": 401])
        }
        let welcome = try client.send(words[0], words[1], headers: ["Authorization": "bearer \(token)"])
        #expect(welcome.status != 401)
        client.mock.expireAccessTokens()
        client.use(accessToken: token)
        #expect(try client.send(words[0], words[1]).status == 401)
    }
}
