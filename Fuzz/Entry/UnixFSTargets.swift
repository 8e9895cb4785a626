internal import ContentAddressing
internal import Core
internal import StorageSupport

extension FuzzTarget {
    static let dagPB = FuzzTarget("dag-pb") { random in
        let links = random.several(4) { random in
            DagPBNode.Link(
                cid: anyCID(&random), name: random.chance() ? Name(random.someBytes(12)) : nil,
                totalSize: random.chance() ? random.anyNumber() : nil)
        }
        return DagPBNode(links: links, data: random.chance() ? random.someBytes()[...] : nil).encoded
    } check: { input in
        try require(try DagPBNode(decoding: input).encoded == input, "two encodings are one node")
    }

    static let unixFSMessage = FuzzTarget("unixfs-message", longestInput: 512) { random in
        UnixFSMessage(
            UnixFSMessage.Kind.allCases[random.below(UnixFSMessage.Kind.allCases.count)],
            data: random.chance() ? random.someBytes()[...] : nil, fileSize: random.chance() ? random.anyNumber() : nil,
            blockSizes: random.several(4) { $0.anyNumber() }, hashType: random.chance() ? random.anyNumber() : nil,
            fanout: random.chance() ? random.anyNumber() : nil,
            mode: random.chance() ? UInt32(truncatingIfNeeded: random.next()) : nil,
            modified: random.chance() ? random.time() : nil
        ).encoded
    } check: { input in
        let message = try UnixFSMessage(decoding: input)
        try require(message.encoded == input, "two encodings are one message")
        for count in 0..<4 { _ = try? message.checkFile(linkCount: count) }
        try? message.checkShard()
    }

    /// A file whose blocks an input describes: each is a leaf or links to earlier ones, and sizes may be untrue.
    static let unixFSFile = FuzzTarget("unixfs-file", longestInput: 512) { random in
        var input: [UInt8] = []
        for _ in 0..<1 + random.below(5) { input += [1, 3] + random.bytes(3) }
        return input + [2, 2, 9, 9, 2, 0, 0, 1, 0]
    } check: { input in
        var blocks = Blocks(input)
        guard let root = blocks.root else { throw Refused() }
        var calls = 0
        let reader = UnixFSReader { (cid) throws(Failure) in
            calls += 1
            guard let block = blocks.blocks[cid] else { throw Failure(.notFound, "no block") }
            return block
        }
        func read(_ range: Range<UInt64>) throws -> [UInt8] {
            var bytes: [UInt8] = []
            try reader.read(root, range) { (piece) throws(Failure) in
                bytes += piece
                // A DAG of a few blocks may stand for a file without end.
                if bytes.count > 1 << 16 { throw Failure(.overLimit, "enough") }
            }
            return bytes
        }
        defer { blocks = Blocks([]) }
        do {
            let whole = try read(0..<UInt64.max)
            try require(calls <= (UnixFSReader.maximumDepth + 2) * (whole.count + 1), "blocks are read for nothing")
            guard case .file(let size) = try reader.entry(at: root).kind else { throw Broken("no file is read as one") }
            try require(size == UInt64(whole.count), "a file has another size than it says")
            let middle = size / 2
            try require(try read(0..<middle) + read(middle..<size) == whole, "ranges are not the whole")
        }
    }

    private struct Blocks {
        private(set) var blocks: [CID: [UInt8]] = [:]
        private(set) var root: CID?
        private var made: [(cid: CID, size: UInt64)] = []

        init(_ input: [UInt8]) {
            var parts = InputParts(input)
            while !parts.isEmpty, made.count < 40 {
                if parts.byte() & 3 == 1 {
                    let bytes = parts.piece()
                    add(bytes, .raw, UInt64(bytes.count))
                } else {
                    addNode(&parts)
                }
            }
        }

        private mutating func addNode(_ parts: inout InputParts) {
            let data = parts.piece()
            var links: [DagPBNode.Link] = []
            var sizes: [UInt64] = []
            for _ in 0..<parts.byte() & 7 where !made.isEmpty {
                let child = made[made.count - 1 - Int(parts.byte()) % made.count]
                let isTrue = parts.byte() != 0xff
                links.append(DagPBNode.Link(cid: child.cid))
                sizes.append(isTrue ? child.size : parts.number(8))
            }
            let size = sizes.reduce(UInt64(data.count)) { $0 &+ $1 }
            let message = UnixFSMessage(.file, data: data.isEmpty ? nil : data[...], fileSize: size, blockSizes: sizes)
            add(DagPBNode(links: links, data: message.encoded[...]).encoded, .dagPB, size)
        }

        private mutating func add(_ block: [UInt8], _ codec: Codec, _ size: UInt64) {
            guard let hash = try? HashFunction.sha256.hash(of: block) else { return }
            let cid = CID(codec: codec, multihash: hash)
            blocks[cid] = block
            made.append((cid, size))
            root = cid
        }
    }
}
