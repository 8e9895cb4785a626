internal import Core
internal import LocalStore
internal import Sealing
internal import Trees
internal import Volumes

/// Seals everything below a tree's root with the newest epoch: chunks, lists and nodes.
///
/// Holds a node of each level, a list of each depth and what the pipeline has in flight, never the whole. What it makes is
/// named by its content, so a second walk stores nothing twice. Blocks on the disk, and on the network where content is
/// not here.
final class TreeResealer {
    private let tree: TreeMap
    private let objects: SealedObjects
    private let nodes: BlockingNodes
    private let epoch: UInt32
    private let report: (RekeyProgress) throws(Failure) -> Void
    private var builder: TreeBuilder
    private var progress: RekeyProgress
    private lazy var pipeline = SealPipeline(
        workers: Processors.count, bytesInFlight: Processors.count * Limits.Content.resealBytes)

    /// `report` is called after each bit of work; what it throws ends the walk.
    init(
        _ tree: TreeMap, rule: CutRule, objects: SealedObjects, nodes: NodeCache, contentBytes: UInt64,
        report: @escaping (RekeyProgress) throws(Failure) -> Void
    ) {
        self.tree = tree
        self.objects = objects
        self.nodes = BlockingNodes(cache: nodes, objects: objects)
        self.report = report
        epoch = objects.sealers.newest.epoch
        builder = TreeBuilder(rule: rule)
        progress = RekeyProgress(epoch: epoch, totalBytes: contentBytes)
    }

    /// The root of the same map under the newest epoch, and what was done for it; once.
    func reseal() throws(Failure) -> (root: NodeLink?, progress: RekeyProgress) {
        if let root = tree.root { try walk(try nodes.cache.read(root)) }
        let root = try satisfying { () throws(VolumeError) in try builder.finish(in: nodes) }
        return (root, progress)
    }

    private func walk(_ node: TreeNode) throws(Failure) {
        if node.level > 0 {
            for entry in node.entries { try walk(try child(entry, of: node)) }
            return
        }
        for entry in try resealContents(of: node.entries) {
            // It answers at once: its nodes block, and need nothing to be brought in.
            try satisfying { () throws(VolumeError) in try builder.append(entry, in: nodes) }
        }
    }

    private func child(_ entry: TreeEntry, of node: TreeNode) throws(Failure) -> TreeNode {
        try satisfying { () throws(VolumeError) in try tree.child(entry, of: node, in: nodes) }
    }

    // MARK: Content

    /// The entries of a leaf with the references of their content renewed; all else in them stays, byte for byte.
    private func resealContents(of entries: [TreeEntry]) throws(Failure) -> [TreeEntry] {
        let contents = try entries.map { (entry) throws(Failure) in try Self.content(of: entry) }
        let chunks = try reseal(chunks: contents.compactMap { $0?.chunk })
        var result: [TreeEntry] = []
        result.reserveCapacity(entries.count)
        for (entry, content) in zip(entries, contents) {
            guard let content else {
                result.append(entry)
                continue
            }
            var renewed: ObjectReference?
            switch content.record.body {
            case .inline: try note(contentBytes: content.record.size)
            case .chunk(let chunk): renewed = chunks[chunk.digest]
            case .list(let list, let depth): renewed = try reseal(list: list, depth: depth)
            }
            result.append(renewed.map { content.entry(with: $0) } ?? entry)
        }
        return result
    }

    /// New references by the digests of the old ones, for those of these chunks that are of an older epoch.
    private func reseal(chunks: [ObjectReference]) throws(Failure) -> [Digest: ObjectReference] {
        var renewed: [Digest: ObjectReference] = [:]
        var pending: Set<Digest> = []
        var older: [ObjectReference] = []
        var passedBytes: UInt64 = 0
        for chunk in chunks {
            if chunk.epoch < epoch, pending.insert(chunk.digest).inserted {
                older.append(chunk)
            } else {
                passedBytes += chunk.contentLength
            }
        }
        if passedBytes > 0 { try note(contentBytes: passedBytes) }
        if older.isEmpty { return renewed }
        var (next, taken) = (0, 0)
        try pipeline.run(with: objects.sealers.newest) { () throws(Failure) in
            guard next < older.count else { return nil }
            let chunk = older[next]
            next += 1
            return SealPipeline.Work(weight: Int(clamping: chunk.contentLength), kind: .chunk) {
                [objects] () throws(Failure) in try objects.content(of: chunk, as: .chunk)
            }
        } take: { (object) throws(Failure) in
            let chunk = older[taken]
            taken += 1
            try objects.enter(object)
            renewed[chunk.digest] = object.reference
            try note(contentBytes: chunk.contentLength, objects: 1)
        }
        return renewed
    }

