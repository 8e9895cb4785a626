internal import ContentAddressing
package import Core
package import Naming
package import Primitives
package import Storage

/// A key of the user's that publishes one name by hand, and the last record made with it.
///
/// A vault's own keys are never among these, so its names cannot be published in this way.
package struct PublishingKey: Sendable {
    /// The key that is used when none is named, made at first use.
    package static let standard = "self"
    /// The protobuf message around a private Ed25519 key: type 1, then 64 bytes of seed and public key.
    private static let head: [UInt8] = [0x08, 0x01, 0x12, 0x40]
    /// Longer than a publish takes.
    private static let lockWait: Duration = .seconds(100)
    /// Records that others with the same key may have made: one a second for eleven days.
    private static let believableStep: UInt64 = 1_000_000

    package let signing: Ed25519.SigningKey
    package let name: IPNSName
    private let recordPath: [UInt8]
    /// Nobody else makes a record with the key while this is there.
    private let lock: FileLock

    /// The key of a name in the folder `keys`; blocks while another process publishes with it.
    package init(_ label: String, in keys: [UInt8]) throws(Failure) {
        try Label.check(label, of: "a key")
        let keyPath = Files.join(keys, label + ".key")
        do throws(SystemCallFailure) {
            try Files.makeDirectory(keys, mode: 0o700, withParents: true)
            lock = try FileLock(Files.join(keys, label + ".lock"), wait: Self.lockWait)
            if label == Self.standard, !Files.exists(keyPath) { try Self.make(keyPath) }
        } catch {
            throw Failure(error.errno.code, "the key '\(label)' cannot be used", cause: error)
        }
        signing = Ed25519.SigningKey(seed: try Self.read(keyPath, label))
        do throws(MalformedBytes) {
            name = try IPNSName(ed25519: signing.publicKey)
        } catch {
            throw Failure(.damaged, "the key '\(label)' gives no name", cause: error)
        }
        recordPath = Files.join(keys, label + ".ipns-record")
    }

    private static func make(_ path: [UInt8]) throws(SystemCallFailure) {
        let key = Ed25519.SigningKey()
        var bytes = head + key.seed.copy() + key.publicKey
        defer { Wipe.array(&bytes) }
        try Files.writeAtomically(path, bytes, mode: 0o600)
    }

    private static func read(_ path: [UInt8], _ label: String) throws(Failure) -> SecretBytes {
        var bytes: [UInt8]
        do throws(SystemCallFailure) {
            bytes = try Files.readWhole(path, limit: 4096)
        } catch {
            guard error.errno == .noEntry else {
                throw Failure(error.errno.code, "the key '\(label)' cannot be read", cause: error)
            }
            throw Failure(.notFound, "there is no key '\(label)'", advice: "leave --key out to use 'self'")
        }
        defer { Wipe.array(&bytes) }
        guard bytes.count == 68, bytes.starts(with: head) else {
            throw Failure(.damaged, "the file of the key '\(label)' is not an Ed25519 key")
        }
        let seed = SecretBytes(copying: Array(bytes[4..<36]))
        guard Ed25519.SigningKey(seed: seed).publicKey == Array(bytes[36...]) else {
            throw Failure(.damaged, "the file of the key '\(label)' is damaged: its two halves do not belong together")
        }
        return seed
    }

    /// The record that was made last, whether or not it could be sent.
    package func lastRecord() throws(Failure) -> NameRecord? {
        let bytes: [UInt8]
        do throws(SystemCallFailure) {
            bytes = try Files.readWhole(recordPath, limit: NameLimits.recordBytes)
        } catch {
            if error.errno == .noEntry { return nil }
            throw Failure(error.errno.code, "the last record of \(name) cannot be read", cause: error)
        }
        return try NameRecord.read(bytes, for: name)
    }

    /// The number of the next record: above the last one made here and the one that is published.
    ///
    /// What only the remote says, unsigned, counts as far as it could be true: else one lie would use up the numbers, and
    /// the name could never be published again.
    package func nextSequence(after published: NameAnswer?) throws(Failure) -> UInt64 {
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

    /// Keeps a record before it is sent, so that no later one takes its number again.
    package func keep(_ record: NameRecord) throws(Failure) {
        do throws(SystemCallFailure) {
            try Files.writeAtomically(recordPath, record.bytes, mode: 0o600)
        } catch {
            throw Failure(error.errno.code, "the record of \(name) cannot be kept", cause: error)
        }
    }
}
