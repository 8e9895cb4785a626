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
        if let root = tree.root { try walk(PlacedNode(root: try nodes.cache.read(root))) }
        let root = try satisfying { () throws(VolumeError) in try builder.finish(in: nodes) }
        return (root, progress)
    }

    private func walk(_ placed: PlacedNode) throws(Failure) {
        if placed.node.level > 0 {
            for index in placed.node.entries.indices { try walk(try child(at: index, of: placed)) }
            return
        }
        for entry in try resealContents(of: placed.node.entries) {
            // It answers at once: its nodes block, and need nothing to be brought in.
            try satisfying { () throws(VolumeError) in try builder.append(entry, in: nodes) }
        }
    }

    private func child(at index: Int, of placed: PlacedNode) throws(Failure) -> PlacedNode {
        try satisfying { () throws(VolumeError) in try placed.child(at: index, in: nodes) }
    }

    // MARK: Content

    /// The entries of a leaf with the references of their content renewed; all else in them stays, byte for byte.
    private func resealContents(of entries: [TreeEntry]) throws(Failure) -> [TreeEntry] {
        let versions = try entries.map { (entry) throws(Failure) in try ReferringVersion.all(in: entry) }
        let chunks = try reseal(chunks: versions.joined().compactMap(\.chunk).map { ($0, $0.contentLength) })
        var result: [TreeEntry] = []
        result.reserveCapacity(entries.count)
        for (entry, versions) in zip(entries, versions) {
            var isRenewed = false
            let renewed = try versions.map { (version) throws(Failure) -> RecordVersion in
                guard let new = try reseal(version, chunks) else { return version.version }
                isRenewed = true
                return version.replacing(with: new)
            }
            result.append(isRenewed ? TreeEntry(key: entry.key, value: RecordValue.encode(renewed)) : entry)
        }
        return result
    }

    /// The new reference of a version; nil where it has none or keeps it. `chunks` holds those of single chunks.
    private func reseal(
        _ version: ReferringVersion, _ chunks: [Digest: ObjectReference]
    ) throws(Failure) -> ObjectReference? {
        switch version.reference {
        case nil: return nil
        case .value(let old):
            guard old.epoch < epoch else { return nil }
            try note(objects: 1)
            return try objects.put(try objects.content(of: old, as: .chunk), as: .chunk)
        case .content(let record):
            switch record.body {
            case .inline:
                try note(contentBytes: record.size)
                return nil
            case .chunk(let chunk): return chunks[chunk.digest]
            case .list:
                guard let list = record.list else { return nil }
                let new = try reseal(list)
                return new == list.reference ? nil : new
            }
        }
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
            for case .part(let chunk, _, _) in list.entries {
                if let new = renewed[chunk.digest] { divided[chunk.digest] = new }
            }
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
        return try findsOlder(in: PlacedNode(root: try nodes.cache.read(root)))
    }

    private func findsOlder(in placed: PlacedNode) throws(Failure) -> Bool {
        for (index, entry) in placed.node.entries.enumerated() {
            if placed.node.level > 0 {
                if try SendPlan.reference(entry.link).epoch < epoch { return true }
                if try findsOlder(in: try child(at: index, of: placed)) { return true }
                continue
            }
            for version in try ReferringVersion.all(in: entry) {
                switch version.reference {
                case nil: continue
                case .value(let value): if value.epoch < epoch { return true }
                case .content(let record):
                    if case .chunk(let chunk) = record.body, chunk.epoch < epoch { return true }
                    if let list = record.list, try findsOlder(in: list) { return true }
                }
            }
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
