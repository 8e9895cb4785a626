package import Core

/// A signed statement of what a name stands for, as it travels between machines.
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
}
