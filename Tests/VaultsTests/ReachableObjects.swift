import ContentAddressing
import Core
import Sealing
import Testing
import Trees
import Vaults

/// All that a vault's newest commit reaches below its root, found by reading the store as `docs/format.md` says.
struct ReachableObjects {
    struct Node: Equatable {
        let level: Int
        let keys: [[UInt8]]
    }

    /// A record without the references in it.
    struct Record: Equatable {
        let key: [UInt8]
        let dot: Dot
        /// What is left of a content record; of others, the payload.
        let rest: [UInt8]
    }

    private(set) var epochs: Set<UInt32> = []
    /// Depth first.
    private(set) var nodes: [Node] = []
    private(set) var records: [Record] = []
    private(set) var listDepths: Set<Int> = []
    private(set) var cids: [CID] = []
    private(set) var digests: Set<Digest> = []
    private(set) var nodeObjects = 0
    /// Different chunks and lists.
    var contentObjects: Int { digests.count - nodeObjects }

    private let vault: Vault

    init(_ vault: Vault, _ keyring: Keyring) throws {
        self.vault = vault
        try vault.commit()
        guard let root = try vault.newestCommit(keyring)?.root else { return }
        try walk(try ObjectReference(bytes: root))
    }

    /// Looks at a chunk; one that several places name counts once.
    private mutating func take(_ chunk: ObjectReference) throws {
        if !digests.contains(chunk.digest) { _ = try open(chunk, .chunk) }
    }

    private mutating func open(_ reference: ObjectReference, _ kind: ObjectKind) throws -> [UInt8] {
        guard let bytes = try vault.storedObject(reference.cid) else {
            throw Failure(.notFound, "\(reference.cid) is reached and not there")
        }
        let header = try SealedHeader(parsing: bytes)
        #expect(header.epoch == reference.epoch && header.kind == kind)
        epochs.insert(header.epoch)
        if digests.insert(reference.digest).inserted {
            cids.append(reference.cid)
            if kind == .node { nodeObjects += 1 }
        }
        return try Opener.open(bytes, reference, kind: kind)
    }

    private mutating func walk(_ reference: ObjectReference) throws {
        let node = try TreeNode(decoding: try open(reference, .node))
        nodes.append(Node(level: node.level, keys: node.entries.map(\.key)))
        for entry in node.entries {
            if node.level > 0 { try walk(try ObjectReference(bytes: entry.link)) } else { try add(entry) }
        }
    }

    private mutating func add(_ entry: TreeEntry) throws {
        for version in try RecordValue.versions(of: entry.value) { try add(version, of: entry.key) }
    }

    private mutating func add(_ version: RecordVersion, of key: [UInt8]) throws {
        var rest = Array(version.payload)
        if RecordKey.parse(key)?.kind == .content {
            var record = try ContentRecord(decoding: version.payload)
            switch record.body {
            case .inline: break
            case .chunk(let chunk): try take(chunk)
            case .list(let list, let depth): try walk(list: list, depth)
            }
            if case .inline = record.body {} else { record.body = .inline([]) }
            rest = record.encoded()
        } else if RecordKey.parse(key)?.kind == .extendedAttribute,
            case .object(let value) = try AttributeRecord(decoding: version.payload)
        {
            try take(value)
            rest = []
        }
        records.append(Record(key: key, dot: version.dot, rest: rest))
    }

    private mutating func walk(list reference: ObjectReference, _ depth: Int) throws {
        listDepths.insert(depth)
        for entry in try ChunkList(decoding: try open(reference, .chunkList)).entries {
            switch entry {
            case .hole: break
            case .chunk(let chunk), .part(let chunk, _, _): try take(chunk)
            case .list(let list, _, _): try walk(list: list, depth - 1)
            }
        }
    }
}
