import ContentAddressing
import Core
import Testing

@Suite struct UnixFSReaderTests {
    private let shelf = BlockShelf()
    private static let content = (0..<100).map { UInt8($0) }

    @Test("files of every shape are read whole and in every part")
    func shapes() throws {
        let pieces = stride(from: 0, to: 100, by: 7).map { Array(Self.content[$0..<min($0 + 7, 100)]) }
        let raw = try pieces.map { try shelf.raw($0) }
        let leaves = try pieces.map { try shelf.leaf($0) }
        var forTrickle = try pieces.map { try shelf.leaf($0, .raw) }[...]
        let inline = try pieces.map { try shelf.raw($0, by: .identity) }
        let functions: [HashFunction] = [.sha512, .blake2b(length: 32), .sha1, .doubleSHA256]
        let mixed = try pieces.indices.map { index in
            let function = functions[index % 4]
            return try index % 3 == 0
                ? shelf.raw(pieces[index], by: function) : shelf.leaf(pieces[index], by: function)
        }
        let tail = try shelf.raw(Array(Self.content[50..<60]))
        let half = try shelf.node([tail], data: Array(Self.content[3..<50]))
        let roots = [
            try shelf.raw(Self.content), try shelf.leaf(Self.content), try shelf.leaf(Self.content, .raw),
            try shelf.raw(Self.content, by: .identity), try shelf.balanced(raw, width: 2),
            try shelf.balanced(leaves, width: 3), try shelf.balanced(raw, width: 174),
            try shelf.trickle(&forTrickle, width: 2), try shelf.balanced(inline, width: 4),
            try shelf.balanced(mixed, width: 5),
            // Nodes with bytes of their own before those of their children.
            try shelf.node([half, shelf.leaf(Array(Self.content[60...]))], data: [0, 1, 2]),
            // Parts of no bytes.
            try shelf.node([shelf.leaf([]), shelf.raw(Self.content), shelf.raw([]), shelf.node()]),
        ]
        for root in roots {
            #expect(try shelf.reader.entry(at: root.cid).kind == .file(size: 100))
            for start in stride(from: 0, through: 102, by: 3) {
                for end in start...103 {
                    let expected = Array(Self.content[min(start, 100)..<min(end, 100)])
                    #expect(try shelf.read(root.cid, UInt64(start)..<UInt64(end)) == expected)
                }
            }
        }
    }

    @Test("a range asks for the blocks on the way to it, and for no others")
    func blocksOfRanges() throws {
        // 64 leaves of 10 bytes, six levels of two links: 7 blocks lead to a byte.
        let leaves = try (0..<64).map { try shelf.raw([UInt8](repeating: $0, count: 10)) }
        let root = try shelf.balanced(leaves, width: 2)
        for (range, count) in [
            (0..<1, 7), (630..<640, 7), (639..<640, 7), (635..<700, 7), (319..<321, 13), (9..<11, 8), (0..<640, 127),
            (0..<20, 8), (0..<0, 1), (320..<320, 1), (640..<641, 1), (1000..<2000, 1),
        ] as [(Range<UInt64>, Int)] {
            shelf.forgetAsked()
            _ = try shelf.read(root.cid, range)
            #expect(shelf.asked.count == count, "\(range)")
            #expect(shelf.asked.first == root.cid)
        }
        // What is not needed may be absent or damaged.
        shelf.replace(leaves[0].cid, with: nil)
        shelf.replace(leaves[63].cid, with: [])
        #expect(try shelf.read(root.cid, 10..<630).count == 620)
        expect(.notFound, root.cid)
        expect(.integrity, root.cid, 600..<640)
    }

    @Test("what stands before a damaged block is handed on, and nothing of it or behind it")
    func damage() throws {
        let leaves = try (0..<4).map { try shelf.raw([UInt8](repeating: $0, count: 3)) }
        let root = try shelf.balanced(leaves, width: 4)
        shelf.replace(leaves[2].cid, with: [2, 2, 3])
        var given: [UInt8] = []
        expectFailure(.integrity) { () throws(Failure) in
            try shelf.reader.read(root.cid) { (piece) throws(Failure) in given += piece }
        }
        #expect(given == [0, 0, 0, 1, 1, 1])
    }

