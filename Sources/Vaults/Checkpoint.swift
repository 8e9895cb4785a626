package import Core
package import Trees
package import Volumes

/// What the local store keeps of a vault between commits: where the tree stands, and what no object says.
package struct Checkpoint: Sendable, Equatable {
    package var root: NodeLink?
    /// The encoded reference of the newest commit.
    package var commit: [UInt8]?
    package var commitCount: UInt64 = 0
    package var commitTime: Timestamp?
    /// The next counter for a file id of this incarnation.
    package var nextFileCounter: UInt64 = 2
    /// Files in the tree without a name: still open when the commit was made.
    package var orphans: Set<FileID> = []
    /// The encoded reference of a chunk that lists more of them, one behind the other.
    package var moreOrphans: [UInt8]?

    package var encoded: [UInt8] {
        var fields = FieldWriter()
        if let root { fields.bytes(1, root) }
        if let commit { fields.bytes(2, commit) }
        fields.number(3, commitCount)
        if let commitTime { fields.bytes(4, commitTime.bytes) }
        fields.number(5, nextFileCounter)
        for orphan in orphans.sorted() { fields.bytes(8, RecordKey.encode(orphan)) }
        if let moreOrphans { fields.bytes(9, moreOrphans) }
        return fields.bytes
    }

    package init(
        root: NodeLink?, commit: [UInt8]?, commitCount: UInt64, commitTime: Timestamp?, nextFileCounter: UInt64,
        orphans: Set<FileID>
    ) {
        self.root = root
        self.commit = commit
        self.commitCount = commitCount
        self.commitTime = commitTime
        self.nextFileCounter = nextFileCounter
        self.orphans = orphans
    }

    package init() {}

    package init(decoding bytes: [UInt8]) throws(MalformedBytes) {
        var reader = FieldReader(bytes)
        while let (field, value) = try reader.next() {
            switch field {
            case 1: root = try value.bytes("a root")
            case 2: commit = try value.bytes("a commit")
            case 3: commitCount = try value.number("a commit count")
            case 4: commitTime = try value.time("a time")
            case 5: nextFileCounter = try value.number("a file counter")
            case 8:
                guard let file = RecordKey.decodeFileID(try value.bytes("a file id")[...]) else {
                    throw MalformedBytes("a file id is not one")
                }
                orphans.insert(file)
            case 9: moreOrphans = try value.bytes("a list of files")
            default: break
            }
        }
    }
}
