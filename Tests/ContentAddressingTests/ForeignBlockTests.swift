import ContentAddressing
import Core
import Testing
import VectorFiles

/// Blocks that other programs made, out of their CAR files: strictness must not refuse what is in the world.
@Suite(.enabled(if: VectorFiles.areHereOrMustBe, "the files of vectors are not on this machine"))
struct ForeignBlockTests {
    /// The blocks of a CAR file of version 1.
    private static func blocks(of file: String) throws -> [(cid: CID, bytes: [UInt8])] {
        var reader = ByteReader(try VectorFiles.content(of: "car/\(file).car"))
        let header = try DagCBOR(decoding: Array(reader.lengthPrefixed()))
        #expect(header.asMap?["version"] == .unsigned(1))
        var blocks: [(CID, [UInt8])] = []
        while !reader.isAtEnd {
            var section = ByteReader(try reader.lengthPrefixed())
            let cid = try CID.read(&section)
            blocks.append((cid, try section.array(section.remaining)))
        }
        return blocks
    }

    @Test(
        "nodes are read, written again byte for byte, and are what their CIDs name",
        arguments: [
            ("carv1-basic", 3, 0), ("dir-special-chars", 3, 3), ("headers-test", 240, 240),
            ("directory-with-multilayer-hamt-and-multiblock-files", 7, 7), ("partial-dag-scope-entity", 1, 1),
            ("unixfs-dir-with-mode-mtime", 10, 10),
        ])
    func nodes(file: String, nodes: Int, messages: Int) throws {
        var count = (nodes: 0, messages: 0)
        for (cid, bytes) in try Self.blocks(of: file) {
            try cid.check(bytes)
            if cid.codec == .dagCBOR { #expect(try DagCBOR(decoding: bytes).encoded == bytes) }
            guard cid.codec == .dagPB else { continue }
            count.nodes += 1
            let node = try DagPBNode(decoding: bytes)
            #expect(node.encoded == bytes)
            guard let data = node.data else { continue }
            count.messages += 1
            let message = try UnixFSMessage(decoding: data)
            #expect(message.encoded == Array(data))
            switch message.kind {
            case .file, .raw: try message.checkFile(linkCount: node.links.count)
            case .shard: try message.checkShard()
            case .directory, .symlink: #expect(message.blockSizes.isEmpty)
            case .metadata: Issue.record("nobody writes this")
            }
        }
        #expect(count == (nodes, messages))
    }

    @Test("each block is known for what it is, and each file is read")
    func files() throws {
        let shelf = BlockShelf()
        let blocks = try Self.blocks(of: "directory-with-multilayer-hamt-and-multiblock-files")
        for (cid, bytes) in blocks { shelf.replace(cid, with: bytes) }
        var (files, directories, shards) = (0, 0, 0)
        for (cid, _) in blocks {
            switch try shelf.reader.entry(at: cid).kind {
            case .file(let size):
                files += 1
                #expect(try shelf.read(cid).count == size)
            case .directory: directories += 1
            case .shardedDirectory: shards += 1
            case .symlink: Issue.record("no link is in this file")
            }
        }
        #expect((files, directories, shards) == (13, 2, 3))
    }
}
