import ContentAddressing
import Core
import Testing

/// Streamed layouts against those that are built from whole lists.
@Suite struct UnixFSLayoutTests {
    static let profiles: [UnixFSProfile] = [UnixFSProfile.Layout.balanced, .trickle].flatMap { layout in
        [2, 3].flatMap { width in
            [(true, CID.Version.v1), (false, .v1), (false, .v0), (true, .v0)].map { hasRawLeaves, version in
                UnixFSProfile(
                    chunkLength: 1, width: width, layout: layout, hasRawLeaves: hasRawLeaves, version: version)
            }
        }
    }

    @Test("every count of leaves up to 200 gives the blocks of the plain construction", arguments: profiles)
    func everyCount(profile: UnixFSProfile) throws {
        for count in 0...200 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            var naive = NaiveImport(profile: profile)
            let expected = naive.root(of: bytes)
            var blocks: [CID: [UInt8]] = [:]
            let collected = Collected()
            var builder = UnixFSBuilder(profile: profile) { (cid, block) throws(Failure) in collected.add(cid, block) }
            try builder.append(bytes)
            let root = try builder.finish()
            for (cid, block) in collected.all { blocks[cid] = block }
            #expect(root.cid == expected.cid, "\(count) leaves")
            #expect((root.fileLength, root.dagLength) == (expected.fileLength, expected.dagLength), "\(count) leaves")
            #expect(collected.all.last?.cid == root.cid)
            #expect(collected.all.count == naive.blocks.count, "\(count) leaves")
            let expectedBlocks = Dictionary(naive.blocks.map { ($0.cid, $0.block) }) { first, _ in first }
            #expect(blocks == expectedBlocks, "\(count) leaves")
        }
    }

    @Test("only the root carries mode and time, and a single leaf becomes one that can", arguments: profiles)
    func metadata(profile: UnixFSProfile) throws {
        let metadata = UnixFSMetadata(mode: 0o640, modified: Timestamp(seconds: -5, nanoseconds: 7))
        // Field 7 with its number, and field 8 with a negative second of ten bytes and a fixed32.
        let encoded: [UInt8] =
            [0x38, 0xa0, 0x03, 0x42, 0x10, 0x08, 0xfb] + [UInt8](repeating: 0xff, count: 8) + [
                0x01, 0x15, 7, 0, 0, 0,
            ]
        for count in [0, 1, 2, 3, 4, 9, 10, 40] {
            let collected = Collected()
            var builder = UnixFSBuilder(profile: profile, metadata: metadata) { (cid, block) throws(Failure) in
                collected.add(cid, block)
            }
            try builder.append([UInt8](repeating: 9, count: count))
            let root = try builder.finish()
            #expect(root.cid.codec == .dagPB)
            #expect(collected.all.last?.block.suffix(encoded.count) == encoded[...], "\(count) leaves")
            let carriers = collected.all.filter { $0.block.suffix(encoded.count) == encoded[...] }
            #expect(carriers.count == 1, "\(count) leaves")
        }
    }

    final class Collected {
        var all: [(cid: CID, block: [UInt8])] = []
        func add(_ cid: CID, _ block: [UInt8]) { all.append((cid, block)) }
    }
}
