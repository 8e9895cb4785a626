package import Core
internal import Synchronization
package import Transport

/// The session of one user at one API: gives tokens that work, and renews them before anybody notices.
///
/// - A token is renewed once for all callers of this process; the session file and its lock do the same among processes,
///   so that each refresh token is spent once. The new session is on the disk before its token is used.
/// - While a token is due but still good, calls go on with it and the renewal runs beside them; only when it has expired,
///   or the server refused it, do they wait.
/// - A process that ends right after a call should let `settle` return first: what the server gave for a spent refresh
///   token would be lost with the process.
package final class Account: Sendable {
    struct State {
        var session: AccountSession?
        /// A session that the server gave and that could not be written yet.
        var unsaved: AccountSession?
        var renewal: SharedAnswer<AccountSession>?
        /// Until then a renewal that failed is not tried again where it need not be.
        var pauseEnds: Moment?
        /// The refusal that a new try with the same session would only meet again, until `pauseEnds`.
        var refusal: Failure?
        /// The session that was refused; nil when there was none.
        var refused: AccountSession?
        /// Logins and logouts of this process: a renewal that began before one must not undo it.
        var changes = 0
    }

    /// The address of the API, without a slash at its end.
    package let base: String
    let files: AccountFiles
    let calls: AuthenticationCalls
    let time: any TimeSource
    let state = Mutex(State())

    /// `accounts` is the folder of all accounts; `service` sends what needs no token.
    package init(accounts: [UInt8], base: String, service: any HTTPService, time: any TimeSource) {
        self.base = base
        self.time = time
        files = AccountFiles(accounts: accounts, base: base)
        calls = AuthenticationCalls(base: base, service: service)
    }

    /// What to do about a token, decided under the lock and done outside.
    private enum Step {
        case use(AccessToken)
        case wait(SharedAnswer<AccountSession>)
    }

    /// A token to send with a request; waits until `deadline` when there is none that works.
    package func token(until deadline: Moment) async throws(Failure) -> AccessToken {
        let (step, begun) = state.withLock { state -> (Step, SharedAnswer<AccountSession>?) in
            let phase = state.session?.access.phase(at: time)
            if let access = state.session?.access, phase == .fresh { return (.use(access), nil) }
            let isPaused = state.pauseEnds.map { time.now < $0 } ?? false
            if let access = state.session?.access, phase == .due {
                let begun = isPaused || state.renewal != nil ? nil : Self.begin(&state)
                return (.use(access), begun)
            }
            return waiting(&state)
        }
        if let begun { start(begun, refused: nil) }
        return try await carryOut(step, until: deadline)
    }

    /// A token in the place of one that the server refused.
    package func token(
        after refused: AccessToken, until deadline: Moment
    ) async throws(Failure) -> AccessToken {
        let (step, begun) = state.withLock { state -> (Step, SharedAnswer<AccountSession>?) in
            // Somebody else was refused before, and it is renewed already.
            if let access = state.session?.access, access.token != refused.token { return (.use(access), nil) }
            return waiting(&state)
        }
        if let begun { start(begun, refused: refused.token) }
        return try await carryOut(step, until: deadline)
    }

    private func waiting(_ state: inout State) -> (Step, SharedAnswer<AccountSession>?) {
        if let renewal = state.renewal { return (.wait(renewal), nil) }
        let begun = Self.begin(&state)
        return (.wait(begun), begun)
    }

    private func carryOut(_ step: Step, until deadline: Moment) async throws(Failure) -> AccessToken {
        switch step {
        case .use(let access): return access
        case .wait(let renewal):
            let late = Failure(
                .timedOut, "the session at \(base) could not be renewed in time", advice: "try again later")
            return try await renewal.value(until: deadline, time: time, late: late).access
        }
    }

    private static func begin(_ state: inout State) -> SharedAnswer<AccountSession> {
        let renewal = SharedAnswer<AccountSession>()
        state.renewal = renewal
        return renewal
    }

    /// Renews in a task of its own: the caller's cancellation must not lose what the server gives. Its priority is that
    /// of whoever may be waiting for it, which nothing passes on by itself.
    private func start(_ renewal: SharedAnswer<AccountSession>, refused: Token?) {
        let changes = state.withLock { $0.changes }
        Task.detached(priority: .high) { [self] in
            let result: Result<AccountSession, Failure>
            do throws(Failure) {
                result = .success(try await renewed(refused: refused))
            } catch {
                result = .failure(error)
            }
            state.withLock { state in
                state.renewal = nil
                guard state.changes == changes else { return }
                switch result {
                case .success(let session):
                    state.session = session
                    state.refusal = nil
                    state.pauseEnds = nil
                case .failure(let failure):
                    state.refusal = failure.code.row.retry == .later ? nil : failure
                    state.pauseEnds = time.now + RemoteLimits.renewalPause
                }
            }
            renewal.fulfil(result)
        }
    }

    /// Waits for a renewal that is under way, so that its result is on the disk when the process ends.
    package func settle() async {
        guard let renewal = state.withLock({ $0.renewal }) else { return }
        let deadline = time.now + RemoteLimits.sessionLock
        _ = try? await renewal.value(until: deadline, time: time, late: Failure(.timedOut, "no renewal came"))
    }

    /// Takes a session that was stored for the one to use, and forgets what failed before.
    func adopt(_ session: AccountSession?) {
        state.withLock { state in
            state.changes += 1
            state.session = session
            state.unsaved = nil
            state.refusal = nil
            state.pauseEnds = nil
        }
    }
}