    @Test("a size that the node above does not say is refused, whichever of the two lies")
    func lies() throws {
        let leaf = try shelf.raw([1, 2, 3])
        let node = try shelf.leaf([1, 2, 3])
        let empty = try shelf.leaf([])
        for part in [leaf, node, empty] {
            for size in [1, 2, 4, UInt64.max] where size != part.size {
                let root = try shelf.node([.init(cid: part.cid, size: size)])
                expect(.damaged, root.cid)
                expect(.damaged, root.cid, 0..<1)
            }
        }
        // A root whose own sizes do not add up, and sums that come round.
        expect(.damaged, try shelf.node([leaf], claiming: 4).cid)
        expect(.damaged, try shelf.node(data: [1], claiming: 0).cid)
        let beyond = [BlockShelf.Part(cid: leaf.cid, size: .max), .init(cid: leaf.cid, size: 4)]
        expect(.damaged, try shelf.node(beyond, claiming: 3).cid)
    }

    @Test("a hash function that is not here is told from damage")
    func foreignHash() throws {
        let cid = CID(codec: .raw, multihash: try Multihash(code: 0x1e, digest: [UInt8](repeating: 1, count: 32)))
        shelf.replace(cid, with: [1])
        expect(.unsupported, cid)
        expect(.unsupported, try shelf.node([.init(cid: cid, size: 1)]).cid)
    }

    @Test("directories, links and what is no UnixFS are told apart")
    func kinds() throws {
        func root(_ message: UnixFSMessage) throws -> CID {
            try shelf.add(DagPBNode(data: message.encoded[...]).encoded, .dagPB)
        }
        let time = Timestamp(seconds: 9, nanoseconds: 1)
        let directory = try root(UnixFSMessage(.directory, mode: 0o700, modified: time))
        #expect(try shelf.reader.entry(at: directory) == UnixFSEntry(kind: .directory, mode: 0o700, modified: time))
        let link = try root(UnixFSMessage(.symlink, data: [0x61, 0xff]))
        #expect(try shelf.reader.entry(at: link) == UnixFSEntry(kind: .symlink(target: Name([0x61, 0xff]))))
        let shard = try root(UnixFSMessage(.shard, hashType: 0x22, fanout: 256))
        #expect(try shelf.reader.entry(at: shard).kind == .shardedDirectory)
        let bomb = try root(UnixFSMessage(.shard, hashType: 0x22, fanout: 1 << 40))
        let metadata = try root(UnixFSMessage(.metadata))
        let notUnixFS = try shelf.add(DagPBNode(data: [0, 1, 2]).encoded, .dagPB)
        let bare = try shelf.add(DagPBNode().encoded, .dagPB)
        let broken = try shelf.add([0x0b], .dagPB)
        let other = try shelf.add([0xf6], .dagCBOR)
        for (cid, entry, read) in [
            (directory, nil, .isDirectory), (shard, nil, .isDirectory), (link, nil, .invalid),
            (bomb, .damaged, .isDirectory), (metadata, .unsupported, .unsupported), (notUnixFS, .damaged, .damaged),
            (bare, .damaged, .damaged), (broken, .damaged, .damaged), (other, .unsupported, .unsupported),
        ] as [(CID, FailureCode?, FailureCode)] {
            if let entry { expectFailure(entry) { () throws(Failure) in try shelf.reader.entry(at: cid) } }
            expect(read, cid)
            // As a part of a file it is damage, or unknown.
            let code: FailureCode = read == .unsupported && cid != metadata ? .unsupported : .damaged
            expect(code, try shelf.node([.init(cid: cid, size: 1)]).cid)
        }
    }

    @Test("an inline directory needs no source")
    func inlineDirectory() throws {
        #expect(try shelf.reader.entry(at: CID("bafyaabakaieac")).kind == .directory)
        #expect(try shelf.read(CID("bafkqabtimvwgy3yk")) == Array("hello\n".utf8))
        #expect(shelf.asked.isEmpty)
    }

    @Test("nodes are followed to the deepest level, and no further", arguments: [31, 32, 33, 100])
    func depth(levels: Int) throws {
        var part = try shelf.raw([7])
        for _ in 0..<levels { part = try shelf.node([part]) }
        if levels <= UnixFSReader.maximumDepth {
            #expect(try shelf.read(part.cid) == [7])
        } else {
            expect(.damaged, part.cid)
        }
    }

    @Test("a DAG that reaches nothing in ever so many ways ends at once")
    func emptyBomb() throws {
        var part = try shelf.leaf([])
        for _ in 0..<31 { part = try shelf.node([part, part, part, part]) }
        #expect(try shelf.read(part.cid).isEmpty)
        #expect(shelf.asked.count == 1)
    }

