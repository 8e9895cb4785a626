package import Core
internal import Synchronization

extension Account {
    /// What is in the session file, and the right to replace it.
    struct Held: Sendable {
        let lock: FileLock
        let stored: AccountSession?
        let testLogin: AccountFiles.TestLogin?
    }

    package static var notLoggedIn: Failure {
        Failure(.notLoggedIn, "nobody is logged in", advice: "log in with: cbstore login")
    }

    /// A session whose token works: the stored one when another process has renewed it, else a renewed one.
    func renewed(refused: Token?) async throws(Failure) -> AccountSession {
        let (files, time) = (files, time)
        let found = try await Threads.run("session") { () throws(Failure) in try files.session(time: time) }
        if let found, isGood(found, refused) { return found }
        try repeatRefusal(of: found)
        let held = try await hold()
        // Whoever had the lock before may have renewed it.
        if let stored = held.stored, isGood(stored, refused) { return stored }
        state.withLock { $0.refused = held.stored }
        guard let stored = held.stored else { throw Self.notLoggedIn }
        if let kept = state.withLock({ $0.unsaved }), kept.login == stored.login, kept.generation > stored.generation {
            try await store(kept, over: stored, held)
            if isGood(kept, refused) { return kept }
            return try await renew(kept, held)
        }
        return try await renew(stored, held)
    }

    /// Throws what the server said a moment ago, while the stored session is still the one that it refused.
    private func repeatRefusal(of found: AccountSession?) throws(Failure) {
        let refusal = state.withLock { state -> Failure? in
            guard let ends = state.pauseEnds, time.now < ends, let refusal = state.refusal else { return nil }
            let isTheSame = found.map { $0.isSame(as: state.refused) } ?? (state.refused == nil)
            return isTheSame ? refusal : nil
        }
        if let refusal { throw refusal }
    }

    private func isGood(_ session: AccountSession, _ refused: Token?) -> Bool {
        session.access.token != refused && session.access.phase(at: time) == .fresh
    }

    /// Takes the lock and reads the files.
    func hold() async throws(Failure) -> Held {
        let (files, time) = (files, time)
        return try await Threads.run("session") { () throws(Failure) in
            let lock = try files.lock(time: time)
            return Held(lock: lock, stored: try files.session(time: time), testLogin: try files.testLogin())
        }
    }

    /// Spends the refresh token of `session`, and stores what comes for it.
    func renew(_ session: AccountSession, _ held: Held) async throws(Failure) -> AccountSession {
        if let grant = try await calls.renew(session.refresh) {
            let renewed = AccountSession(renewing: session, grant, time: time)
            try await store(renewed, over: session, held)
            return renewed
        }
        // Spent by a process that died before it could store what it got, ended by a logout elsewhere, or too old.
        guard let login = held.testLogin else {
            throw Failure(
                .notLoggedIn, "the session at \(base) has ended", advice: "log in again with: cbstore login")
        }
        let again = AccountSession(try await calls.testLogin(login), email: login.email, time: time)
        try await store(again, over: session, held)
        return again
    }

    /// Writes a session over the one that it follows. Until that is done the session is kept in memory: the server
    /// gives nothing for the same refresh token again.
    func store(
        _ session: AccountSession, over before: AccountSession?, _ held: Held
    ) async throws(Failure) {
        state.withLock { $0.unsaved = session }
        let (files, time) = (files, time)
        try await Threads.run("session") { () throws(Failure) in
            try withExtendedLifetime(held.lock) { () throws(Failure) in
                // On a file system whose locks do not work, a newer login must still not be lost.
                let present = try files.session(time: time)
                if let present, !present.isSame(as: before) {
                    throw Failure(
                        .conflict, "the session was replaced by another process meanwhile", advice: "try again")
                }
                try files.write(session)
            }
        }
        state.withLock { $0.unsaved = nil }
    }
}
