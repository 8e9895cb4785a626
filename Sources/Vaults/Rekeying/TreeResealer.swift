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
        let chunks = try reseal(chunks: contents.compactMap { $0?.chunk }.map { ($0, $0.contentLength) })
        var result: [TreeEntry] = []
        result.reserveCapacity(entries.count)
        for (entry, content) in zip(entries, contents) {
            guard let content else {
                result.append(try resealAttribute(entry))
                continue
            }
            var renewed: ObjectReference?
            switch content.record.body {
            case .inline: try note(contentBytes: content.record.size)
            case .chunk(let chunk): renewed = chunks[chunk.digest]
            case .list: renewed = try content.record.list.map { (list) throws(Failure) in try reseal(list) }
            }
            result.append(renewed.map { content.entry(with: $0) } ?? entry)
        }
        return result
    }

    /// New references by the digests of the old ones, for those of these chunks that are of an older epoch.
    ///
    /// Each is sealed once, however often it comes; `bytes` says how many of the content each time stands for.
    private func reseal(
        chunks: [(reference: ObjectReference, bytes: UInt64)]
    ) throws(Failure) -> [Digest: ObjectReference] {
        var renewed: [Digest: ObjectReference] = [:]
        var pending: Set<Digest> = []
        var older: [(reference: ObjectReference, bytes: UInt64)] = []
        var passedBytes: UInt64 = 0
        for chunk in chunks {
            if chunk.reference.epoch < epoch, pending.insert(chunk.reference.digest).inserted {
                older.append(chunk)
            } else {
                passedBytes += chunk.bytes
            }
        }
        if passedBytes > 0 { try note(contentBytes: passedBytes) }
        if older.isEmpty { return renewed }
        var (next, taken) = (0, 0)
        try pipeline.run(with: objects.sealers.newest) { () throws(Failure) in
            guard next < older.count else { return nil }
            let chunk = older[next].reference
            next += 1
            return SealPipeline.Work(weight: Int(clamping: chunk.contentLength), kind: .chunk) {
                [objects] () throws(Failure) in try objects.content(of: chunk, as: .chunk)
            }
        } take: { (object) throws(Failure) in
            let chunk = older[taken]
            taken += 1
            try objects.enter(object)
            renewed[chunk.reference.digest] = object.reference
            try note(contentBytes: chunk.bytes, objects: 1)
        }
        return renewed
    }

    /// The list with all that it names renewed, entry for entry: whoever goes on with it finds it cut where it was.
    private func reseal(_ outermost: StoredChunkList) throws(Failure) -> ObjectReference {
        // By the digests of the old ones; a list that comes again is not walked again.
        var lists: [Digest: ObjectReference] = [:]
        // A chunk of which several parts are in use may stand in more than one list.
        var divided: [Digest: ObjectReference] = [:]
        // Lists whose bytes were told when they were walked.
        var told: Set<Digest> = []
        try outermost.walk { [objects] list throws(Failure) in
            lists[list.digest] == nil ? try objects.content(of: list, as: .chunkList) : nil
        } visit: { stored, list throws(Failure) in
            var chunks: [(reference: ObjectReference, bytes: UInt64)] = []
            var otherBytes: UInt64 = 0
            for entry in list.entries {
                if let inner = entry.reference, stored.isNested {
                    otherBytes += told.insert(inner.digest).inserted ? 0 : entry.count
                } else if let chunk = entry.reference, divided[chunk.digest] == nil {
                    chunks.append((chunk, entry.count))
                } else {
                    otherBytes += entry.count
                }
            }
            if otherBytes > 0 { try note(contentBytes: otherBytes) }
            let renewed = try reseal(chunks: chunks)
            for case .part(let chunk, _, _) in list.entries { divided[chunk.digest] = renewed[chunk.digest] }
            let entries = list.entries.map { entry in
                entry.replacing { lists[$0.digest] ?? renewed[$0.digest] ?? divided[$0.digest] ?? $0 }
            }
            lists[stored.reference.digest] = try put(entries, insteadOf: stored.reference, list)
            return true
        }
        return lists[outermost.reference.digest] ?? outermost.reference
    }

    private func put(
        _ entries: [ChunkList.Entry], insteadOf reference: ObjectReference, _ list: ChunkList
    ) throws(Failure) -> ObjectReference {
        if reference.epoch == epoch, entries == list.entries { return reference }
        try note(objects: 1)
        do {
            return try objects.put(try ChunkList(entries).encoded(), as: .chunkList)
        } catch let error as MalformedBytes {
            throw Failure(.integrity, "the chunk list \(reference.cid) cannot be written anew", cause: error)
        } catch {
            throw Failure.wrapping(error)
        }
    }

    /// The entry of an extended attribute whose value stands in an object of an older epoch, with that renewed; any
    /// other entry as it is.
    private func resealAttribute(_ entry: TreeEntry) throws(Failure) -> TreeEntry {
        guard let (old, dot, payload) = try Self.attribute(of: entry), old.epoch < epoch else { return entry }
        let new = try objects.put(try objects.content(of: old, as: .chunk), as: .chunk)
        try note(objects: 1)
        return TreeEntry(
            key: entry.key, value: RecordValue.encode(AttributeRecord.replacing(new, in: payload), dot: dot))
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
            let record = try Self.content(of: entry)?.record
            if case .chunk(let chunk) = record?.body, chunk.epoch < epoch { return true }
            if let list = record?.list, try findsOlder(in: list) { return true }
            if let (value, _, _) = try Self.attribute(of: entry), value.epoch < epoch { return true }
        }
        return false
    }

    private func findsOlder(in outermost: StoredChunkList) throws(Failure) -> Bool {
        var seen: Set<Digest> = []
        var isFound = outermost.reference.epoch < epoch
        try outermost.walk { [objects] list throws(Failure) in
            let isToOpen = !isFound && seen.insert(list.digest).inserted
            return isToOpen ? try objects.content(of: list, as: .chunkList) : nil
        } visit: { [epoch] _, list throws(Failure) in
            isFound = isFound || list.entries.contains { $0.reference.map { $0.epoch < epoch } ?? false }
            return !isFound
        }
        return isFound
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

    /// The object that holds an extended attribute's value, and the record that names it.
    private static func attribute(
        of entry: TreeEntry
    ) throws(Failure) -> (value: ObjectReference, dot: Dot, payload: ArraySlice<UInt8>)? {
        guard RecordKey.parse(entry.key)?.kind == .extendedAttribute else { return nil }
        let (record, dot, payload) = try AttributeRecord.reading(entry.value)
        guard case .object(let reference) = record else { return nil }
        return (reference, dot, payload)
    }
}

extension ChunkList.Entry {
    /// The same with other references in the place of those it has.
    fileprivate func replacing(_ renewed: (ObjectReference) -> ObjectReference) -> Self {
        switch self {
        case .hole: self
        case .chunk(let reference): .chunk(renewed(reference))
        case .part(let reference, let skip, let count): .part(renewed(reference), skip: skip, count: count)
        case .list(let reference, let count, let allocated):
            .list(renewed(reference), count: count, allocated: allocated)
        }
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
