package import Core

/// A digest with the number of the function that made it.
package struct Multihash: Hashable, Sendable {
    package static let identity = HashFunction.identity.code
    package static let sha256 = HashFunction.sha256.code

    /// The shortest digest, of whatever function but the identity: shorter ones can be met by chance or by force.
    package static let shortest = 20
    /// The longest digest that is read, of whatever function: also what an identity CID may carry.
    package static let longest = 128

    package let code: UInt64
    package let digest: [UInt8]

    /// Refuses digests that are too short or too long to name content, and lengths that the function cannot give.
    ///
    /// A digest that was cut off is legal as long as it is not too short.
    package init(code: UInt64, digest: [UInt8]) throws(MalformedBytes) {
        guard code <= Varint.maximum else { throw MalformedBytes("no hash function has this number") }
        try Self.checkLength(UInt64(digest.count), code: code)
        self.code = code
        self.digest = digest
    }

    package init(_ digest: Digest) {
        code = Self.sha256
        self.digest = digest.bytes
    }

    private static func checkLength(_ count: UInt64, code: UInt64) throws(MalformedBytes) {
        guard count <= UInt64(longest) else {
            throw MalformedBytes("a digest of \(count) bytes is longer than \(longest)")
        }
        guard code != identity else { return }
        guard count >= UInt64(shortest) else {
            throw MalformedBytes("a digest of \(count) bytes is shorter than \(shortest)")
        }
        if let longest = HashName.longestDigest(ofCode: code), count > UInt64(longest) {
            throw MalformedBytes("a digest of \(count) bytes is longer than its function gives")
        }
    }

    package static func read(_ reader: inout ByteReader) throws(MalformedBytes) -> Multihash {
        let code = try Varint.read(&reader)
        let count = try Varint.read(&reader)
        // Compared before conversion and allocation: the number is the sender's.
        try checkLength(count, code: code)
        return try Multihash(code: code, digest: reader.array(Int(count)))
    }

    package var bytes: [UInt8] { Varint.encode(code) + Varint.encode(UInt64(digest.count)) + digest }
}

extension Multihash {
    /// The function that made the digest; nil when it is not here.
    package var function: HashFunction? { HashFunction(code: code) }

    /// The 32 bytes of a whole SHA-256.
    package var sha256Digest: Digest? {
        code == Self.sha256 && digest.count == Digest.length ? Digest(digest) : nil
    }

    /// Whether `bytes` have this digest; throws when the function is not here, and nothing is known of them.
    package func verifies(_ bytes: UnsafeRawBufferPointer) throws(UnsupportedHash) -> Bool {
        guard let function else { throw UnsupportedHash(code: code) }
        // The front of a digest is one too, but an identity is nothing less than its content.
        guard function != .identity || bytes.count == digest.count else { return false }
        guard let whole = try? unsafe function.hash(of: bytes) else { return false }
        return whole.digest.starts(with: digest)
    }

    package func verifies(_ bytes: [UInt8]) throws(UnsupportedHash) -> Bool { try verifies(bytes[...]) }

    package func verifies(_ bytes: ArraySlice<UInt8>) throws(UnsupportedHash) -> Bool {
        let verdict = unsafe bytes.withUnsafeBytes { raw in
            Result { () throws(UnsupportedHash) in try unsafe verifies(raw) }
        }
        return try verdict.get()
    }
}

/// Content is named by a hash function that cannot be computed here.
package struct UnsupportedHash: Error, Equatable, CustomStringConvertible {
    package let code: UInt64

    package init(code: UInt64) { self.code = code }

    package var description: String { "the hash function \(HashName.text(ofCode: code)) is not supported" }
}
