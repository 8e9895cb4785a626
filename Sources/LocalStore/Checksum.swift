/// XXH64: tells torn and rotten bytes from whole ones at memory speed.
///
/// Against chance only. Who could forge one could as well replace the file: what a stored object must prove about
/// itself stands in its seal and its digest, which the layers above check.
enum Checksum {
    private static let prime1: UInt64 = 0x9e37_79b1_85eb_ca87
    private static let prime2: UInt64 = 0xc2b2_ae3d_27d4_eb4f
    private static let prime3: UInt64 = 0x1656_67b1_9e37_79f9
    private static let prime4: UInt64 = 0x85eb_ca77_c2b2_ae63
    private static let prime5: UInt64 = 0x27d4_eb2f_1656_67c5

    static func of(_ bytes: [UInt8], seed: UInt64) -> UInt64 { unsafe of(bytes.span.bytes, seed: seed) }

    static func of(_ bytes: RawSpan, seed: UInt64) -> UInt64 {
        var offset = 0
        var hash: UInt64
        if bytes.byteCount >= 32 {
            hash = stripes(bytes, seed, &offset)
        } else {
            hash = seed &+ prime5
        }
        hash &+= UInt64(bytes.byteCount)
        while offset + 8 <= bytes.byteCount {
            hash = rotated(hash ^ round(0, word(bytes, offset)), 27) &* prime1 &+ prime4
            offset += 8
        }
        if offset + 4 <= bytes.byteCount {
            let half = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
            hash = rotated(hash ^ UInt64(UInt32(littleEndian: half)) &* prime1, 23) &* prime2 &+ prime3
            offset += 4
        }
        while offset < bytes.byteCount {
            let byte = unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            hash = rotated(hash ^ UInt64(byte) &* prime5, 11) &* prime1
            offset += 1
        }
        return closed(hash)
    }

    private static func closed(_ open: UInt64) -> UInt64 {
        var hash = (open ^ open >> 33) &* prime2
        hash = (hash ^ hash >> 29) &* prime3
        return hash ^ hash >> 32
    }

    /// Of 56 bytes from `offset` and two more big-endian words behind them: what an entry's header proves, by the
    /// million when segments are searched.
    static func of(_ bytes: RawSpan, from offset: Int, _ first: UInt64, _ second: UInt64, seed: UInt64) -> UInt64 {
        precondition(offset >= 0 && offset + 56 <= bytes.byteCount)
        var a = round(seed &+ prime1 &+ prime2, word(bytes, offset))
        var b = round(seed &+ prime2, word(bytes, offset + 8))
        var c = round(seed, word(bytes, offset + 16))
        var d = round(seed &- prime1, word(bytes, offset + 24))
        a = round(a, word(bytes, offset + 32))
        b = round(b, word(bytes, offset + 40))
        c = round(c, word(bytes, offset + 48))
        d = round(d, first.byteSwapped)
        var hash = merged(a, b, c, d) &+ 72
        hash = rotated(hash ^ round(0, second.byteSwapped), 27) &* prime1 &+ prime4
        return closed(hash)
    }

    /// Four lanes at once over all whole stripes of 32 bytes.
    private static func stripes(_ bytes: RawSpan, _ seed: UInt64, _ offset: inout Int) -> UInt64 {
        var (a, b, c, d) = (seed &+ prime1 &+ prime2, seed &+ prime2, seed, seed &- prime1)
        while offset + 32 <= bytes.byteCount {
            a = round(a, word(bytes, offset))
            b = round(b, word(bytes, offset + 8))
            c = round(c, word(bytes, offset + 16))
            d = round(d, word(bytes, offset + 24))
            offset += 32
        }
        return merged(a, b, c, d)
    }

    @inline(__always)
    private static func merged(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) -> UInt64 {
        var hash = rotated(a, 1) &+ rotated(b, 7) &+ rotated(c, 12) &+ rotated(d, 18)
        hash = (hash ^ round(0, a)) &* prime1 &+ prime4
        hash = (hash ^ round(0, b)) &* prime1 &+ prime4
        hash = (hash ^ round(0, c)) &* prime1 &+ prime4
        return (hash ^ round(0, d)) &* prime1 &+ prime4
    }

    @inline(__always)
    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        rotated(lane &+ word &* prime2, 31) &* prime1
    }

    @inline(__always)
    private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }

    @inline(__always)
    private static func word(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
        // The loops above keep every offset inside.
        UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }
}
