internal import Core
internal import Primitives
internal import Sealing
internal import StorageSupport
internal import Trees
internal import Vaults
internal import Volumes

extension FuzzTarget {
    /// What a file's record says of its content, and the lists that longer content has.
    static let content = FuzzTarget("content", [{ contentRecord }, { chunkList }, { attributeRecord }])

    private static var contentRecord: Part {
        Part { random in
            let record: ContentRecord
            switch random.below(4) {
            case 0:
                let bytes = random.someBytes(200)
                record = ContentRecord(
                    size: UInt64(bytes.count), allocated: random.anyNumber() >> 1, body: .inline(bytes))
            case 1:
                let chunk = reference(&random)
                record = ContentRecord(size: chunk.contentLength, allocated: chunk.contentLength, body: .chunk(chunk))
            case 2:
                let size = max(random.anyNumber() >> 1, 1)
                record = ContentRecord(
                    size: size, allocated: min(size, random.anyNumber()),
                    body: .list(reference(&random), depth: random.below(8)))
            default:
                record = ContentRecord(size: 0, allocated: 0, body: .inline([]), target: random.someBytes(80))
            }
            return record.encoded()
        } check: { input in
            _ = try ContentRecord(decoding: input[...])
            try checkContent(input[...])
        }
    }

    /// What a file's record says of an extended attribute.
    private static var attributeRecord: Part {
        Part { random in
            if random.chance() { return AttributeRecord.inline(random.someBytes(200)).encoded() }
            let length = UInt64(random.below(Limits.Names.attributeValueBytes + 1))
            return AttributeRecord.object(
                ObjectReference(
                    digest: Digest(random.bytes(32)), key: ObjectKey(random.bytes(32)), bodyLength: length,
                    contentLength: length, flags: [], epoch: 1)
            ).encoded()
        } check: { input in
            let record = try AttributeRecord(decoding: input[...])
            let back = try certainly("an extended attribute that was written is not read") {
                try AttributeRecord(decoding: record.encoded()[...])
            }
            try require(back == record, "an extended attribute changes")
        }
    }

    static func checkContent(_ payload: ArraySlice<UInt8>) throws {
        guard let record = try? ContentRecord(decoding: payload) else { return }
        try require((try? ContentRecord(decoding: record.encoded()[...])) == record, "a content record changes")
        try require(record.size <= longestFile, "content is longer than any file")
        try require(record.allocated <= longestFile, "content takes more than any file")
    }

    /// What `off_t` can say.
    private static let longestFile = UInt64(Int64.max)

    private static var chunkList: Part {
        Part { random in
            let isNested = random.chance()
            var entries: [ChunkList.Entry] = []
            for _ in 0..<1 + random.below(8) {
                let count = 1 + random.anyNumber() >> 8
                if isNested {
                    entries.append(
                        .list(reference(&random), count: count, allocated: min(count, random.anyNumber())))
                } else {
                    entries.append(random.chance() ? .hole(count) : piece(&random))
                }
            }
            return try ChunkList(entries).encoded()
        } check: { input in
            try require(try ChunkList(decoding: input).encoded() == input, "two encodings are one list of chunks")
        }
    }

    /// A chunk or a part of one.
    private static func piece(_ random: inout SeededRandom) -> ChunkList.Entry {
        let chunk = reference(&random)
        guard chunk.contentLength > 1, random.chance() else { return .chunk(chunk) }
        let skip = random.anyNumber() % chunk.contentLength
        let rest = chunk.contentLength - skip
        // Less than the chunk: what begins with it ends before it.
        return .part(chunk, skip: skip, count: 1 + random.anyNumber() % (skip > 0 ? rest : rest - 1))
    }

    /// A batch of changes as the journal has it.
    static let changes = FuzzTarget("changes") { random in
        ChangeCodec.encode(random.several(6, change))
    } check: { input in
        let changes = try ChangeCodec.decode(input)
        let written = ChangeCodec.encode(changes)
        let back = try certainly("changes that were written are not read") { try ChangeCodec.decode(written) }
        try require(ChangeCodec.encode(back) == written, "changes change when they are written")
        for change in changes { try checkReach(change) }
    }

    private static func change(_ random: inout SeededRandom) -> Change {
        let (file, time) = (fileID(&random), random.time())
        switch random.below(12) {
        case 0: return .setAttributes(file, attributes(&random))
        case 1: return .setChild(directory: file, name: random.name(), child: child(&random), time: time)
        case 2: return .removeChild(directory: file, name: random.name(), time: time)
        case 3: return .write(file, offset: random.anyNumber() >> 2, .inline(random.someBytes(200)), time: time)
        case 4:
            let chunk = SealedChunk(reference: reference(&random))
            return .write(file, offset: random.anyNumber() >> 2, .sealed(chunk), time: time)
        case 5: return .write(file, offset: random.anyNumber() >> 2, .hole(random.anyNumber() >> 2), time: time)
        case 6: return .setSize(file, random.anyNumber() >> 1, time: time)
        case 7: return .setTarget(file, random.someBytes(200))
        case 8: return .copyContent(from: file, to: fileID(&random), time: time)
        case 9:
            let (start, count) = (random.anyNumber() >> 2, random.anyNumber() >> 2)
            return .copyRange(
                from: file, start..<start + count, to: fileID(&random), offset: random.anyNumber() >> 2, time: time)
        case 10: return .setExtendedAttribute(file, random.name(), random.someBytes(200))
        default: return random.chance() ? .removeExtendedAttribute(file, random.name()) : .orphan(file)
        }
    }