    private func reseal(list: ObjectReference, depth: Int) throws(Failure) -> ObjectReference {
        let entries = try Self.entries(of: list, in: objects)
        let chunks = try reseal(chunks: entries.compactMap(\.chunk))
        var renewed: [ChunkList.Entry] = []
        renewed.reserveCapacity(entries.count)
        for entry in entries {
            switch entry {
            case .hole(let count):
                renewed.append(entry)
                try note(contentBytes: count)
            case .chunk(let chunk): renewed.append(.chunk(chunks[chunk.digest] ?? chunk))
            case .list(let inner, let count):
                guard depth > 0 else { throw Self.isNestedTooDeep(list) }
                renewed.append(.list(try reseal(list: inner, depth: depth - 1), count: count))
            }
        }
        if list.epoch == epoch, renewed == entries { return list }
        try note(objects: 1)
        return try objects.put(try Self.encoded(renewed), as: .chunkList)
    }

    private func note(contentBytes: UInt64 = 0, objects: UInt64 = 0) throws(Failure) {
        progress.doneBytes &+= contentBytes
        progress.sealedObjects += objects
        try report(progress)
    }

    // MARK: Whether there is anything to do

    /// Whether anything below the root is of an older epoch; ends at the first that is.
    func findsOlder() throws(Failure) -> Bool {
        guard let root = tree.root else { return false }
        if try SendPlan.reference(root).epoch < epoch { return true }
        return try findsOlder(in: try nodes.cache.read(root))
    }

    private func findsOlder(in node: TreeNode) throws(Failure) -> Bool {
        for entry in node.entries {
            if node.level > 0 {
                if try SendPlan.reference(entry.link).epoch < epoch { return true }
                if try findsOlder(in: try child(entry, of: node)) { return true }
                continue
            }
            switch try Self.content(of: entry)?.record.body {
            case nil, .inline: continue
            case .chunk(let chunk): if chunk.epoch < epoch { return true }
            case .list(let list, let depth): if try findsOlder(list: list, depth: depth) { return true }
            }
        }
        return false
    }

    private func findsOlder(list: ObjectReference, depth: Int) throws(Failure) -> Bool {
        if list.epoch < epoch { return true }
        for entry in try Self.entries(of: list, in: objects) {
            switch entry {
            case .hole: continue
            case .chunk(let chunk): if chunk.epoch < epoch { return true }
            case .list(let inner, _):
                guard depth > 0 else { throw Self.isNestedTooDeep(list) }
                if try findsOlder(list: inner, depth: depth - 1) { return true }
            }
        }
        return false
    }
}

// MARK: Reading what stands in the tree

extension TreeResealer {
    /// An entry that holds a file's content.
    private struct Content {
        let source: TreeEntry
        let dot: Dot
        let payload: ArraySlice<UInt8>
        let record: ContentRecord

        var chunk: ObjectReference? {
            if case .chunk(let chunk) = record.body { return chunk }
            return nil
        }

        /// The same with another reference in the place of the one it has; fields that are not known here stay.
        func entry(with reference: ObjectReference) -> TreeEntry {
            TreeEntry(
                key: source.key,
                value: RecordValue.encode(ContentRecord.replacing(reference, in: payload), dot: dot))
        }
    }

    private static func content(of entry: TreeEntry) throws(Failure) -> Content? {
        guard RecordKey.parse(entry.key)?.kind == .content else { return nil }
        do throws(MalformedBytes) {
            let (dot, payload) = try RecordValue.decode(entry.value)
            return Content(
                source: entry, dot: dot, payload: payload, record: try ContentRecord(decoding: payload))
        } catch {
            throw Failure(.integrity, "a record of the tree cannot be read", cause: error)
        }
    }

    private static func entries(
        of list: ObjectReference, in objects: SealedObjects
    ) throws(Failure) -> [ChunkList.Entry] {
        let content = try objects.content(of: list, as: .chunkList)
        do throws(MalformedBytes) {
            return try ChunkList(decoding: content).entries
        } catch {
            throw Failure(.integrity, "the chunk list \(list.cid) cannot be read", cause: error)
        }
    }

    private static func encoded(_ entries: [ChunkList.Entry]) throws(Failure) -> [UInt8] {
        do throws(MalformedBytes) {
            return try ChunkList(entries).encoded()
        } catch {
            throw Failure(.integrity, "a chunk list cannot be written", cause: error)
        }
    }

    private static func isNestedTooDeep(_ list: ObjectReference) -> Failure {
        Failure(.integrity, "the chunk list \(list.cid) is nested too deep")
    }
}

extension ChunkList.Entry {
    fileprivate var chunk: ObjectReference? {
        if case .chunk(let chunk) = self { return chunk }
        return nil
    }
}

extension ContentRecord {
    /// A record's bytes with another reference of the same kind in the place of the one they hold; all else stays.
    fileprivate static func replacing(_ reference: ObjectReference, in payload: ArraySlice<UInt8>) -> [UInt8] {
        var reader = FieldReader(payload)
        var writer = FieldWriter()
        // The caller has decoded these bytes, so they are fields to the end.
        while let (field, value) = try? reader.next() {
            if field == referenceFields.chunk || field == referenceFields.list {
                writer.bytes(field, reference.bytes)
            } else {
                writer.field(field, value)
            }
        }
        return writer.bytes
    }
}
