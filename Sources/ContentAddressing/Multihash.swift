package import Core

/// A digest with the number of the function that made it.
package struct Multihash: Hashable, Sendable {
    package static let identity: UInt64 = 0x00
    package static let sha1: UInt64 = 0x11
    package static let sha256: UInt64 = 0x12
    package static let sha512: UInt64 = 0x13
    package static let blake3: UInt64 = 0x1e
    package static let blake2b256: UInt64 = 0xb220

    /// The longest digest that is read, of whatever function: also what an identity CID may carry.
    package static let maximumLength = 128

    package let code: UInt64
    package let digest: [UInt8]

    /// Refuses digests that are too long, and lengths that SHA-2 cannot have.
    package init(code: UInt64, digest: [UInt8]) throws(MalformedBytes) {
        guard digest.count <= Self.maximumLength else {
            throw MalformedBytes("a digest of \(digest.count) bytes is longer than \(Self.maximumLength)")
        }
        let longest =
            switch code {
            case Self.sha256: 32
            case Self.sha512: 64
            default: Self.maximumLength
            }
        guard digest.count <= longest else {
            throw MalformedBytes("a digest of \(digest.count) bytes is longer than its function gives")
        }
        guard code <= Varint.maximum else { throw MalformedBytes("no hash function has this number") }
        self.code = code
        self.digest = digest
    }

    package init(_ digest: Digest) {
        code = Self.sha256
        self.digest = digest.bytes
    }

    /// The 32 bytes of a whole SHA-256.
    package var sha256Digest: Digest? {
        code == Self.sha256 && digest.count == Digest.length ? Digest(digest) : nil
    }

    package static func read(_ reader: inout ByteReader) throws(MalformedBytes) -> Multihash {
        let code = try Varint.read(&reader)
        let count = try Varint.read(&reader)
        // Compared before conversion and allocation: the number is the sender's.
        guard count <= UInt64(maximumLength) else {
            throw MalformedBytes("a digest of \(count) bytes is longer than \(maximumLength)")
        }
        return try Multihash(code: code, digest: reader.array(Int(count)))
    }

    package var bytes: [UInt8] { Varint.encode(code) + Varint.encode(UInt64(digest.count)) + digest }
}
