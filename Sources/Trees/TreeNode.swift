package import Core

/// A node of the map: entries in ascending order of their keys.
package final class TreeNode: Sendable {
    /// 0 for records; one more than its children for an inner node.
    package let level: Int
    package let entries: [TreeEntry]
    /// Of all records below, as far as the entries say.
    package let tally: Tally

    /// A node of these entries; throws when their keys do not ascend or a value is not one of that level.
    package convenience init(level: Int, entries: [TreeEntry]) throws(MalformedBytes) {
        for (entry, next) in zip(entries, entries.dropFirst()) {
            guard entry.key.lexicographicallyPrecedes(next.key) else {
                throw MalformedBytes("the keys of a tree node do not ascend")
            }
        }
        try self.init(level: level, ascending: entries)
    }

    private init(level: Int, ascending entries: [TreeEntry]) throws(MalformedBytes) {
        var tally = Tally()
        for entry in entries { try tally.add(level == 0 ? Tally(of: entry) : entry.child().tally) }
        self.level = level
        self.entries = entries
        self.tally = tally
    }

    /// The index of the first entry whose key is not below `key`.
    func index(of key: [UInt8]) -> Int {
        // Written out, as every lookup does this once a level: another module's generic search is not made for this type.
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].key.lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Whether `child` is what `entry` says: one level below, up to its key, and with its tally.
    package func holds(_ child: TreeNode, under entry: TreeEntry) -> Bool {
        child.level == level - 1 && child.entries.last?.key == entry.key && child.tally == entry.tally
    }

    /// The bytes of all keys and values.
    package var weight: Int { entries.reduce(0) { $0 + $1.key.count + $1.value.count } }
}

extension TreeNode {
    /// The node's body: level, count, then each key as what differs from the one before it, and its value.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter(reserving: weight + 4 * entries.count + 8)
        writer.append(varint: UInt64(level))
        writer.append(varint: UInt64(entries.count))
        var before: [UInt8] = []
        for entry in entries {
            var shared = 0
            let limit = min(before.count, entry.key.count)
            while shared < limit, before[shared] == entry.key[shared] { shared += 1 }
            writer.append(varint: UInt64(shared))
            writer.append(lengthPrefixed: entry.key[shared...])
            writer.append(lengthPrefixed: entry.value)
            before = entry.key
        }
        return writer.bytes
    }

    /// The longest key that is read: the longest known, a name that leads to a file, has 288 bytes.
    private static let greatestKeyLength = 1 << 10
    /// The longest body that is read: room for the greatest weight at which nodes are cut, and one more value of 64 KiB.
    ///
    /// Both bounds together keep what a few bytes may stand for, as each key shares the one before, below 64 MiB.
    private static let greatestLength = 256 << 10

    /// Reads a body; keys must ascend, share all they can with the one before, and nothing may follow.
    package convenience init(decoding body: [UInt8]) throws(MalformedBytes) {
        guard body.count <= Self.greatestLength else { throw MalformedBytes("a tree node is too long") }
        var reader = ByteReader(body)
        let level = try reader.count()
        let count = try reader.count()
        guard level < 64, count <= reader.remaining / 3 else { throw MalformedBytes("a tree node claims too much") }
        var entries: [TreeEntry] = []
        entries.reserveCapacity(count)
        var before: [UInt8] = []
        for _ in 0..<count {
            let shared = try reader.count()
            guard shared <= before.count else { throw MalformedBytes("a key shares more than there is") }
            let rest = try reader.lengthPrefixed()
            guard shared == before.count || rest.first != before[shared] else {
                throw MalformedBytes("a key shares less than it could")
            }
            // As it shares all it can, the first byte of its own decides.
            let ascends = shared < before.count ? (rest.first ?? 0) > before[shared] : !rest.isEmpty
            guard ascends || entries.isEmpty else { throw MalformedBytes("the keys of a tree node do not ascend") }
            guard shared + rest.count <= Self.greatestKeyLength else { throw MalformedBytes("a key is too long") }
            var key: [UInt8] = []
            key.reserveCapacity(shared + rest.count)
            key += before[..<shared]
            key += rest
            entries.append(TreeEntry(key: key, value: Array(try reader.lengthPrefixed())))
            before = key
        }
        guard reader.isAtEnd else { throw MalformedBytes("bytes follow a tree node") }
        try self.init(level: level, ascending: entries)
    }
}
