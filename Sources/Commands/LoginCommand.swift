package import Core
internal import Remotes

/// `cbstore login`.
package enum LoginCommand: Command {
    package static let description = CommandDescription(
        "login", "Begin a session at a CipherBox API",
        discussion: """
            The session is kept in the home's folder 'accounts', readable by you alone, and renewed by itself before it
            ends. It serves every vault attached to that API.

            A refresh token is what another CipherBox program holds for you; it is good for one login, which leaves that
            program without it. A test login is possible only where the server allows it; its secret is kept with the
            session, so that a session that was lost begins anew by itself.
            """,
        group: .remote,
        options: [
            .value("test", "email", "Log in by the test secret, taken from CIPHERBOX_TEST_SECRET."),
            .value(
                "refresh-token-file", "file", "Log in by the refresh token in the first line of this file.",
                completes: .file),
            .api,
        ],
        examples: [
            .init("cbstore login --refresh-token-file token.txt", "Take over a session."),
            .init("cbstore login --api http://127.0.0.1:3000 --test me@example.org", "Log in at a test server."),
        ],
        exitStatus: [
            .init(3, "The file does not exist."), .init(4, "The server refuses the secret or the token."), .network,
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let opening = try VaultOpening(arguments, console).remotes
        let box = try opening.account()
        let session: AccountSession
        switch (try arguments.text("test"), arguments.bytes("refresh-token-file")) {
        case (let email?, nil):
            let secret = try testSecret(arguments)
            session = try waitFor { () async throws(Failure) in
                try await box.account.login(email: email, secret: secret)
            }
        case (nil, let path?):
            let token = try refreshToken(path)
            session = try waitFor { () async throws(Failure) in
                try await box.account.login(refreshToken: token)
            }
        case (nil, nil): throw arguments.usage("choose --test EMAIL or --refresh-token-file FILE")
        case (_?, _?): throw arguments.usage("--test and --refresh-token-file exclude each other")
        }
        if arguments.wantsJSON {
            try console.json(.object(session.members(at: box)))
        } else {
            console.note("Logged in at \(box.base)\(session.email.map { " as \($0)" } ?? "").")
        }
        return 0
    }

    private static func testSecret(_ arguments: ParsedArguments) throws(Failure) -> Token {
        guard let bytes = arguments.environment["CIPHERBOX_TEST_SECRET"], let text = Name(bytes).string,
            let secret = Token(secret: text)
        else { throw arguments.usage("--test takes its secret from CIPHERBOX_TEST_SECRET, which is not set") }
        return secret
    }

    private static func refreshToken(_ path: [UInt8]) throws(Failure) -> Token {
        let bytes: [UInt8]
        do throws(SystemCallFailure) {
            bytes = try Files.readWhole(path, limit: RemoteLimits.sessionBytes)
        } catch {
            throw Failure(error.errno.code, "the refresh token's file cannot be read", cause: error)
        }
        let line = bytes.prefix { $0 != 0x0a }.filter { $0 != 0x0d }
        guard let text = Name(Array(line)).string, let token = Token(text) else {
            throw Failure(.invalid, "the first line of \(path.shown) is no refresh token")
        }
        return token
    }
}

extension AccountSession {
    /// What `--json` prints of a session.
    func members(at box: CipherBox) -> [JSON.Member] {
        [
            .init("api", JSON(box.base)), .init("user", JSON(user)), .init("email", JSON(email)),
            .init("access_token_expires", JSON(access.expires.text)),
        ]
    }
}
