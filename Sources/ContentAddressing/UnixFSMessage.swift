package import Core

/// What a dag-pb node is in UnixFS: the message in its data.
///
/// What is absent is told from what is zero, so that every message that is read at all is written again byte for byte.
package struct UnixFSMessage: Sendable, Equatable {
    package enum Kind: UInt64, Sendable, CaseIterable {
        /// Bytes of a file, in the leaves of some importers.
        case raw, directory, file
        /// Dead: nobody writes it.
        case metadata
        case symlink
        /// One node of a directory that is spread over many.
        case shard
    }

    package var kind: Kind
    /// Bytes of the file in this node, the target of a symbolic link, or the bit field of a shard.
    package var data: ArraySlice<UInt8>?
    /// The bytes of the file in this node and below.
    package var fileSize: UInt64?
    /// The bytes of the file below each link.
    package var blockSizes: [UInt64]
    package var hashType: UInt64?
    package var fanout: UInt64?
    /// Permissions in the low 12 bits; the others are reserved, and kept as they are.
    package var mode: UInt32?
    package var modified: Timestamp?

    package init(
        _ kind: Kind, data: ArraySlice<UInt8>? = nil, fileSize: UInt64? = nil, blockSizes: [UInt64] = [],
        hashType: UInt64? = nil, fanout: UInt64? = nil, mode: UInt32? = nil, modified: Timestamp? = nil
    ) {
        self.kind = kind
        self.data = data
        self.fileSize = fileSize
        self.blockSizes = blockSizes
        self.hashType = hashType
        self.fanout = fanout
        self.mode = mode
        self.modified = modified
    }

    /// The permissions that the message gives, or those of its kind when it gives none.
    package var permissions: UInt32 {
        if let mode { return mode & 0o7777 }
        return kind == .directory || kind == .shard ? 0o755 : 0o644
    }
}

extension UnixFSMessage {
    /// The only function that places names in a sharded directory: MurmurHash3 of 64 bits.
    package static let shardHash: UInt64 = 0x22
    /// The most places of one shard. Readers make a table of so many: a number without a bound is a bomb.
    package static let maximumFanout: UInt64 = 1024

    /// The size of a file over `linkCount` links, after making sure that this is one and that all its sizes agree.
    @discardableResult
    package func checkFile(linkCount: Int) throws(MalformedBytes) -> UInt64 {
        guard kind == .file || kind == .raw else { throw MalformedBytes("not a file, but a \(kind)") }
        guard let fileSize else { throw MalformedBytes("a file without a size") }
        guard blockSizes.count == linkCount else {
            throw MalformedBytes("\(blockSizes.count) sizes for \(linkCount) links")
        }
        var sum = UInt64(data?.count ?? 0)
        for size in blockSizes {
            let (next, overflows) = sum.addingReportingOverflow(size)
            guard !overflows else { throw MalformedBytes("sizes beyond 64 bits") }
            sum = next
        }
        guard sum == fileSize else { throw MalformedBytes("a file of \(fileSize) bytes has parts of \(sum)") }
        return fileSize
    }

    /// Makes sure that this is a node of a sharded directory that can be read without harm.
    package func checkShard() throws(MalformedBytes) {
        guard kind == .shard else { throw MalformedBytes("not a shard, but a \(kind)") }
        guard hashType == Self.shardHash else { throw MalformedBytes("a shard of an unknown hash function") }
        guard let fanout, (8...Self.maximumFanout).contains(fanout), fanout.nonzeroBitCount == 1 else {
            throw MalformedBytes("the fanout of a shard is not a power of two from 8 to \(Self.maximumFanout)")
        }
    }
}
