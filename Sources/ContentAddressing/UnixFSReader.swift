package import Core

/// Reads files of UnixFS from a source of blocks, whoever built them and in whatever shape.
///
/// Every block is checked against its CID, and every size against what the node above says, before a byte of it is handed
/// on. It holds one block, and the links that are still to be followed. Parts of no bytes are not asked for, and what is
/// read beside content is counted: a DAG that reaches one node in ever so many ways takes time with the bytes that it gives.
package struct UnixFSReader {
    /// Gives the bytes of a block, which need not be checked; it may block.
    package typealias Source = (_ cid: CID) throws(Failure) -> [UInt8]
    /// Takes bytes of a file in their order.
    package typealias Sink = (_ bytes: ArraySlice<UInt8>) throws(Failure) -> Void

    /// The deepest node that is read, below the root. Importers need four levels for a TiB; two links per node make more
    /// pieces in 32 levels than 1 PiB has of 256 KiB.
    package static let maximumDepth = 32
    /// The longest block that is read unless told otherwise: longer ones are not exchanged between peers.
    package static let usualBlockLimit = 2 << 20
    /// The most links that wait to be followed: three levels of the widest nodes that fit a block, in some 20 MiB.
    package static let maximumWaitingLinks = 128 << 10

    /// The bytes of nodes that are read for a byte of a file, over many. Two links with digests of 64 bytes over pieces of
    /// one byte take 190; files in use take less than one in a thousand.
    package static let overheadPerByte: UInt64 = 256

    private let blockLimit: Int
    private let source: Source

    package init(blockLimit: Int = usualBlockLimit, source: @escaping Source) {
        precondition((1...1 << 30).contains(blockLimit), "a block fits into memory")
        self.blockLimit = blockLimit
        self.source = source
    }

    /// What `root` leads to; asks for one block.
    package func entry(at root: CID) throws(Failure) -> UnixFSEntry {
        switch try node(at: root) {
        case .bytes(let bytes): return UnixFSEntry(kind: .file(size: UInt64(bytes.count)))
        case .message(let message, let links, let length):
            let kind: UnixFSEntry.Kind
            switch message.kind {
            case .file, .raw: kind = .file(size: try filePart(root, message, links, length).size)
            case .directory: kind = .directory
            case .shard:
                try parse(root) { () throws(MalformedBytes) in try message.checkShard() }
                kind = .shardedDirectory
            case .symlink: kind = .symlink(target: Name(Array(message.data ?? [])))
            case .metadata: throw Self.metadata(root)
            }
            return UnixFSEntry(kind: kind, mode: message.mode, modified: message.modified)
        }
    }

    /// Hands the bytes of the file at `root` that lie in `range` to `sink`, and tells how many those were; there are fewer
    /// where the file ends before.
    ///
    /// Asks for the blocks on the way to these bytes and no others, each just before it is needed. Throws `.isDirectory`
    /// and `.invalid` for what is no file, `.integrity` and `.damaged` for blocks that are not what they should be.
    @discardableResult
    package func read(
        _ root: CID, _ range: Range<UInt64> = 0..<UInt64.max, to sink: Sink
    ) throws(Failure) -> UInt64 {
        var count: UInt64 = 0
        var overhead: UInt64 = 0
        // The next one last.
        var waiting = [Child(cid: root, start: 0, size: nil, depth: 0)]
        while let child = waiting.popLast() {
            let part = try part(child)
            let end = child.start + UInt64(part.data.count)
            let wanted = range.clamped(to: child.start..<end)
            if !wanted.isEmpty {
                let first = part.data.startIndex + Int(wanted.lowerBound - child.start)
                try sink(part.data[first..<first + wanted.count])
                count += UInt64(wanted.count)
            }
            overhead += part.overhead
            guard overhead <= overheadAllowance + Self.overheadPerByte * count else {
                throw Failure(.overLimit, "\(root) hides \(count) bytes in \(overhead) bytes of nodes")
            }
            let children = part.children(from: end, in: range, depth: child.depth + 1)
            guard children.isEmpty || child.depth < Self.maximumDepth else {
                throw Failure(.damaged, "\(root) is nested deeper than \(Self.maximumDepth) levels")
            }
            guard waiting.count + children.count <= Self.maximumWaitingLinks else {
                throw Failure(.overLimit, "\(root) has more than \(Self.maximumWaitingLinks) links on a few levels")
            }
            waiting.append(contentsOf: children.reversed())
        }
        return count
    }
}

