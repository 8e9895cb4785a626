/// The 32 bytes that name an object: the digest inside its CID, or any other 256-bit hash.
package struct Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
    package static let length = 32

    // Four words held inline: an array would cost an allocation per object in every index.
    private let w0: UInt64
    private let w1: UInt64
    private let w2: UInt64
    private let w3: UInt64

    /// The digest in the first 32 bytes of `bytes`, which must hold at least that many.
    package init(_ bytes: some Collection<UInt8>) {
        precondition(bytes.count == Self.length, "a digest has 32 bytes")
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var index = 0
        for byte in bytes {
            switch index >> 3 {
            case 0: words.0 = words.0 << 8 | UInt64(byte)
            case 1: words.1 = words.1 << 8 | UInt64(byte)
            case 2: words.2 = words.2 << 8 | UInt64(byte)
            default: words.3 = words.3 << 8 | UInt64(byte)
            }
            index += 1
        }
        (w0, w1, w2, w3) = words
    }

    package var bytes: [UInt8] {
        var writer = ByteWriter(reserving: Self.length)
        for word in [w0, w1, w2, w3] { writer.append(integer: word) }
        return writer.bytes
    }

    /// The first 64 bits, big-endian: enough to spread digests over buckets.
    package var prefix: UInt64 { w0 }

    /// The digest as four big-endian words: for indexes and tables that handle many at a time.
    package var words: (UInt64, UInt64, UInt64, UInt64) { (w0, w1, w2, w3) }

    package init(words: (UInt64, UInt64, UInt64, UInt64)) { (w0, w1, w2, w3) = words }

    package static func < (left: Digest, right: Digest) -> Bool {
        (left.w0, left.w1, left.w2, left.w3) < (right.w0, right.w1, right.w2, right.w3)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(w0) }

    package var description: String { Hex.encode(bytes) }
}
