internal import Core

/// Big-endian numbers and digests in headers and tables, read and written by the million when a store opens.
///
/// Not `ByteReader`: its generic reads cost a microsecond each across modules, which a table of 100,000 entries shows.
extension RawSpan {
    /// The number in the 8 bytes at `offset`, which must be inside.
    func word(at offset: Int) -> UInt64 {
        UInt64(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The number in the 4 bytes at `offset`, which must be inside.
    func half(at offset: Int) -> UInt32 {
        UInt32(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    func byte(at offset: Int) -> UInt8 { unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

    /// The digest in the 32 bytes at `offset`, which must be inside.
    func digest(at offset: Int) -> Digest {
        Digest(words: (word(at: offset), word(at: offset + 8), word(at: offset + 16), word(at: offset + 24)))
    }
}

extension [UInt8] {
    mutating func append(word: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) { append(UInt8(truncatingIfNeeded: word >> shift)) }
    }

    mutating func append(half: UInt32) {
        for shift in stride(from: UInt32(24), through: 0, by: -8) { append(UInt8(truncatingIfNeeded: half >> shift)) }
    }

    mutating func append(digest: Digest) {
        let words = digest.words
        append(word: words.0)
        append(word: words.1)
        append(word: words.2)
        append(word: words.3)
    }
}
