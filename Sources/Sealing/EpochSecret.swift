package import Primitives

/// What a derived key is for; no two purposes share a label.
package struct KeyLabel: RawRepresentable, Sendable, Hashable {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }

    /// The key of the digests that name bodies.
    package static let objectID = KeyLabel(rawValue: "object id")
    /// The key from which each object's own key comes.
    package static let objectKey = KeyLabel(rawValue: "object key")
    /// The digests of plaintext that file records keep.
    package static let contentDigest = KeyLabel(rawValue: "content digest")
    package static let chunker = KeyLabel(rawValue: "chunker")
    package static let treeCuts = KeyLabel(rawValue: "tree cuts")
    package static let journal = KeyLabel(rawValue: "journal")
    package static let cache = KeyLabel(rawValue: "cache")

    /// The bytes that go into the derivation; the version changes when any derived key must.
    var info: [UInt8] { Array("cbstore/1/\(rawValue)".utf8) }
}

/// The secret of one epoch, from which every key that seals content comes.
package final class EpochSecret: Sendable {
    package static let length = 32
    /// The number that the keyring's own secret goes by; epochs of content count from 1.
    package static let keyringNumber: UInt32 = 0
    /// The number of the secrets that open one share manifest each; no vault gets as far.
    package static let shareNumber = UInt32.max

    package let number: UInt32
    /// What the keyring wraps.
    package let secret: SecretBytes
    private let root: HMACSHA256.Key

    package init(number: UInt32, secret: SecretBytes) {
        precondition(secret.count == Self.length, "an epoch secret has 32 bytes")
        self.number = number
        self.secret = secret
        root = HMACSHA256.Key(HKDF.extract(secret, salt: Array("cbstore/1/epoch".utf8)))
    }

    /// A new secret.
    package convenience init(number: UInt32) {
        self.init(number: number, secret: SecretBytes(random: Self.length))
    }

    package func derive(_ label: KeyLabel, count: Int = 32) -> SecretBytes {
        HKDF.expand(root, info: label.info, count: count)
    }
}
