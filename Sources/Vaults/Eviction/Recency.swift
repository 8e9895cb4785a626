internal import Core
internal import Synchronization

/// A bit for each chunk that was read since the hand of the clock last came by.
///
/// Bits are shared: a chunk may be taken for used that was not, and stays a round longer.
final class Recency: Sendable {
    /// 128 KiB: a bit each for a terabyte of whole chunks.
    private static let bits = 1 << 20
    private let words = Mutex([UInt64](repeating: 0, count: bits / 64))

    private static func index(of digest: Digest) -> Int {
        digest.bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) } % bits
    }

    func note(_ digest: Digest) {
        let index = Self.index(of: digest)
        words.withLock { $0[index / 64] |= 1 << UInt64(index % 64) }
    }

    /// Whether the bit was set; it no longer is.
    func take(_ digest: Digest) -> Bool {
        let index = Self.index(of: digest)
        return words.withLock { words in
            let mask = UInt64(1) << UInt64(index % 64)
            defer { words[index / 64] &= ~mask }
            return words[index / 64] & mask != 0
        }
    }
}
