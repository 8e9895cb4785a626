package import Core
internal import Remotes

/// `cbstore whoami`.
package enum WhoamiCommand: Command {
    package static let description = CommandDescription(
        "whoami", "Show who is logged in at a CipherBox API",
        discussion: """
            Asks the server whether the session works, and renews it if need be. The access token's end is no end of the
            session: it is renewed by itself.
            """,
        group: .remote,
        options: [.api],
        examples: [.init("cbstore whoami", "Account and session.")],
        exitStatus: [.init(3, "There is no vault of that name."), .session, .network])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let opening = try VaultOpening(arguments, console).remotes
        let box = try opening.account()
        let (session, failure) = try waitFor { () async throws(Failure) -> (AccountSession, Failure?) in
            var failure: Failure?
            do throws(Failure) { _ = try await box.api.quota() } catch { failure = error }
            guard let session = try await box.account.stored() else { throw failure ?? Account.notLoggedIn }
            return (session, failure)
        }
        if arguments.wantsJSON {
            try console.json(.object(session.members(at: box) + [.init("works", JSON(failure == nil))]))
        } else {
            try console.line("api:     \(box.base)")
            try console.line("user:    \(session.user ?? "unknown")")
            if let email = session.email { try console.line("email:   \(TerminalText.safe(email))") }
            try console.line("expires: \(session.access.expires.text) (renewed by itself)")
            try console.line("works:   \(failure == nil ? "yes" : "no")")
        }
        if let failure { throw failure }
        return 0
    }
}
