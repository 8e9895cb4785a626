import Core
import Primitives
import Sealing
import StorageSupport
import Testing
import Trees
import VaultSupport
import Vaults
import Volumes

/// One of each thing that is encoded, with values at their ends.
private enum CodecSample {
    static let time = Timestamp(seconds: -5, nanoseconds: 999_999_999)

    static let file = FileID(incarnation: .max, counter: 1 << 40)

    static func reference(_ seed: UInt64, length: UInt64 = 300) -> ObjectReference {
        var random = SeededRandom(seed: seed)
        let sealer = Sealer(EpochSecret(number: 3))
        return sealer.seal(random.bytes(Int(length)), as: .chunk).reference
    }

    /// A chunk that was compressed and padded.
    static func packed(_ length: Int) -> ObjectReference {
        Sealer(EpochSecret(number: 3), packing: Packing(compresses: true, pads: true))
            .seal([UInt8](repeating: 9, count: length), as: .chunk).reference
    }

    static var attributes: Attributes {
        var attributes = Attributes(
            kind: .blockDevice, permissions: 0o7777, owner: .max, group: 3, device: .max, now: time)
        attributes.born = Timestamp(seconds: .min)
        attributes.modified = Timestamp(seconds: .max, nanoseconds: 1)
        return attributes
    }

    static var changes: [Change] {
        [
            .setAttributes(file, attributes),
            .setChild(directory: .root, name: Name([0xff, 0]), child: Child(file: file, kind: .socket), time: time),
            .removeChild(directory: file, name: Name(""), time: time),
            .write(file, offset: Limits.Session.fileBytes - 3, .inline([1, 2, 3]), time: time),
            .write(file, offset: 0, .inline([]), time: time),
            .write(file, offset: 5, .sealed(SealedChunk(reference: reference(1))), time: time),
            .write(file, offset: 5, .sealed(SealedChunk(reference: packed(70_000))), time: time),
            .write(file, offset: 5, .hole(Limits.Session.fileBytes - 5), time: time),
            .setSize(file, Limits.Session.fileBytes, time: time),
            .setTarget(file, Array("target".utf8)),
            .copyContent(from: file, to: .root, time: time),
            .copyRange(from: file, 5..<70_000, to: .root, offset: Limits.Session.fileBytes - 69_995, time: time),
            .copyRange(from: .root, 0..<0, to: file, offset: 0, time: time),
            .setExtendedAttribute(file, Name("user.a"), [UInt8](repeating: 7, count: 300)),
            .removeExtendedAttribute(file, Name("user.b")),
            .orphan(file),
            .forget(.root),
        ]
    }

    static var records: [ContentRecord] {
        [
            ContentRecord(size: 0, allocated: 0, body: .inline([])),
            ContentRecord(size: 3, allocated: 1, body: .inline([1, 2, 3])),
            ContentRecord(size: 300, allocated: 300, body: .chunk(reference(2))),
            ContentRecord(size: 70_000, allocated: 70_000, body: .chunk(packed(70_000))),
            ContentRecord(size: 1 << 62, allocated: 9, body: .list(reference(3), depth: 7)),
            ContentRecord(size: 0, allocated: 0, body: .inline([]), target: [0xff]),
        ]
    }

    static var checkpoint: Checkpoint {
        Checkpoint(
            root: reference(6).bytes, commit: reference(7).bytes, commitCount: 9, commitTime: time,
            nextFileCounter: .max, orphans: [.root, file])
    }

    static var nodeEntries: [TreeEntry] {
        (0..<40).map {
            TreeEntry(key: RecordKey.child(Name("name \(100 + $0)"), of: file), link: [UInt8($0)], tally: Tally())
        }
    }
}

/// Bytes that were written can be read, and what contradicts itself is refused. Of hostile bytes see `HostileBytesTests`.
@Suite struct CodecTests {
    @Test("a batch of every kind of change comes back from the journal as it was")
    func changesRoundTrip() throws {
        let bytes = ChangeCodec.encode(CodecSample.changes)
        let back = try ChangeCodec.decode(bytes)
        #expect(back.count == CodecSample.changes.count)
        #expect(ChangeCodec.encode(back) == bytes)
        #expect(String(describing: back[0]) == String(describing: CodecSample.changes[0]))
        #expect(String(describing: back[3]) == String(describing: CodecSample.changes[3]))
        #expect(try ChangeCodec.decode([]).isEmpty)
    }

