internal import Core
internal import Primitives
internal import StorageSupport

/// What the writer does to a store, told by numbers alone: whoever knows how far it came knows what must be there.
///
/// Record n carries its number. Before it, its objects are put and those of an older record are removed, so that
/// segments fill with garbage and are compacted all the while.
enum StoreScript {
    static let key = SecretBytes(copying: Array(1...32))
    /// How many records an object outlives.
    static let age: UInt64 = 64

    static func record(_ number: UInt64) -> [UInt8] {
        var random = SeededRandom(seed: number)
        return [UInt8](bigEndian: number) + random.bytes(Int(random.next() % 700))
    }

    /// The number in a record's bytes, if they are that record's.
    static func number(of bytes: [UInt8]) -> UInt64? {
        guard bytes.count >= 8 else { return nil }
        let number = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        return record(number) == bytes ? number : nil
    }

    /// An object that a record names.
    struct Object {
        let digest: Digest
        let kind: UInt8
        let bytes: [UInt8]
    }

    static func objects(of record: UInt64) -> [Object] {
        var random = SeededRandom(seed: ~record)
        return (0..<random.next() % 3).map { _ in
            let isLarge = random.next() % 16 == 0
            let digest = Digest(random.bytes(Digest.length))
            // Chunks mostly; lists, nodes and commits, of which a second copy is kept, now and then.
            let kind = UInt8(random.next() % 8 < 5 ? 1 : 2 + random.next() % 3)
            return Object(
                digest: digest, kind: kind, bytes: random.bytes(Int(random.next() % (isLarge ? 60_000 : 3000))))
        }
    }
}
