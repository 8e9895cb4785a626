internal import ContentAddressing
package import Core
internal import LocalStore
internal import Sealing
internal import Synchronization
internal import Trees
package import Volumes

/// The vault as a volume: a tree of sealed nodes, the changes since in memory and in the journal, bulk in objects.
package final class NativeVolume: Volume {
    struct State: Sendable {
        var working: WorkingState
        var position: ChangePosition = 0
        var nextFileCounter: UInt64
        var commits: CommitLog
        /// A commit is being made.
        var isCommitting = false
        var isCommitScheduled = false
        /// The committing thread has been asked, and has not begun.
        var isCommitAsked = false
        /// Called when the commit that was asked for has ended.
        var waiting: [@Sendable (Failure?) -> Void] = []
        var lastCommitFailure: Failure?
        /// Another tree is taking this one's place: changes wait.
        var isAdopting = false
        var waitingForAdoption: [@Sendable (Failure?) -> Void] = []
    }

    let objects: SealedObjects
    let nodes: NodeCache
    let lists: ListCache
    private let attributeValues: AttributeValues
    let author: CommitAuthor
    let rule: CutRule
    /// Where streams of content are cut.
    let chunker: Chunker
    let diskSpace: DiskSpace
    let chunkUse = ChunkUse()
    let time: any TimeSource
    let state: Mutex<State>
    let diskThreads: WorkerPool
    let fetchThreads: WorkerPool
    /// Told after each batch, on the thread that made it, whether only names have changed.
    let changeObserver = Mutex<(@Sendable (_ isNameOnly: Bool) -> Void)?>(nil)
    /// One thread: commits follow one another.
    let committer: WorkerPool

    init(
        objects: SealedObjects, author: CommitAuthor, rule: CutRule, chunker: Chunker, checkpoint: Checkpoint,
        vector: [UInt64: UInt64], features: Commit.Features, diskSpace: DiskSpace, time: any TimeSource
    ) throws(Failure) {
        let tree = TreeMap(root: checkpoint.root, rule: rule)
        let tally = try NodeCache.tally(of: tree, in: objects)
        self.objects = objects
        self.author = author
        self.rule = rule
        self.chunker = chunker
        self.diskSpace = diskSpace
        self.time = time
        let diskThreads = WorkerPool(
            name: "disk", threads: Limits.Content.diskThreads, capacity: Limits.Content.diskQueue)
        self.diskThreads = diskThreads
        let fetchThreads = WorkerPool(
            name: "fetch", threads: Limits.Remote.fetchThreads, capacity: Limits.Remote.fetchQueue)
        self.fetchThreads = fetchThreads
        // One commit under way and one asked for.
        committer = WorkerPool(name: "commit", threads: 1, capacity: 2)
        nodes = NodeCache(objects: objects, diskThreads: diskThreads, limitBytes: Limits.Content.nodeCacheBytes)
        lists = ListCache(
            objects: objects, diskThreads: diskThreads, fetchThreads: fetchThreads,
            limitBytes: Limits.Content.listCacheBytes)
        attributeValues = AttributeValues(objects: objects, diskThreads: diskThreads, fetchThreads: fetchThreads)
        var working = WorkingState(tree: tree, tally: tally)
        working.orphans = checkpoint.orphans
        state = Mutex(
            State(
                working: working, nextFileCounter: checkpoint.nextFileCounter,
                commits: CommitLog(
                    newest: checkpoint.commit, count: checkpoint.commitCount, time: checkpoint.commitTime,
                    vector: vector, features: features)))
    }

    var loader: ContentLoader { ContentLoader(objects: objects, lists: lists) }
    var sealer: ContentSealer { ContentSealer(loader: loader, chunker: chunker) }

    // MARK: Reading

    package func record(of file: FileID) throws(VolumeError) -> FileRecord? {
        try state.withLock { state throws(VolumeError) in try state.working.record(of: file, in: nodes) }
    }

    package func child(_ name: Name, of directory: FileID) throws(VolumeError) -> Child? {
        try state.withLock { state throws(VolumeError) in try state.working.child(name, of: directory, in: nodes) }
    }

    package func parent(of directory: FileID) throws(VolumeError) -> FileID? {
        try state.withLock { state throws(VolumeError) in try state.working.parent(of: directory, in: nodes) }
    }

    package func children(of directory: FileID, after: Name?, limit: Int) throws(VolumeError) -> [ChildEntry] {
        try state.withLock { state throws(VolumeError) in
            try state.working.children(of: directory, after: after, limit: limit, in: nodes)
        }
    }

    package func extendedAttribute(_ name: Name, of file: FileID) throws(VolumeError) -> [UInt8]? {
        let record = try state.withLock { state throws(VolumeError) in
            try state.working.extendedAttribute(name, of: file, in: nodes)
        }
        return try record.map { (record) throws(VolumeError) in try attributeValues.value(of: record) }
    }

    package func extendedAttributeNames(of file: FileID) throws(VolumeError) -> [Name] {
        try state.withLock { state throws(VolumeError) in
            try state.working.extendedAttributeNames(of: file, in: nodes)
        }
    }

    package func content(of file: FileID, range: Range<UInt64>) throws(VolumeError) -> [ContentPiece] {
        let content = try state.withLock { state throws(VolumeError) in
            try state.working.content(of: file, in: nodes)
        }
        var opened: Set<ObjectReference> = []
        var entries = 0
        let extents = try content.pieces(in: range) { stored throws(VolumeError) in
            let list = try lists.load(stored)
            if opened.insert(stored.reference).inserted {
                entries += max(list.entries.count, Limits.Content.leastListEntries)
            }
            guard entries <= Limits.Content.readEntries else { throw .failed(Self.scattered) }
            return list
        }
        return extents.map { extent in
            switch extent.source {
            case .hole: return .zeros(count: Int(extent.count))
            case .bytes(let bytes, let skip): return .bytes(bytes[skip..<skip + Int(extent.count)])
            case .chunk(let reference, let skip):
                return unsafe .stored(
                    StoredPiece(count: Int(extent.count), isHere: objects.isHere(reference)) { [objects] buffer in
                        do throws(Failure) {
                            let range = Int(skip)..<Int(skip) + buffer.count
                            unsafe buffer.copyBytes(from: try objects.part(range, of: reference, as: .chunk))
                            return nil
                        } catch {
                            return error
                        }
                    })
            case .list: preconditionFailure("a piece is no list")
            }
        }
    }

    private static let scattered = Failure(
        .integrity, "content is scattered over more chunk lists than can be looked at together",
        advice: "read less of it at once")

    package func onThread(waitingFor place: BytesPlace, _ job: @escaping @Sendable () -> Void) -> Bool {
        switch place {
        case .disk: diskThreads.submit(job)
        case .network: fetchThreads.submit(job)
        }
    }

    package func space() -> VolumeSpace {
        let files = state.withLock { $0.working.totals.files }
        let disk = diskSpace.current
        return VolumeSpace(totalBytes: disk.totalBytes, freeBytes: disk.freeBytes, files: files)
    }

    package func durability(of file: FileID) -> Durability {
        state.withLock { state in
            let isPending = state.working.active.files[file] != nil || state.working.frozen?.files[file] != nil
            return isPending ? .journaled : .committed
        }
    }

    // MARK: Changing

    package func makeFileID() -> FileID {
        state.withLock { state in
            defer { state.nextFileCounter += 1 }
            return FileID(incarnation: author.incarnation, counter: state.nextFileCounter)
        }
    }

    package var position: ChangePosition { state.withLock { $0.position } }

    package func apply(_ changes: [Change]) throws(VolumeError) -> ChangePosition {
        let record = ChangeCodec.encode(changes)
        let (position, isDue) = try state.withLock { state throws(VolumeError) -> (ChangePosition, Bool) in
            if state.isAdopting { throw .needs(endOfAdoption()) }
            if let refusal = state.commits.features.refusalOfChanges { throw .failed(refusal) }
            let bases = try state.working.prepare(changes, in: nodes, lists)
            // Under the same lock as the change: the journal's order is the order of changes.
            state.position = try journal(record, isContent: changes.contains(where: \.hasContent))
            chunkUse.note(changes, at: state.position)
            state.working.apply(changes, bases)
            return (state.position, wantsCommit(&state))
        }
        if isDue { startCommit() }
        changeObserver.withLock { $0 }?(changes.allSatisfy(\.isNameOnly))
        return position
    }

    private func journal(_ record: [UInt8], isContent: Bool) throws(VolumeError) -> ChangePosition {
        do throws(Failure) {
            do throws(Failure) {
                return try objects.store.append(record, isContent: isContent)
            } catch {
                // Bytes that somebody was told are taken: see `seal`.
                guard isContent, error.code == .noSpace else { throw error }
                return try objects.store.append(record)
            }
        } catch {
            throw .failed(error)
        }
    }

    /// Takes in a batch from the journal, at opening; blocks.
    func replay(_ changes: [Change], at position: ChangePosition) throws(Failure) {
        try satisfying { () throws(VolumeError) in
            try state.withLock { state throws(VolumeError) in
                state.working.apply(changes, try state.working.prepare(changes, in: nodes, lists))
                state.position = position
                chunkUse.note(changes, at: position)
                for case .setAttributes(let file, _) in changes where file.incarnation == author.incarnation {
                    state.nextFileCounter = max(state.nextFileCounter, file.counter &+ 1)
                }
            }
        }
    }

    /// Forgets files that were open without a name when the vault was last used; at opening, blocks.
    func forgetOrphans() throws(Failure) {
        if refusalOfChanges != nil { return }
        let orphans = state.withLock { $0.working.orphans }
        for orphan in orphans.sorted() { _ = try satisfying { () throws(VolumeError) in try apply([.forget(orphan)]) } }
    }

    package func chunkLength(of bytes: [UInt8]) -> Int { unsafe chunker.firstChunk(of: bytes.span.bytes) }

    package func sync(through position: ChangePosition, _ completion: @escaping @Sendable (Failure?) -> Void) {
        objects.store.sync(through: position, completion: completion)
    }
}
