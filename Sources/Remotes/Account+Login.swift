package import Core

/// What became of a logout.
package enum LogoutOutcome: Sendable {
    /// The server ended every session of the account, or had ended this one before.
    case ended
    /// The session is forgotten here; the server could not be told, and its refresh token stays good until it expires.
    case forgotten(Failure)
    case wasNotLoggedIn
}

extension Account {
    /// Logs in by e-mail address and the server's test secret, which are kept so that a lost session renews itself.
    package func login(email: String, secret: Token) async throws(Failure) -> AccountSession {
        let held = try await holdForLogin()
        let login = AccountFiles.TestLogin(email: email, secret: secret)
        let session = AccountSession(try await calls.testLogin(login), email: email, time: time)
        try await replace(with: session, login, held)
        return session
    }

    /// Logs in by a refresh token from elsewhere, which is spent by that.
    package func login(refreshToken: Token) async throws(Failure) -> AccountSession {
        let held = try await holdForLogin()
        guard let grant = try await calls.renew(refreshToken) else {
            throw Failure(
                .notLoggedIn, "\(base) refuses the refresh token",
                advice: "each is good for one login and seven days; take a fresh one")
        }
        let session = AccountSession(grant, email: nil, time: time)
        try await replace(with: session, nil, held)
        return session
    }

    /// Ends the session at the server and forgets it here; here also when the server cannot be told.
    package func logout() async throws(Failure) -> LogoutOutcome {
        let held = try await holdForLogin()
        guard let stored = held.stored else {
            try await forget(held)
            return .wasNotLoggedIn
        }
        var outcome = LogoutOutcome.ended
        do throws(Failure) {
            try await end(stored, held)
        } catch {
            if error.code != .notLoggedIn { outcome = .forgotten(error) }
        }
        try await forget(held)
        return outcome
    }

    /// The session as it is stored; nil when nobody is logged in.
    package func stored() async throws(Failure) -> AccountSession? {
        let (files, time) = (files, time)
        return try await Threads.run("session") { () throws(Failure) in try files.session(time: time) }
    }

    private func end(_ stored: AccountSession, _ held: Held) async throws(Failure) {
        if stored.access.phase(at: time) != .expired, try await calls.logout(stored.access.token) { return }
        let renewed = try await renew(stored, Held(lock: held.lock, stored: stored, testLogin: nil))
        _ = try await calls.logout(renewed.access.token)
    }

    /// As `hold`, but a file that cannot be read is to be replaced or removed, whatever it holds.
    private func holdForLogin() async throws(Failure) -> Held {
        let (files, time) = (files, time)
        return try await Threads.run("session") { () throws(Failure) in
            Held(lock: try files.lock(time: time), stored: try? files.session(time: time), testLogin: nil)
        }
    }

    private func replace(
        with session: AccountSession, _ login: AccountFiles.TestLogin?, _ held: Held
    ) async throws(Failure) {
        let files = files
        try await Threads.run("session") { () throws(Failure) in
            try withExtendedLifetime(held.lock) { () throws(Failure) in
                try files.write(session)
                try files.write(login)
            }
        }
        adopt(session)
    }

    private func forget(_ held: Held) async throws(Failure) {
        let files = files
        try await Threads.run("session") { () throws(Failure) in
            try withExtendedLifetime(held.lock) { () throws(Failure) in try files.removeAll() }
        }
        adopt(nil)
    }
}
