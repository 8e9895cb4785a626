package import Core
internal import Remotes

/// `cbstore logout`.
package enum LogoutCommand: Command {
    package static let description = CommandDescription(
        "logout", "End the session at a CipherBox API",
        discussion: """
            The server ends every session of the account, on other machines too; it knows no way to end a single one.
            When it cannot be reached the session is forgotten here, and a message says that the server was not told.
            Vaults stay as they are, here and there.
            """,
        group: .remote,
        options: [.api],
        examples: [.init("cbstore logout", "End the session.")],
        exitStatus: [.init(3, "There is no vault of that name."), .busy])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let opening = try VaultOpening(arguments, console).remotes
        let box = try opening.account()
        let outcome = try waitFor { () async throws(Failure) in try await box.account.logout() }
        let wasTold: Bool
        switch outcome {
        case .ended:
            console.note("Logged out at \(box.base).")
            wasTold = true
        case .wasNotLoggedIn:
            console.note("Nobody was logged in at \(box.base).")
            wasTold = false
        case .forgotten(let failure):
            console.warning("the session is forgotten here, but \(box.base) could not be told: \(failure.message)")
            wasTold = false
        }
        if arguments.wantsJSON { try console.json(["api": JSON(box.base), "server_told": JSON(wasTold)]) }
        return 0
    }
}
