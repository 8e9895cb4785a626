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

    /// Reads a body; keys must ascend and nothing may follow.
    package convenience init(decoding body: [UInt8]) throws(MalformedBytes) {
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
            let key = before[..<shared] + (try reader.lengthPrefixed())
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
