import ContentAddressing
import Core
import Testing

/// Blocks by CID, a count of what was asked for, and files built from them piece by piece, in any shape.
final class BlockShelf {
    private(set) var blocks: [CID: [UInt8]] = [:]
    private(set) var asked: [CID] = []
    /// The version of the CIDs of nodes.
    private let version: CID.Version

    init(version: CID.Version = .v1) { self.version = version }

    /// A node or leaf of a file: its CID, the bytes of the file below, and those of all blocks.
    struct Part {
        let cid: CID
        let size: UInt64
        var dagSize: UInt64 = 0
    }

    var reader: UnixFSReader { UnixFSReader { (cid) throws(Failure) in try self.block(cid) } }

    func forgetAsked() { asked = [] }

    func block(_ cid: CID) throws(Failure) -> [UInt8] {
        asked.append(cid)
        guard let block = blocks[cid] else { throw Failure(.notFound, "block \(cid) is not there") }
        return block
    }

    /// Puts bytes in the place of a block that is there.
    func replace(_ cid: CID, with bytes: [UInt8]?) { blocks[cid] = bytes }

    func add(_ block: [UInt8], _ codec: Codec, by function: HashFunction = .sha256) throws -> CID {
        var cid = CID(codec: codec, multihash: try function.hash(of: block))
        if version == .v0, codec == .dagPB { cid = try cid.converted(to: .v0) }
        // What an identity names is in the CID: no source may be asked for it.
        if function != .identity { blocks[cid] = block }
        return cid
    }

    func raw(_ bytes: [UInt8], by function: HashFunction = .sha256) throws -> Part {
        Part(cid: try add(bytes, .raw, by: function), size: UInt64(bytes.count), dagSize: UInt64(bytes.count))
    }

    func leaf(_ bytes: [UInt8], _ kind: UnixFSMessage.Kind = .file, by function: HashFunction = .sha256) throws -> Part
    {
        try node(kind: kind, data: bytes.isEmpty ? nil : bytes, by: function)
    }

    /// A node with bytes of its own and children, whose sizes can be lies.
    func node(
        _ children: [Part] = [], kind: UnixFSMessage.Kind = .file, data: [UInt8]? = nil,
        claiming size: UInt64? = nil, by function: HashFunction = .sha256
    ) throws -> Part {
        let sum = children.reduce(UInt64(data?.count ?? 0)) { $0 &+ $1.size }
        let message = UnixFSMessage(
            kind, data: data.map { $0[...] }, fileSize: size ?? sum, blockSizes: children.map(\.size))
        let node = DagPBNode(
            links: children.map { .init(cid: $0.cid, name: Name(""), totalSize: $0.dagSize) },
            data: message.encoded[...])
        let block = node.encoded
        return Part(
            cid: try add(block, .dagPB, by: function), size: size ?? sum,
            dagSize: children.reduce(UInt64(block.count)) { $0 &+ $1.dagSize })
    }

    /// A balanced file, bottom up.
    func balanced(_ leaves: [Part], width: Int) throws -> Part {
        var level = leaves
        repeat {
            level = try stride(from: 0, to: level.count, by: width).map { start in
                try node(Array(level[start..<min(start + width, level.count)]))
            }
        } while level.count > 1
        return level[0]
    }

    /// A trickle file: leaves of its own, then four subtrees of each depth.
    func trickle(_ leaves: inout ArraySlice<Part>, width: Int, depth: Int = .max) throws -> Part {
        var children = Array(leaves.prefix(width))
        leaves = leaves.dropFirst(width)
        var below = 1
        while below < depth, !leaves.isEmpty {
            for _ in 0..<4 where !leaves.isEmpty {
                children.append(try trickle(&leaves, width: width, depth: below))
            }
            below += 1
        }
        return try node(children)
    }

    /// The bytes of a file, or of a part of it.
    func read(_ root: CID, _ range: Range<UInt64> = 0..<UInt64.max) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let count = try reader.read(root, range) { (piece) throws(Failure) in
            #expect(!piece.isEmpty)
            bytes += piece
        }
        #expect(count == UInt64(bytes.count))
        return bytes
    }
}
