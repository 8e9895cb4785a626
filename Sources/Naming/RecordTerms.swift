package import Core

/// How long a record is good, and how long others may keep an answer without asking again.
package struct RecordTerms: Sendable, Equatable {
    /// Two days: what everybody in the network uses, and a day more than the longest pause between renewals.
    package static let lifetime: Duration = .seconds(2 * 86_400)
    /// A year, after which nobody remembers that a name is published.
    private static let greatestLifetime: Duration = .seconds(366 * 86_400)

    package let lifetime: Duration
    package let timeToLive: Duration

    /// Nil stands for the usual length; throws `.usage` for one that makes no sense.
    package init(lifetime: Duration?, timeToLive: Duration?) throws(Failure) {
        let lifetime = lifetime ?? Self.lifetime
        guard lifetime > .zero, lifetime <= Self.greatestLifetime else {
            throw Failure(.usage, "a record is good for more than 0 and at most 366d")
        }
        // The usual answer is not kept beyond the end of a record that is good for less.
        let timeToLive = timeToLive ?? min(NameLimits.timeToLive, lifetime)
        guard timeToLive >= .zero, timeToLive <= lifetime else {
            throw Failure(.usage, "an answer is not kept for longer than the record is good")
        }
        self.lifetime = lifetime
        self.timeToLive = timeToLive
    }

    /// When a record made `now` ends; throws `.invalid` when a clock far off leads beyond what records can say.
    package func end(from now: Timestamp) throws(Failure) -> Timestamp {
        // A year is added below, so that the sum stays within the number.
        guard Timestamp.writableSeconds.contains(now.seconds) else { throw Self.badClock }
        let end = now.adding(lifetime)
        guard Timestamp.writableSeconds.contains(end.seconds) else { throw Self.badClock }
        return end
    }

    private static var badClock: Failure {
        Failure(.invalid, "the clock of this machine is not in the years 0 to 9999", advice: "set the clock")
    }
}