    /// Nothing reaches beyond what a file can hold, or says a time that no record can.
    private static func checkReach(_ change: Change) throws {
        switch change {
        case .write(_, let offset, let written, let time):
            let (end, overflows) = offset.addingReportingOverflow(written.count)
            try require(!overflows && end <= longestFile, "a write reaches beyond every file")
            try checkTime(time)
        case .copyRange(_, let range, _, let offset, let time):
            let count = range.upperBound - range.lowerBound
            try require(
                range.upperBound <= longestFile && offset <= longestFile && count <= longestFile - offset,
                "a copy reaches beyond every file")
            try checkTime(time)
        case .setSize(_, let size, let time):
            try require(size <= longestFile, "a size is beyond every file")
            try checkTime(time)
        case .setChild(_, _, _, let time), .removeChild(_, _, let time), .copyContent(_, _, let time):
            try checkTime(time)
        case .setAttributes(_, let attributes):
            for time in [attributes.accessed, attributes.modified, attributes.changed, attributes.born] {
                try checkTime(time)
            }
        case .setTarget, .setExtendedAttribute, .removeExtendedAttribute, .orphan, .forget: break
        }
    }

    private static func checkTime(_ time: Timestamp) throws {
        try require(time.nanoseconds < 1_000_000_000, "a time has a second's worth of nanoseconds or more")
    }

    static let checkpoint = FuzzTarget("checkpoint", longestInput: 1024) { random in
        var checkpoint = Checkpoint(
            root: random.chance() ? reference(&random).bytes : nil,
            commit: random.chance() ? reference(&random).bytes : nil, commitCount: random.anyNumber() >> 1,
            commitTime: random.chance() ? random.time() : nil, nextFileCounter: random.anyNumber() >> 1,
            orphans: Set(random.several(4, fileID)))
        if random.chance() { checkpoint.moreOrphans = reference(&random).bytes }
        return checkpoint.encoded
    } check: { input in
        let checkpoint = try Checkpoint(decoding: input)
        try require((try? Checkpoint(decoding: checkpoint.encoded)) == checkpoint, "a checkpoint changes")
        if let time = checkpoint.commitTime { try checkTime(time) }
    }

    private static let author = CommitAuthor(
        device: [UInt8](repeating: 4, count: 16), incarnation: 5,
        key: Ed25519.SigningKey(seed: SecretBytes(copying: [UInt8](repeating: 8, count: 32))))

    /// Commits as a stranger writes them, and bodies under a right signature.
    static let commit = FuzzTarget("commit", [{ unknownCommit }, { signedCommit }])

    private static func anyCommit(_ random: inout SeededRandom) -> Commit {
        var commit = Commit(
            root: random.chance() ? reference(&random).bytes : nil, vector: [:], device: author.device,
            counter: random.anyNumber() >> 1, time: random.time(),
            parents: random.several(3) { reference(&$0).bytes })
        for _ in 0..<random.below(4) { commit.vector[random.next()] = random.anyNumber() }
        commit.contents.bundles = random.several(3, remoteObject)
        commit.contents.tables = random.several(3) {
            RemoteContents.Table(object: remoteObject(&$0), entryCount: $0.below(20_000))
        }
        commit.features = features(&random)
        return commit
    }

    /// Such as a reader that does not know them reads all the same.
    private static func features(_ random: inout SeededRandom) -> Commit.Features {
        func names(_ random: inout SeededRandom) -> [String] {
            (0..<random.below(3)).map { "feature-\($0)-\(random.below(100))" }
        }
        return
            (try? Commit.Features(
                neededToRead: [], neededToWrite: names(&random), optional: names(&random))) ?? Commit.Features()
    }

    private static var unknownCommit: Part {
        Part { random in
            anyCommit(&random).signed(by: author)
        } check: { input in
            try checkCommit(input)
        }
    }

    private static var signedCommit: Part {
        Part { random in
            Array(anyCommit(&random).signed(by: author).dropLast(67))
        } check: { input in
            var signature = FieldWriter()
            signature.bytes(31, author.key.sign(Array("cbstore commit v1\0".utf8) + input))
            try checkCommit(input + signature.bytes)
        }
    }

    private static func checkCommit(_ bytes: [UInt8]) throws {
        func verified(_ bytes: [UInt8]) throws -> Commit {
            try Commit.verified(bytes) { $0 == author.device ? author.key.publicKey : nil }
        }
        let commit = try verified(bytes)
        try require((try? verified(commit.signed(by: author))) == commit, "a commit changes when it is written")
        try require((try? verified(bytes + [0x08, 0x00])) == nil, "a commit has bytes that nobody signed")
        try checkTime(commit.time)
    }
}
