package import Core
internal import Primitives

/// A login at a server, as it stands in the session file.
package struct AccountSession: Sendable, Equatable {
    /// Tells this login from every other one.
    package let login: String
    /// How often the login was renewed.
    package let generation: UInt64
    package let email: String?
    package let access: AccessToken
    let refresh: Token

    /// A new login.
    init(_ grant: AuthenticationCalls.Grant, email: String?, time: any TimeSource) {
        login = Hex.encode(Random.bytes(8))
        generation = 0
        self.email = email ?? grant.email
        access = AccessToken(grant.access, time: time)
        refresh = grant.refresh
    }

    /// The same login with what the server gave for its refresh token.
    init(renewing session: AccountSession, _ grant: AuthenticationCalls.Grant, time: any TimeSource) {
        login = session.login
        generation = session.generation + 1
        email = session.email ?? grant.email
        access = AccessToken(grant.access, time: time)
        refresh = grant.refresh
    }

    package var user: String? { access.user }

    func isSame(as other: AccountSession?) -> Bool { login == other?.login && generation == other?.generation }
}

extension AccountSession {
    private static let formatVersion = 1

    /// What the session file holds.
    package func json(base: String) -> JSON {
        [
            "version": JSON(Self.formatVersion), "api": JSON(base), "login": JSON(login),
            "generation": JSON(generation), "email": JSON(email), "access_token": JSON(access.token.text),
            "arrived_seconds": JSON(access.arrived.seconds), "arrived_nanoseconds": JSON(access.arrived.nanoseconds),
            "refresh_token": JSON(refresh.text),
        ]
    }

    /// Throws `.damaged` for what is no session of the API at `base`, `.unknownFormat` for a newer version.
    package init(json: JSON, base: String, time: any TimeSource) throws(Failure) {
        guard let version = json["version"]?.int else { throw Self.damaged }
        guard version == Self.formatVersion else {
            throw Failure(
                .unknownFormat, "the session file has version \(version), which this program does not know",
                advice: "use the newer program that wrote it, or log in again: cbstore login")
        }
        guard json["api"]?.text == base, let login = json["login"]?.text,
            let generation = json["generation"]?.uint64, let access = json["access_token"]?.text.flatMap({ Token($0) }),
            let refresh = json["refresh_token"]?.text.flatMap({ Token($0) }),
            let seconds = json["arrived_seconds"]?.int, Timestamp.writableSeconds.contains(Int64(seconds)),
            let nanoseconds = json["arrived_nanoseconds"]?.int, (0..<1_000_000_000).contains(nanoseconds)
        else { throw Self.damaged }
        self.login = login
        self.generation = generation
        email = json["email"]?.text
        self.refresh = refresh
        let arrived = Timestamp(seconds: Int64(seconds), nanoseconds: UInt32(nanoseconds))
        self.access = AccessToken(access, arrived: arrived, time: time)
    }

    static var damaged: Failure {
        Failure(.damaged, "the session file cannot be read", advice: "log in again: cbstore login")
    }
}
