package import Core

/// A token for requests, and how long it is good for.
///
/// The server's clock and ours need not agree: what counts is the lifetime it gave, from the token's arrival on. The
/// monotonic clock stands still while the machine sleeps and the wall clock may be set back, so the age is the greater of
/// the two.
package struct AccessToken: Sendable, Equatable {
    package enum Phase: Sendable { case fresh, due, expired }

    package let token: Token
    package let lifetime: Duration
    /// By the wall clock.
    package let arrived: Timestamp
    /// Who it was given to.
    package let user: String?
    private let seen: Moment
    private let ageWhenSeen: Duration

    /// A token that arrived at this moment.
    package init(_ token: Token, time: any TimeSource) {
        self.init(token, arrived: time.wallClock, time: time)
    }

    /// A token that arrived earlier, perhaps in another process.
    ///
    /// One that is yet to arrive tells of a clock that was wrong then or is now: it counts as due.
    package init(_ token: Token, arrived: Timestamp, time: any TimeSource) {
        let claims = Self.claims(of: token)
        self.token = token
        self.arrived = arrived
        user = claims?["sub"]?.text
        lifetime = Self.lifetime(claims)
        seen = time.now
        let age = time.wallClock - arrived
        ageWhenSeen = age < .zero ? Self.dueAge(lifetime) : age
    }

    /// Servers count in whole seconds and cut: a token may die a second before its lifetime is over.
    ///
    /// A short one is used to its end all the same. Given up early it would be renewed more than once in each lifetime,
    /// and one renewed within a second is born older still; the refusal that may come instead is repaired unseen.
    private static func usable(_ lifetime: Duration) -> Duration {
        isShort(lifetime) ? lifetime : lifetime - .seconds(1)
    }

    private static func dueAge(_ lifetime: Duration) -> Duration {
        isShort(lifetime) ? lifetime : usable(lifetime) - min(lifetime / 5, RemoteLimits.renewedAhead)
    }

    private static func isShort(_ lifetime: Duration) -> Bool { lifetime < RemoteLimits.shortLifetime }

    package func age(at time: any TimeSource) -> Duration {
        max(ageWhenSeen + (time.now - seen), time.wallClock - arrived)
    }

    package func phase(at time: any TimeSource) -> Phase {
        let age = age(at: time)
        if age < Self.dueAge(lifetime) { return .fresh }
        return age < Self.usable(lifetime) ? .due : .expired
    }

    /// When the server should be expected to refuse it, by our wall clock.
    package var expires: Timestamp { arrived.adding(lifetime) }

    private static func lifetime(_ claims: JSON?) -> Duration {
        guard let issued = claims?["iat"]?.double, let expires = claims?["exp"]?.double,
            issued.isFinite, expires.isFinite, expires > issued
        else { return RemoteLimits.assumedLifetime }
        return .milliseconds(Int64(min(expires - issued, RemoteLimits.greatestLifetime.inSeconds) * 1000))
    }

    /// What a JWT says; its signature is the server's to check.
    private static func claims(of token: Token) -> JSON? {
        let parts = token.text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var text = String(parts[1].map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        while !text.utf8.count.isMultiple(of: 4) { text += "=" }
        return Base64.decode(text).flatMap { try? JSON(parsing: $0) }
    }
}

extension Timestamp {
    static func - (left: Timestamp, right: Timestamp) -> Duration {
        .seconds(left.seconds - right.seconds)
            + .nanoseconds(Int64(left.nanoseconds) - Int64(right.nanoseconds))
    }
}
