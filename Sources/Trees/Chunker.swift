internal import Core

/// Finds where a stream of content is cut, from the content itself, so that what was inserted or removed moves few cuts.
///
/// Each place has a number, that of the 64 bytes before it: the sum of their entries in a keyed table, each shifted by its
/// distance. A chunk ends at the first place behind `chunkLeast` bytes whose number is below a limit; where none is up to
/// `chunkGreatest`, at the place with the smallest, the last one of equals. So even a cut that had to be made somewhere
/// is found again by a stream that comes there from another start. The table is keyed, so that chunks' lengths do not
/// tell at once what is in them.
package struct Chunker: Sendable {
    /// Bytes of key material that make a table.
    package static let keyBytes = 256 * 8
    /// How many bytes before a place decide on it: what is older was shifted out.
    private static let window = 64
    /// One place in `chunkNormal − chunkLeast` is below it.
    private static let limit = UInt64.max / UInt64(Limits.Content.chunkNormal - Limits.Content.chunkLeast) + 1

    private let table: [UInt64]

    /// A chunker with a number for each value of a byte.
    package init(table: [UInt64]) {
        precondition(table.count == 256, "the chunker takes 256 numbers")
        self.table = table
    }

    /// A chunker whose table is `keyBytes` of key, each number's greatest byte first.
    package init(key bytes: [UInt8]) {
        precondition(bytes.count == Self.keyBytes, "the chunker takes a key of 2048 bytes")
        self.init(
            table: (0..<256).map { entry in bytes[entry * 8..<entry * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) } })
    }

    /// The length of the first chunk of bytes that start at a cut; all of them if no cut comes before their end.
    ///
    /// Depends on no more than the first `chunkGreatest` bytes: given that many, it is what it would be given more.
    package func firstChunk(of bytes: RawSpan) -> Int {
        let count = min(bytes.byteCount, Limits.Content.chunkGreatest)
        if count <= Limits.Content.chunkLeast { return count }
        return unsafe bytes.withUnsafeBytes { bytes in
            unsafe table.withUnsafeBufferPointer { table in unsafe Self.cut(bytes, count, table) }
        }
    }

    private static func cut(
        _ bytes: UnsafeRawBufferPointer, _ count: Int, _ table: UnsafeBufferPointer<UInt64>
    ) -> Int {
        var hash: UInt64 = 0
        for index in Limits.Content.chunkLeast - window..<Limits.Content.chunkLeast {
            hash = unsafe hash << 1 &+ table[Int(bytes[index])]
        }
        var smallest = hash
        var place = Limits.Content.chunkLeast
        if smallest < limit { return place }
        // The one comparison for each byte is with the smallest number yet: it hardly ever is smaller.
        for index in Limits.Content.chunkLeast..<count {
            hash = unsafe hash << 1 &+ table[Int(bytes[index])]
            if hash <= smallest {
                smallest = hash
                place = index + 1
                if hash < limit { return place }
            }
        }
        return count == Limits.Content.chunkGreatest ? place : count
    }
}
