import ContentAddressing
import Core
import Primitives
import Testing

@Suite struct UnixFSTests {
    @Test("a file has the CID that Kubo gives", arguments: FileVector.all)
    func files(vector: FileVector) throws {
        var builder = UnixFSBuilder(profile: vector.profile, metadata: vector.metadata)
        try vector.forEachPiece { try builder.append($0) }
        let root = try builder.finish()
        #expect("\(root.cid)" == vector.cid)
        #expect(root.fileLength == UInt64(vector.count))
    }

    @Test("a stream has the CID that Kubo gives, on several threads", arguments: FileVector.all)
    func streams(vector: FileVector) throws {
        let pipe = try OpenInput.pipe { writer in try vector.forEachPiece { try writer.write($0) } }
        let root = try UnixFSImporter(profile: vector.profile, metadata: vector.metadata, threads: 3).run(pipe)
        #expect("\(root.cid)" == vector.cid)
        #expect(root.fileLength == UInt64(vector.count))
    }

    @Test("1 GiB and one byte more have the CIDs that the profile unixfs-v1-2025 demands")
    func gibibyte() throws {
        var stream = KeyStream(seed: "v1-2025-seed")
        var builder = UnixFSBuilder(profile: .unixfsV1of2025)
        for _ in 0..<1024 { try builder.append(stream.next(1 << 20)) }
        // A value: what follows does not reach the copy.
        var whole = builder
        #expect("\(try whole.finish().cid)" == "bafybeihmf37wcuvtx4hpu7he5zl5qaf2ineo2lqlfrapokkm5zzw7zyhvm")
        try builder.append(stream.next(512).prefix(1))
        #expect("\(try builder.finish().cid)" == "bafybeibdsi225ugbkmpbdohnxioyab6jsqrmkts3twhpvfnzp77xtzpyhe")
    }

    @Test("an object has the CID that an importer gives, at every boundary")
    func objects() throws {
        let longest = KeyStream.bytes(seed: ObjectVectors.seed, count: ObjectVectors.all.map(\.count).max() ?? 0)
        for (count, expected) in ObjectVectors.all {
            let digest = unsafe longest.withUnsafeBytes {
                unsafe ObjectCID.compute(over: UnsafeRawBufferPointer(rebasing: $0[..<count]))
            }
            let cid = ObjectCID.cid(digest, sealedLength: count)
            #expect("\(cid)" == expected, "\(count) bytes")
            #expect(try ObjectCID.digest(of: CID(expected)) == digest)
            var builder = UnixFSBuilder(profile: .object)
            try builder.append(longest[..<count])
            #expect(try builder.finish().cid == cid, "\(count) bytes, streamed")
        }
    }

    @Test("many levels come out as they do bottom up", arguments: ObjectVectors.deep.indices)
    func levels(index: Int) throws {
        let (width, count, expected) = ObjectVectors.deep[index]
        let profile = UnixFSProfile(chunkLength: 1, width: width, hasRawLeaves: true, version: .v1)
        var builder = UnixFSBuilder(profile: profile)
        for byte in 0..<count { try builder.append([UInt8(byte)]) }
        #expect("\(try builder.finish().cid)" == expected)
    }

    @Test("the sink gets every block once, under the CID that its bytes have, the root last")
    func blocks() throws {
        let blocks = Collected()
        let profile = UnixFSProfile(chunkLength: 4, width: 2, hasRawLeaves: false, version: .v1)
        var builder = UnixFSBuilder(profile: profile) { (cid, block) throws(Failure) in blocks.add(cid, block) }
        try builder.append(Array(0..<100))
        let root = try builder.finish()
        #expect(blocks.all.last?.cid == root.cid)
        // 25 leaves, then 13, 7, 4, 2 and 1 nodes.
        #expect(blocks.all.count == 25 + 13 + 7 + 4 + 2 + 1)
        #expect(Set(blocks.all.map(\.cid)).count == blocks.all.count)
        for (cid, block) in blocks.all { #expect(cid == CID(codec: .dagPB, digest: SHA256.digest(of: block))) }
        #expect(root.dagLength == blocks.all.reduce(0) { $0 + UInt64($1.block.count) })
    }

    @Test("an error of the sink ends the import")
    func failingSink() throws {
        var builder = UnixFSBuilder(profile: .object) { (_, _) throws(Failure) in throw Failure(.noSpace, "full") }
        try builder.append([1])
        #expect(throws: Failure.self) { try builder.finish() }
    }

    final class Collected {
        var all: [(cid: CID, block: [UInt8])] = []
        func add(_ cid: CID, _ block: [UInt8]) { all.append((cid, block)) }
    }
}
