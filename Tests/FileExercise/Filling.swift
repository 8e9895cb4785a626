package import StorageSupport

/// Bytes to be written, mostly told by a number: a piece of a pool of random bytes, or one byte again and again.
package struct Filling: Sendable {
    /// The longest filling: the pool is twice as long.
    package static let greatest = 2 << 20

    private enum Kind {
        /// From here in the pool.
        case piece(Int)
        case flat(UInt8)
        case given([UInt8])
    }

    private static let pool: [UInt8] = {
        var random = SeededRandom(seed: 1)
        return random.bytes(2 * greatest)
    }()

    private let kind: Kind

    package init(_ random: inout SeededRandom) {
        let number = random.next()
        // Bytes that can be compressed, and zeros, now and then: they are stored in other ways.
        switch number % 16 {
        case 0: kind = .flat(0)
        case 1: kind = .flat(UInt8(truncatingIfNeeded: number >> 8))
        default: kind = .piece(Int((number >> 8) % UInt64(Self.greatest)))
        }
    }

    /// These bytes.
    package init(_ bytes: [UInt8]) { kind = .given(bytes) }

    package func bytes(_ count: Int) -> ArraySlice<UInt8> {
        switch kind {
        case .piece(let start): Self.pool[start..<start + count]
        case .given(let bytes): bytes[..<count]
        case .flat(let byte): [UInt8](repeating: byte, count: count)[...]
        }
    }
}