    @Test("a DAG that reaches a byte in ever so many ways gives it, and can be stopped after any of them")
    func sharedBomb() throws {
        var part = try shelf.raw([7])
        for _ in 0..<31 { part = try shelf.node([part, part]) }
        #expect(try shelf.reader.entry(at: part.cid).kind == .file(size: 1 << 31))
        #expect(try shelf.read(part.cid, (1 << 30) - 2..<(1 << 30) + 2) == [7, 7, 7, 7])
        #expect(shelf.asked.count < 200)
        var count = 0
        expectFailure(.noSpace) { () throws(Failure) in
            try shelf.reader.read(part.cid) { (piece) throws(Failure) in
                count += piece.count
                if count == 1000 { throw Failure(.noSpace, "full") }
            }
        }
        #expect(count == 1000 && shelf.asked.count < 3000)
    }

    @Test("bytes that hide in nodes of nothing are given up")
    func fatBomb() throws {
        let nothing = try shelf.raw([], by: .identity)
        let padding = [BlockShelf.Part](repeating: nothing, count: 250)
        var part = try shelf.raw([7])
        for _ in 0..<30 { part = try shelf.node([part] + padding) }
        let root = try shelf.node([BlockShelf.Part](repeating: part, count: 50))
        let reader = UnixFSReader(blockLimit: 4096) { [shelf] (cid) throws(Failure) in try shelf.block(cid) }
        var count = 0
        expectFailure(.overLimit) { () throws(Failure) in
            try reader.read(root.cid) { (piece) throws(Failure) in count += piece.count }
        }
        #expect(count < 5 && shelf.asked.count < 150)
        // One way through it is still open.
        #expect(try reader.read(root.cid, 49..<50) { (_) throws(Failure) in } == 1)
    }

    @Test("the smallest pieces under the widest digests are no bomb")
    func smallPieces() throws {
        let leaves = try (0..<3000).map { try shelf.leaf([UInt8(truncatingIfNeeded: $0)], by: .sha512) }
        var level = leaves
        while level.count > 1 {
            level = try stride(from: 0, to: level.count, by: 2).map { start in
                try shelf.node(Array(level[start..<min(start + 2, level.count)]), by: .sha512)
            }
        }
        // A limit as low as can be leaves next to nothing beside what is allowed for each byte.
        let reader = UnixFSReader(blockLimit: 300) { [shelf] (cid) throws(Failure) in try shelf.block(cid) }
        #expect(try reader.read(level[0].cid) { (_) throws(Failure) in } == 3000)
    }

    @Test("more links than may wait are refused before their blocks are asked for")
    func widest() throws {
        let leaf = try shelf.raw([1], by: .identity)
        let wide = try shelf.node([BlockShelf.Part](repeating: leaf, count: 100_000))
        #expect(try shelf.read(wide.cid).count == 100_000)
        #expect(try shelf.read(wide.cid, 99_990..<100_000).count == 10)
        let wider = try shelf.node([BlockShelf.Part](repeating: wide, count: 40_000))
        shelf.forgetAsked()
        expect(.overLimit, wider.cid)
        #expect(shelf.asked == [wider.cid, wide.cid])
        #expect(try shelf.read(wider.cid, 250_000..<250_010).count == 10)
    }

    @Test("a block may be as long as the limit says, and no longer")
    func blockLimit() throws {
        let longest = try shelf.raw([UInt8](repeating: 1, count: UnixFSReader.usualBlockLimit))
        let longer = try shelf.raw([UInt8](repeating: 1, count: UnixFSReader.usualBlockLimit + 1))
        #expect(try shelf.read(longest.cid).count == UnixFSReader.usualBlockLimit)
        expect(.tooLarge, longer.cid)
        let wide = UnixFSReader(blockLimit: 4 << 20) { (_) throws(Failure) in
            [UInt8](repeating: 1, count: UnixFSReader.usualBlockLimit + 1)
        }
        #expect(try wide.read(longer.cid) { (_) throws(Failure) in } == longer.size)
    }

    @Test("what is imported is read back")
    func imported() throws {
        let bytes = KeyStream.bytes(seed: "reader", count: 5 << 20)
        for profile in [UnixFSProfile.object, .unixfsV0of2015, .unixfsV1of2025] {
            let shelf = BlockShelf()
            var builder = UnixFSBuilder(profile: profile) { (cid, block) throws(Failure) in
                shelf.replace(cid, with: block)
            }
            try builder.append(bytes)
            let root = try builder.finish()
            #expect(try shelf.read(root.cid) == bytes)
            #expect(try shelf.read(root.cid, 262_000..<1_400_000) == Array(bytes[262_000..<1_400_000]))
        }
    }