    @Test("a journal record cut anywhere inside a change is refused")
    func truncatedChanges() throws {
        for change in CodecSample.changes {
            let bytes = ChangeCodec.encode([change])
            for end in 1..<bytes.count {
                #expect(throws: MalformedBytes.self) { try ChangeCodec.decode(Array(bytes[..<end])) }
            }
        }
    }

    @Test("content records, checkpoints and nodes come back as they were")
    func roundTrips() throws {
        for record in CodecSample.records { #expect(try ContentRecord(decoding: record.encoded()[...]) == record) }
        let checkpoint = CodecSample.checkpoint
        #expect(try Checkpoint(decoding: checkpoint.encoded) == checkpoint)
        #expect(try Checkpoint(decoding: Checkpoint().encoded) == Checkpoint())
        let node = try TreeNode(decoding: TreeNode(level: 3, entries: CodecSample.nodeEntries).encoded())
        #expect(node.level == 3)
        #expect(node.entries == CodecSample.nodeEntries)
        let value = try RecordValue.decode(RecordValue.encode([4, 5], dot: Dot(incarnation: 7, counter: 300)))
        #expect(value.dot == Dot(incarnation: 7, counter: 300))
        #expect(Array(value.payload) == [4, 5])
        #expect(
            try RecordValue.decodeAttributes(RecordValue.encode(CodecSample.attributes)[...]) == CodecSample.attributes)
    }

    @Test("a content record whose body has another size than it says is refused")
    func contradictions() {
        for record in [
            ContentRecord(size: 4, allocated: 0, body: .inline([1, 2, 3])),
            ContentRecord(size: 299, allocated: 0, body: .chunk(CodecSample.reference(2))),
            ContentRecord(
                size: CodecSample.packed(70_000).bodyLength, allocated: 0, body: .chunk(CodecSample.packed(70_000))),
            ContentRecord(size: 1 << 63, allocated: 0, body: .list(CodecSample.reference(2), depth: 1)),
            ContentRecord(size: 9, allocated: 1 << 63, body: .list(CodecSample.reference(2), depth: 1)),
            ContentRecord(size: 9, allocated: 0, body: .list(CodecSample.reference(2), depth: 8)),
        ] {
            #expect(throws: MalformedBytes.self) { try ContentRecord(decoding: record.encoded()[...]) }
        }
    }

    @Test("a tree node whose keys do not ascend, or with bytes behind it, is refused")
    func malformedNodes() throws {
        let entries = CodecSample.nodeEntries
        for wrong in [[entries[1], entries[0]], [entries[0], entries[0]]] {
            #expect(throws: MalformedBytes.self) { try TreeNode(level: 1, entries: wrong) }
        }
        let body = try TreeNode(level: 1, entries: entries).encoded()
        #expect(throws: MalformedBytes.self) { try TreeNode(decoding: body + [0]) }
        #expect(throws: MalformedBytes.self) { try TreeNode(decoding: TreeNode(level: 64, entries: entries).encoded()) }
    }

    @Test("a commit verifies as it was signed, and with any byte changed it does not")
    func commits() throws {
        let key = Ed25519.SigningKey()
        let author = CommitAuthor(device: [UInt8](repeating: 4, count: 16), incarnation: 5, key: key)
        let commit = Commit(
            root: CodecSample.reference(8).bytes, vector: [5: 300, 1: 2], device: author.device, counter: 17,
            time: CodecSample.time,
            parents: [CodecSample.reference(9).bytes, CodecSample.reference(2).bytes],
            features: try Commit.Features(neededToRead: [], optional: ["later", "a-1"]))
        let bytes = commit.signed(by: author)
        func verify(_ bytes: [UInt8]) throws -> Commit {
            try Commit.verified(bytes) { $0 == author.device ? key.publicKey : nil }
        }
        #expect(try verify(bytes) == commit)
        for index in bytes.indices {
            for mask in [1, 0x80] as [UInt8] {
                var flipped = bytes
                flipped[index] ^= mask
                #expect(throws: Failure.self) { try verify(flipped) }
            }
        }
        for end in bytes.indices { #expect(throws: Failure.self) { try verify(Array(bytes[..<end])) } }
        let other = Ed25519.SigningKey()
        #expect(throws: Failure.self) { try Commit.verified(bytes) { _ in other.publicKey } }
    }
}
