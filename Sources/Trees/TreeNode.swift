package import Core

/// How one node names another: the encoded reference of its object.
package typealias NodeLink = [UInt8]

/// One record of a map, or one child of an inner node under the greatest key below it.
package struct TreeEntry: Equatable, Sendable {
    package let key: [UInt8]
    /// A record's value, or the link to a child.
    package let value: [UInt8]

    package init(key: [UInt8], value: [UInt8]) {
        self.key = key
        self.value = value
    }

    /// Where an entry of an inner node leads.
    package var link: NodeLink { value }

    /// The bytes this entry counts for when nodes are cut, independent of how a node packs it.
    var weight: Int { key.count + value.count + 4 }
}

/// A node of the map: entries in ascending order of their keys.
package final class TreeNode: Sendable {
    /// 0 for records; one more than its children for an inner node.
    package let level: Int
    package let entries: [TreeEntry]

    package init(level: Int, entries: [TreeEntry]) {
        self.level = level
        self.entries = entries
    }

    /// The index of the first entry whose key is not below `key`.
    func index(of key: [UInt8]) -> Int {
        entries.partitionPoint { !$0.key.lexicographicallyPrecedes(key) }
    }

    /// Whether `child` stands where `entry` says: one level below, and up to its key.
    ///
    /// So a tree is as deep as its root says and no node occurs in it twice, whoever made it.
    package func holds(_ child: TreeNode, under entry: TreeEntry) -> Bool {
        child.level == level - 1 && child.entries.last?.key == entry.key
    }

    package var weight: Int { entries.reduce(0) { $0 + $1.weight } }
}

extension TreeNode {
    /// The node's body: level, count, then each key as what differs from the one before it, and its value.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter(reserving: weight + 8)
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
    /// The longest body that is read: nodes are cut behind 32 KiB, and one value, an extended attribute's, may have 64.
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
            guard shared + rest.count <= Self.greatestKeyLength else { throw MalformedBytes("a key is too long") }
            let key = before[..<shared] + rest
            let value = Array(try reader.lengthPrefixed())
            guard entries.isEmpty || before.lexicographicallyPrecedes(key) else {
                throw MalformedBytes("the keys of a tree node do not ascend")
            }
            before = Array(key)
            entries.append(TreeEntry(key: before, value: value))
        }
        guard reader.isAtEnd else { throw MalformedBytes("bytes follow a tree node") }
        self.init(level: level, entries: entries)
    }
}
