internal import Core
internal import Transport

/// The calls that give and end sessions; none of them needs one but the last.
struct AuthenticationCalls: Sendable {
    /// What the server gives for a login or a refresh token.
    struct Grant: Sendable {
        let access: Token
        let refresh: Token
        let email: String?
    }

    let base: String
    let service: any HTTPService

    /// A login by e-mail address and the server's test secret, where the server allows it.
    func testLogin(_ login: AccountFiles.TestLogin) async throws(Failure) -> Grant {
        let body: JSON = ["email": JSON(login.email), "secret": JSON(login.secret.text)]
        let response = try await service.send(CipherBoxCalls.post(base, "/auth/test-login", body))
        let what = "logging in at \(base)"
        switch response.status {
        case 401:
            throw Failure(
                .notLoggedIn, "\(base) refuses the test secret", advice: "check CIPHERBOX_TEST_SECRET")
        case 403:
            throw Failure(
                .denied, "\(base) allows no test login",
                advice: "log in with a refresh token: cbstore login --refresh-token-file FILE")
        default: return try grant(response, what)
        }
    }

    /// Spends a refresh token for new tokens; nil when the server refuses it: spent before, expired or taken back.
    func renew(_ token: Token) async throws(Failure) -> Grant? {
        var call = CipherBoxCalls.post(base, "/auth/refresh", ["refreshToken": JSON(token.text)])
        // It is good for one use: sent again by itself, on a connection that turned out dead, it would end the session.
        call.mayRepeat = false
        let response = try await service.send(call)
        if response.status == 401 { return nil }
        return try grant(response, "renewing the session at \(base)")
    }

    /// Ends every session of the account; false when the access token is refused.
    func logout(_ token: Token) async throws(Failure) -> Bool {
        var call = CipherBoxCalls.call("POST", base, "/auth/logout", route: "/auth/logout")
        call.request.headers["Authorization"] = "Bearer " + token.text
        let response = try await service.send(call)
        if response.status == 401 { return false }
        if let failure = response.failure(doing: "logging out at \(base)") { throw failure }
        return true
    }

    private func grant(_ response: HTTPResponse, _ what: String) throws(Failure) -> Grant {
        if let failure = response.failure(doing: what) { throw failure }
        let json = try CipherBoxCalls.document(response, doing: what)
        guard let access = json["accessToken"]?.text.flatMap({ Token($0) }),
            let refresh = json["refreshToken"]?.text.flatMap({ Token($0) })
        else { throw CipherBoxCalls.unexpected(what) }
        return Grant(access: access, refresh: refresh, email: json["email"]?.text)
    }
}
