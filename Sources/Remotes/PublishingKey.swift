package import Core
package import Naming
package import Primitives
package import Storage

/// A key of the user's that makes records of one name by hand, and the last record made with it.
package struct PublishingKey: Sendable {
    /// The key that is used when none is named, made at first use.
    package static let standard = "self"
    /// Longer than a publish takes.
    private static let lockWait: Duration = .seconds(100)
    /// Records that others with the same key may have made: one a second for eleven days.
    private static let believableStep: UInt64 = 1_000_000

    package let signing: Ed25519.SigningKey
    package let name: IPNSName
    private let label: String
    private let folder: KeyFolder
    /// Nobody else makes a record with the key while this is there.
    private let lock: FileLock

    /// The key of a label; blocks while another process makes a record with it.
    package init(_ label: String, in folder: KeyFolder) throws(Failure) {
        self.label = label
        self.folder = folder
        lock = try folder.lock(label, wait: Self.lockWait)
        if label == Self.standard, !folder.contains(label) { try folder.add(Ed25519.SigningKey(), as: label) }
        signing = try folder.key(label)
        name = IPNSName(of: signing)
    }

    /// The record that was made last, whether or not it could be sent.
    package func lastRecord() throws(Failure) -> NameRecord? { try folder.lastRecord(label, of: name) }

    /// The number of the next record: above the last one made here and the one that is published.
    ///
    /// What only the remote says, unsigned, counts as far as it could be true: else one lie would use up the numbers,
    /// and the name could never be published again.
    package func nextSequence(after published: NameAnswer? = nil) throws(Failure) -> UInt64 {
        let last = try lastRecord()?.sequence
        var greatest = last
        if let published, published.isVerified || published.sequence < (last ?? 0) &+ Self.believableStep {
            greatest = max(last ?? 0, published.sequence)
        }
        guard let greatest else { return 0 }
        guard greatest < .max else {
            throw Failure(.overLimit, "the name \(name) has used up its numbers", advice: "publish under another key")
        }
        return greatest + 1
    }

    /// A new record, kept before anybody has it, so that no later one takes its number again.
    package func makeRecord(_ value: ContentPath, sequence: UInt64, terms: RecordTerms) throws(Failure) -> NameRecord {
        let record = NameRecord.signed(
            value: value.description, sequence: sequence, validUntil: try terms.end(from: SystemTime().wallClock),
            timeToLive: terms.timeToLive, by: signing)
        try folder.keep(record, label, of: name)
        return record
    }
}