/// A part of a file that is still to be read.
private struct Child {
    let cid: CID
    /// Where it begins in the file.
    let start: UInt64
    /// Its bytes, as the node above says; nothing says it of a root.
    let size: UInt64?
    let depth: Int
}

/// What one block contributes to a file: bytes of its own, and then what its links lead to.
private struct FilePart {
    let data: ArraySlice<UInt8>
    let links: [DagPBNode.Link]
    /// One for each link; with the data they add up to `size`.
    let sizes: [UInt64]
    let size: UInt64
    /// What of the block is not content.
    let overhead: UInt64

    /// The links to what lies in `range`, of a part whose first link leads to what stands at `start`.
    func children(from start: UInt64, in range: Range<UInt64>, depth: Int) -> [Child] {
        var children: [Child] = []
        var start = start
        for (link, size) in zip(links, sizes) {
            if range.overlaps(start..<start + size) {
                children.append(Child(cid: link.cid, start: start, size: size, depth: depth))
            }
            start += size
        }
        return children
    }
}

extension UnixFSReader {
    private enum Node {
        /// Content without anything around it.
        case bytes([UInt8])
        case message(UnixFSMessage, [DagPBNode.Link], blockLength: Int)
    }

    /// What may be read of nodes before any content: two ways from a root to a leaf, through the longest blocks.
    private var overheadAllowance: UInt64 { UInt64(2 * (Self.maximumDepth + 1) * blockLimit) }

    private func part(_ child: Child) throws(Failure) -> FilePart {
        let part: FilePart
        switch try node(at: child.cid) {
        case .bytes(let bytes):
            part = FilePart(data: bytes[...], links: [], sizes: [], size: UInt64(bytes.count), overhead: 0)
        case .message(let message, let links, let length):
            if child.size == nil { try Self.checkRoot(child.cid, message) }
            part = try filePart(child.cid, message, links, length)
        }
        guard part.size == child.size ?? part.size else {
            throw Failure(.damaged, "block \(child.cid) has \(part.size) bytes of a file where others are linked")
        }
        return part
    }

    /// A root that is no file is no damage: it has a name of its own.
    private static func checkRoot(_ root: CID, _ message: UnixFSMessage) throws(Failure) {
        switch message.kind {
        case .file, .raw: break
        case .directory, .shard: throw Failure(.isDirectory, "\(root) is a directory, not a file")
        case .symlink: throw Failure(.invalid, "\(root) is a symbolic link, not a file")
        case .metadata: throw metadata(root)
        }
    }

    private static func metadata(_ cid: CID) -> Failure {
        Failure(.unsupported, "\(cid) is metadata of a kind that is no longer used")
    }

    private func filePart(
        _ cid: CID, _ message: UnixFSMessage, _ links: [DagPBNode.Link], _ blockLength: Int
    ) throws(Failure) -> FilePart {
        let size = try parse(cid) { () throws(MalformedBytes) in try message.checkFile(linkCount: links.count) }
        let data = message.data ?? []
        return FilePart(
            data: data, links: links, sizes: message.blockSizes, size: size,
            overhead: UInt64(blockLength - data.count))
    }

    private func node(at cid: CID) throws(Failure) -> Node {
        switch cid.codec {
        case .raw: return .bytes(try block(cid))
        case .dagPB:
            let block = try block(cid)
            return try parse(cid) { () throws(MalformedBytes) in
                let node = try DagPBNode(decoding: block)
                guard let data = node.data else { throw MalformedBytes("a node without data is nothing in UnixFS") }
                return .message(try UnixFSMessage(decoding: data), node.links, blockLength: block.count)
            }
        default: throw Failure(.unsupported, "\(cid) cannot be read as UnixFS: its codec is \(cid.codec)")
        }
    }

    /// The bytes of a block, which are what its CID names.
    private func block(_ cid: CID) throws(Failure) -> [UInt8] {
        if cid.multihash.code == Multihash.identity { return cid.multihash.digest }
        let block = try source(cid)
        guard block.count <= blockLimit else {
            throw Failure(.tooLarge, "block \(cid) has \(block.count) bytes, more than \(blockLimit)")
        }
        try cid.check(block)
        return block
    }

    private func parse<Result>(
        _ cid: CID, _ body: () throws(MalformedBytes) -> Result
    ) throws(Failure) -> Result {
        do throws(MalformedBytes) { return try body() } catch {
            throw Failure(.damaged, "block \(cid) is not well-formed UnixFS", cause: error)
        }
    }
}
