package import Core

/// A signed statement of what a name stands for, as it travels between machines.
///
/// There are two ways to have one: to sign it, and to have `read` check the bytes of one. So whoever holds a record
/// holds a genuine one; what may still be wrong with it is its age.
package struct NameRecord: Sendable, Equatable {
    /// The record as it was made or received.
    package let bytes: [UInt8]
    /// What the name stands for, usually `/ipfs/CID`.
    package let value: String
    package let sequence: UInt64
    /// From this moment on nobody should believe it.
    package let validUntil: Timestamp
    /// How long an answer may be kept without asking again.
    package let timeToLive: Duration

    /// Whether the record is no longer to be believed, except by whoever holds its key: to them it is a hint.
    package func isExpired(at now: Timestamp) -> Bool { validUntil <= now }

    /// Which of two records of one name counts: the higher sequence, then the later end, then the greater bytes.
    ///
    /// Every machine that knows both decides alike: the specification's first rule, that a second signature is better
    /// than none, is kept by having no record without one. Not better than itself.
    package func isBetter(than other: NameRecord) -> Bool {
        if sequence != other.sequence { return sequence > other.sequence }
        if validUntil != other.validUntil { return validUntil > other.validUntil }
        return other.bytes.lexicographicallyPrecedes(bytes)
    }
}
