/// What the journal held when the store was opened.
package struct Recovery: Sendable {
    /// The caller's state at the newest durable checkpoint; nil before the first.
    package let state: [UInt8]?
    /// The position the state stands for.
    package let through: UInt64
    /// The records after it, in order, each once.
    package let records: [RecoveredRecord]
    /// What was cut, repaired or cannot be read.
    package let findings: [Finding]
    /// The same in sentences, for the log.
    package var notes: [String] { findings.map(\.sentence) }
}

/// A record that was appended after the newest checkpoint.
package struct RecoveredRecord: Sendable, Equatable {
    package let position: UInt64
    package let bytes: [UInt8]
    /// A later block says that it was on the disk, with every object put before it.
    ///
    /// The last acknowledged records may say no, when nothing was written after them.
    package let isDurable: Bool
    /// Every object put before it was on the disk before it was written. When this says no, a power cut may have taken
    /// an object that the record names; then see `LocalStore.dropRecovered`.
    package let objectsWereSynced: Bool
}