    @Test("the trickle file of the specification is read back, and has its CID")
    func trickle() throws {
        let bytes = KeyStream.bytes(seed: "trickle-test", count: 45 << 20)
        let shelf = BlockShelf(version: .v0)
        var leaves = try stride(from: 0, to: bytes.count, by: 262_144).map { start in
            try shelf.leaf(Array(bytes[start..<start + 262_144]), .raw)
        }[...]
        let root = try shelf.trickle(&leaves, width: 174)
        #expect(root.cid.description == "QmbqR6g7YCpndLcCZZXkGyj13uMcSrwDYUvZ47vJqBVjUH")
        #expect(try shelf.read(root.cid) == bytes)
        shelf.forgetAsked()
        #expect(try shelf.read(root.cid, 47_000_000..<47_000_001) == [bytes[47_000_000]])
        #expect(shelf.asked.count == 3)
    }

    @Test(
        "the symbolic links of Kubo have their targets and their CIDs",
        arguments: [
            ("files/foo/baz", nil, "QmdocmZeF7qwPT9Z8SiVhMSyKA2KKoA2J7jToW6z6WBmxR"),
            ("files/does/not/exist", nil, "QmWYN8SEXCgNT2PSjB6BnxAx6NJQtazWoBkTRH9GRfPFFQ"),
            ("nothing", Timestamp(seconds: 1_604_320_482), "QmbJwotgtr84JxcnjpwJ86uZiyMoxbZuNH4YrdJMypkYaB"),
            ("nothing", Timestamp(seconds: 1_603_539_720), "QmV1Uot2gy4bhY9yvYiZxhhchhyYC6MKKoGV1XtWNmpCLe"),
            (
                "nothing", Timestamp(seconds: 1_603_539_720, nanoseconds: 54_321),
                "QmPHYCxYvvHj6VxiPNJ3kXxcPsnJLDYUJqsDJWjvytmrmY"
            ),
        ] as [(String, Timestamp?, String)])
    func symlinks(target: String, modified: Timestamp?, cid: String) throws {
        let message = UnixFSMessage(.symlink, data: Array(target.utf8)[...], modified: modified)
        let root = try BlockShelf(version: .v0).add(DagPBNode(data: message.encoded[...]).encoded, .dagPB)
        #expect(root.description == cid)
        #expect(try UnixFSMessage(decoding: message.encoded) == message)
    }

    @Test("a file of random shape is what its parts are, in random ranges")
    func random() throws {
        var random = SeededRandom(seed: 5)
        for _ in 0..<60 {
            var bytes: [UInt8] = []
            let root = try part(&random, depth: 0, &bytes)
            #expect(try shelf.read(root.cid) == bytes)
            for _ in 0..<20 {
                let start = random.below(bytes.count + 3)
                let end = start + random.below(bytes.count + 3)
                let expected = Array(bytes[min(start, bytes.count)..<min(end, bytes.count)])
                #expect(try shelf.read(root.cid, UInt64(start)..<UInt64(end)) == expected)
            }
        }
    }

    private func part(_ random: inout SeededRandom, depth: Int, _ bytes: inout [UInt8]) throws -> BlockShelf.Part {
        let own = random.bytes(upTo: 12)
        let functions: [HashFunction] = [.sha256, .sha512, .identity, .blake2b(length: 20)]
        if depth == 5 || random.chance(3) {
            bytes += own
            let function = functions[random.below(4)]
            return try random.chance(2) ? shelf.raw(own, by: function) : shelf.leaf(own, by: function)
        }
        let data: [UInt8]? = random.chance(3) ? own : nil
        bytes += data ?? []
        var children: [BlockShelf.Part] = []
        for _ in 0..<random.below(5) { children.append(try part(&random, depth: depth + 1, &bytes)) }
        return try shelf.node(children, kind: random.chance(4) ? .raw : .file, data: data)
    }

    private func expect(
        _ code: FailureCode, _ root: CID, _ range: Range<UInt64> = 0..<UInt64.max,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        expectFailure(code, sourceLocation: sourceLocation) { () throws(Failure) in
            try shelf.reader.read(root, range) { (_) throws(Failure) in }
        }
    }
}
