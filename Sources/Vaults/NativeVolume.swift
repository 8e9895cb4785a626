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
    let author: CommitAuthor
    let rule: CutRule
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
        objects: SealedObjects, author: CommitAuthor, rule: CutRule, checkpoint: Checkpoint, vector: [UInt64: UInt64],
        diskSpace: DiskSpace, time: any TimeSource
    ) {
        self.objects = objects
        self.author = author
        self.rule = rule
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
        let loads = Loads(
            loader: ContentLoader(objects: objects), nodes: BlockingNodes(cache: nodes, objects: objects),
            diskThreads: diskThreads, fetchThreads: fetchThreads)
        var working = WorkingState(tree: TreeMap(root: checkpoint.root, rule: rule)) { file, record in
            loads.need(file, record)
        } countNeed: { directory, tree in
            loads.need(countOf: directory, in: tree)
        }
        working.totals = checkpoint.totals
        working.orphans = checkpoint.orphans
        state = Mutex(
            State(
                working: working, nextFileCounter: checkpoint.nextFileCounter,
                commits: CommitLog(
                    newest: checkpoint.commit, count: checkpoint.commitCount, time: checkpoint.commitTime,
                    vector: vector)))
        loads.volume.withLock { $0.value = self }
    }

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
        try state.withLock { state throws(VolumeError) in
            try state.working.extendedAttribute(name, of: file, in: nodes)
        }
    }

    package func extendedAttributeNames(of file: FileID) throws(VolumeError) -> [Name] {
        try state.withLock { state throws(VolumeError) in
            try state.working.extendedAttributeNames(of: file, in: nodes)
        }
    }

    package func content(of file: FileID, range: Range<UInt64>) throws(VolumeError) -> [ContentPiece] {
        let extents = try state.withLock { state throws(VolumeError) in
            try state.working.content(of: file, in: nodes).pieces(in: range)
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
            }
        }
    }

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
            let bases = try state.working.prepare(changes, in: nodes)
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
            return try objects.store.append(record, isContent: isContent)
        } catch {
            throw .failed(error)
        }
    }

    /// Takes in a batch from the journal, at opening; blocks.
    func replay(_ changes: [Change], at position: ChangePosition) throws(Failure) {
        try satisfying { () throws(VolumeError) in
            try state.withLock { state throws(VolumeError) in
                state.working.apply(changes, try state.working.prepare(changes, in: nodes))
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
        let orphans = state.withLock { $0.working.orphans }
        for orphan in orphans.sorted() { _ = try satisfying { () throws(VolumeError) in try apply([.forget(orphan)]) } }
    }

    package func sync(through position: ChangePosition, _ completion: @escaping @Sendable (Failure?) -> Void) {
        objects.store.sync(through: position, completion: completion)
    }
}

/// Brings into memory what the nodes in the cache do not tell: extents of files, and counts of large directories.
private final class Loads: Sendable {
    struct Back: Sendable { weak var value: NativeVolume? }

    let volume = Mutex(Back())
    private let loader: ContentLoader
    private let nodes: BlockingNodes
    private let diskThreads: WorkerPool
    private let fetchThreads: WorkerPool

    init(loader: ContentLoader, nodes: BlockingNodes, diskThreads: WorkerPool, fetchThreads: WorkerPool) {
        self.loader = loader
        self.nodes = nodes
        self.diskThreads = diskThreads
        self.fetchThreads = fetchThreads
    }

    func need(countOf directory: FileID, in tree: TreeMap) -> Need {
        need(on: diskThreads) { [self] () throws(Failure) in
            let count = try satisfying { () throws(VolumeError) in
                try WorkingState.subdirectories(of: directory, in: tree, nodes, limit: .max)
            }
            volume.withLock { $0.value }?.remember(count ?? 0, of: directory, in: tree)
        }
    }

    private func need(on threads: WorkerPool, _ load: @escaping @Sendable () throws(Failure) -> Void) -> Need {
        Need { completion in
            let accepted = threads.submit {
                do throws(Failure) {
                    try load()
                    completion(nil)
                } catch {
                    completion(error)
                }
            }
            if !accepted { completion(Failure(.busy, "too many reads wait already")) }
        }
    }

    func need(_ file: FileID, _ record: ContentRecord) -> Need {
        need(on: loader.isHere(record) ? diskThreads : fetchThreads) { [self] () throws(Failure) in
            let extents = try loader.extents(of: record)
            volume.withLock { $0.value }?.remember(extents, of: file, from: record)
        }
    }
}

extension NativeVolume {
    /// Keeps a directory's count, unless another tree has come meanwhile.
    fileprivate func remember(_ count: Int, of directory: FileID, in tree: TreeMap) {
        state.withLock { state in
            guard state.working.tree.root == tree.root else { return }
            if state.working.countedDirectories.count >= Limits.Content.contentCacheEntries {
                state.working.countedDirectories.removeAll()
            }
            state.working.countedDirectories[directory] = count
        }
    }

    /// Keeps loaded extents, unless the file has got other content meanwhile.
    fileprivate func remember(_ extents: ExtentMap, of file: FileID, from record: ContentRecord) {
        state.withLock { state in
            guard let current = try? state.working.contentRecord(of: file, in: nodes), current == record else { return }
            if state.working.loadedContents.count >= Limits.Content.contentCacheEntries {
                state.working.loadedContents.removeAll()
            }
            state.working.loadedContents[file] = extents
        }
    }
}
