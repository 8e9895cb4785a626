internal import Core
internal import HTTPServing
internal import Primitives

/// `/auth`: logging in, staying so, and leaving.
struct AuthEndpoints: Sendable {
    let service: Service

    private static let testLogin = ObjectRules([
        PropertyRule("email", .email), PropertyRule("secret", .string),
    ])
    private static let login = ObjectRules([
        PropertyRule("idToken", .string, .notEmpty),
        PropertyRule(
            "publicKey", .string,
            .pattern("publicKey must be an uncompressed secp256k1 public key (130 hex chars starting with 04)") {
                $0.utf8.count == 130 && $0.hasPrefix("04") && $0.utf8.allSatisfy(\.isHexadecimalDigit)
            }),
        PropertyRule("loginType", .oneOf(["corekit"])),
    ])
    private static let refresh = ObjectRules([PropertyRule("refreshToken", isOptional: true, .string)])

    var all: [Endpoint] {
        [
            Endpoint(.post, "/auth/test-login", body: .json, throttle: .perQuarterHour(5), answer: testLogin),
            Endpoint(.post, "/auth/login", body: .json, throttle: .perMinute(10), answer: login),
            Endpoint(.post, "/auth/refresh", body: .json, answer: refresh),
            Endpoint(.post, "/auth/logout", needsLogin: true, answer: logout),
            Endpoint(.get, "/auth/methods", needsLogin: true, answer: methods),
        ]
    }

    private func testLogin(_ call: Call) throws(Refusal) -> ServerReply {
        try Self.testLogin.check(call.json)
        guard let expected = service.testSecret else { throw Refusal(403, "Test login is not enabled") }
        let secret = call.json["secret"]?.text ?? ""
        guard constantTimeEquals(Array(secret.utf8), Array(expected.utf8)) else {
            throw Refusal(401, "Invalid test login secret")
        }
        let email = (call.json["email"]?.text ?? "").lowercased()
        guard let pair = try? TestKeyPair(email: email) else { throw Service.internalError }
        let publicKey = Hex.encode(pair.publicKey)
        let (user, isNew) = try enter(publicKey: publicKey, maskedEmail: EmailAddress.masked(email))
        let session = try openSession(user)
        var reply = ServerReply.document([
            "accessToken": .string(session.access), "refreshToken": .string(session.refresh),
            "isNewUser": .bool(isNew), "publicKeyHex": .string(publicKey),
            "privateKeyHex": .string(Hex.encode(pair.privateKey)),
        ])
        reply.headers.append("Set-Cookie", cookie(session.refresh))
        return reply
    }

    private func login(_ call: Call) throws(Refusal) -> ServerReply {
        try Self.login.check(call.json)
        let claims = service.tokens.verify(call.json["idToken"]?.text ?? "", now: service.time.wallClock)
        guard let claims, claims["iss"]?.text == "cipherbox", claims["aud"]?.text == "web3auth",
            claims["sub"]?.text != nil
        else { throw Refusal(401, "Invalid CipherBox identity token") }
        let (user, isNew) = try enter(
            publicKey: call.json["publicKey"]?.text ?? "",
            maskedEmail: claims["email"]?.text.map(EmailAddress.masked))
        return reply(to: call, try openSession(user), [("isNewUser", .bool(isNew))])
    }

    private func refresh(_ call: Call) throws(Refusal) -> ServerReply {
        try Self.refresh.check(call.json)
        let token = call.isDesktop ? call.json["refreshToken"]?.text : Self.refreshCookie(call.request.headers)
        guard let token, !token.isEmpty else { throw Refusal(401, "No refresh token") }
        let hash = Self.hash(token)
        let now = service.time.wallClock.seconds
        // One use each, and gone before the new pair exists.
        let user = try service.memory.change { (tables) throws(Refusal) -> User in
            let known = tables.refreshTokens[hash]
            if known != nil { tables.removeRefreshToken(hash) }
            guard let known, known.expires > now, let user = tables.users[known.user] else {
                throw Refusal(401, "Invalid or expired refresh token")
            }
            return user
        }
        var members: [(String, JSON)] = []
        if let email = user.maskedEmail { members.append(("email", .string(email))) }
        return reply(to: call, try openSession(user), members)
    }

    private func logout(_ call: Call) throws(Refusal) -> ServerReply {
        let user = try call.account()
        try service.memory.change { (tables) throws(Refusal) in
            tables.removeRefreshTokens { $0.user == user.id }
        }
        var reply = ServerReply.document(["success": true])
        if !call.isDesktop {
            reply.headers.append(
                "Set-Cookie",
                "refresh_token=; Path=/auth; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax")
        }
        return reply
    }

    private func methods(_ call: Call) throws(Refusal) -> ServerReply {
        let user = try call.account()
        return .document([
            [
                "id": .string(user.methodID), "type": "email", "identifier": .string(user.maskedEmail ?? "unknown"),
                "lastUsedAt": .string(user.lastUsed), "createdAt": .string(user.created),
            ]
        ])
    }

    /// The user with this key, made when there is none.
    private func enter(publicKey: String, maskedEmail: String?) throws(Refusal) -> (User, isNew: Bool) {
        let now = service.time.wallClock.javaScriptText
        return try service.memory.change { (tables) throws(Refusal) in
            if var user = tables.user(publicKey: publicKey) {
                user.lastUsed = now
                tables.put(user)
                return (user, false)
            }
            let user = User(
                id: Service.makeID(), publicKey: publicKey, maskedEmail: maskedEmail, created: now,
                methodID: Service.makeID())
            tables.put(user)
            return (user, true)
        }
    }

    private func openSession(_ user: User) throws(Refusal) -> (access: String, refresh: String) {
        let now = service.time.wallClock
        let lifetimes = service.switches
        let refresh = Hex.encode(Random.bytes(32))
        let expires = now + lifetimes.refreshTokenLifetime
        try service.memory.change { (tables) throws(Refusal) in
            tables.put(RefreshToken(hash: Self.hash(refresh), user: user.id, expires: expires.seconds))
        }
        let access = service.tokens.sign(
            [.init("sub", .string(user.id)), .init("publicKey", .string(user.publicKey))], issued: now,
            lifetime: lifetimes.accessTokenLifetime)
        return (access, refresh)
    }

    /// Desktop clients get the refresh token in the body, all others in a cookie.
    private func reply(
        to call: Call, _ session: (access: String, refresh: String), _ more: [(String, JSON)]
    ) -> ServerReply {
        var members = [JSON.Member("accessToken", .string(session.access))]
        if call.isDesktop { members.append(.init("refreshToken", .string(session.refresh))) }
        var reply = ServerReply.document(.object(members + more.map { JSON.Member($0.0, $0.1) }))
        if !call.isDesktop { reply.headers.append("Set-Cookie", cookie(session.refresh)) }
        return reply
    }

    private func cookie(_ token: String) -> String {
        let age = service.switches.refreshTokenLifetime.components.seconds
        return "refresh_token=\(token); Max-Age=\(age); Path=/auth; HttpOnly; SameSite=Lax"
    }

    private static func refreshCookie(_ headers: HeaderFields) -> String? {
        for pair in (headers["Cookie"] ?? "").split(separator: ";") {
            let pair = pair.drop { $0 == " " }
            if pair.hasPrefix("refresh_token=") { return String(pair.dropFirst("refresh_token=".count)) }
        }
        return nil
    }

    private static func hash(_ token: String) -> String { SHA256.digest(of: Array(token.utf8)).description }
}
