package import Core
internal import Synchronization
package import Volumes

/// The working state over a volume: who remembers which file, what is open, what is written and not yet handed over.
///
/// Operations run under one lock and only in memory; what they lack they name, and they run again when it has been
/// brought in. So every operation looks first and changes last. Order of locks: session, volume, journal queue, pools.
package final class Session: MountableFileSystem {
    let volume: any Volume
    let time: any TimeSource
    let state = Mutex(SessionState())
    private let sealers: WorkerPool
    private let isClosed = Mutex(false)

    package init(volume: any Volume, time: any TimeSource, sealingThreads: Int) throws(Failure) {
        self.volume = volume
        self.time = time
        sealers = WorkerPool(name: "seal", threads: sealingThreads, capacity: Limits.Session.sealQueue)
        let root = try satisfying { () throws(VolumeError) in try volume.record(of: .root) }
        guard let root else {
            throw Failure(.damaged, "the vault has no root directory", advice: "restore the store's folder from a copy")
        }
        state.withLock { _ = $0.number(of: .root, record: root) }
        scheduleHandOver()
    }

    package var keepsAccessLists: Bool { true }

    // MARK: Running operations

    enum Outcome<Value> {
        case done(Value)
        case needs(Need)
        case refused(FileError)
    }

    /// One try under the lock.
    func run<Value>(
        _ operation: (inout SessionState) throws(Interruption) -> Value
    ) -> Outcome<Value> {
        state.withLock { state -> Outcome<Value> in
            if state.isQuiet { return .needs(quietEnd) }
            defer { state.dropLoaded() }
            do throws(Interruption) {
                return .done(try operation(&state))
            } catch {
                switch error {
                case .needs(let need): return .needs(need)
                case .refused(let refusal): return .refused(refusal)
                }
            }
        }
    }

    /// Runs an operation now, or as often as it takes to bring in what it needs.
    func attempt<Value: Sendable>(
        _ operation: @escaping @Sendable (inout SessionState) throws(Interruption) -> Value
    ) throws(FileError) -> Answer<Value> {
        switch run(operation) {
        case .done(let value): return .now(value)
        case .refused(let refusal): throw refusal
        case .needs(let need):
            return .later(Deferred { [self] completion in retry(after: need, completion, operation) })
        }
    }

    func retry<Value: Sendable>(
        after need: Need, _ completion: @escaping Deferred<Value>.Completion,
        _ operation: @escaping @Sendable (inout SessionState) throws(Interruption) -> Value
    ) {
        need.start { [self] failure in
            if let failure { return completion(.failure(FileError(failure))) }
            switch run(operation) {
            case .done(let value): completion(.success(value))
            case .refused(let refusal): completion(.failure(refusal))
            case .needs(let next): retry(after: next, completion, operation)
            }
        }
    }

    // MARK: Nodes

    func node(_ number: NodeID, in state: SessionState) throws(Interruption) -> Node {
        guard let node = state.nodes[number] else { throw .code(.stale) }
        return node
    }

    func directory(_ number: NodeID, in state: SessionState) throws(Interruption) -> Node {
        let node = try node(number, in: state)
        guard node.record.attributes.kind == .directory else { throw .code(.notDirectory) }
        return node
    }

    /// Looks a file up and counts it.
    func enter(_ file: FileID, in state: inout SessionState) throws(Interruption) -> NodeEntry {
        let number: NodeID
        if let known = state.numbers[file] {
            number = known
        } else {
            let record = try asking { () throws(VolumeError) in try volume.record(of: file) }
            guard let record else {
                throw .refused(
                    FileError(
                        Failure(
                            .integrity, "a name leads to a file that is not there",
                            advice: "restore the store's folder from a copy")))
            }
            number = state.number(of: file, record: record)
        }
        state.nodes[number]?.lookups += 1
        return NodeEntry(node: number, status: status(of: try node(number, in: state)))
    }

    /// Takes back the lookup that `enter` counted.
    func leave(_ number: NodeID, in state: inout SessionState) {
        state.nodes[number]?.lookups -= 1
        state.loaded.append(number)
    }

    func status(of node: Node) -> NodeStatus {
        let record = node.record
        let isDirectory = record.attributes.kind == .directory
        // While bytes wait to be handed over, a file shows no holes: what they will cover is not settled.
        let allocated = node.writes.isClean ? record.allocated : record.size
        return NodeStatus(
            inode: Self.inode(of: node.file),
            links: isDirectory ? (node.isNameless ? 0 : 2 + min(record.subdirectories, .max - 2)) : record.names,
            size: isDirectory ? 4096 : record.size, allocated: allocated, attributes: record.attributes)
    }

    /// A file's number for `stat`: the same in every session, and 1 for the root.
    package static func inode(of file: FileID) -> UInt64 {
        if file == .root { return 1 }
        let number = file.counter ^ ((file.incarnation &* 0x9e37_79b9_7f4a_7c15) & ~0xffff)
        return number <= 1 ? number | 1 << 63 : number
    }

    /// Applies a batch to the volume; nothing has changed when it throws.
    @discardableResult
    func apply(_ changes: [Change]) throws(Interruption) -> ChangePosition {
        try asking { () throws(VolumeError) in try volume.apply(changes) }
    }

    package func forget(_ number: NodeID, lookups: UInt64) {
        state.withLock { state in
            guard let node = state.nodes[number] else { return }
            state.nodes[number]?.lookups = node.lookups - min(node.lookups, lookups)
            state.dropIfUnused(number)
        }
    }

    package func capacity() -> Capacity {
        let space = volume.space()
        let blockSize: UInt64 = 4096
        return Capacity(
            blockSize: UInt32(blockSize), blocks: space.totalBytes / blockSize, freeBlocks: space.freeBytes / blockSize,
            files: min(space.files, .max / 2) + space.freeBytes / 1024, freeFiles: space.freeBytes / 1024)
    }

    package func unmounted() {
        state.withLock { state in
            for number in Array(state.nodes.keys) {
                state.nodes[number]?.lookups = 0
                state.nodes[number]?.opens = 0
                if let node = state.nodes[number], node.isNameless { try? forgetFile(number, in: &state) }
                state.dropIfUnused(number)
            }
            state.handles = [:]
        }
    }

    // MARK: Background work

    /// Files with bytes that the volume does not have yet.
    package var dirtyFiles: Int { state.withLock { $0.dirty.count } }
    /// Bytes that the volume does not have yet.
    package var dirtyByteCount: Int { state.withLock { $0.dirtyBytes } }
    /// What keeps written bytes from being stored, a line for each cause; empty when nothing does.
    package var troubles: [String] {
        let causes = state.withLock { $0.troubles.values.map(\.description) }
        return Dictionary(grouping: causes) { $0 }.sorted { $0.key < $1.key }.map { cause, files in
            "what was written to \(files.count) \(files.count == 1 ? "file" : "files") is not stored yet: \(cause)"
        }
    }

    /// Files that somebody looked up, has open, or wrote to; the root is always among them.
    package var rememberedFiles: Int { state.withLock { $0.nodes.count } }

    /// Submits a job to the sealing threads; false when the queue is full.
    func onSealingThread(_ job: @escaping @Sendable () -> Void) -> Bool { sealers.submit(job) }

    private func scheduleHandOver() {
        _ = time.schedule(after: Limits.Session.handOverTick) { [weak self] in
            guard let self, !isClosed.withLock({ $0 }) else { return }
            handOverOld()
            scheduleHandOver()
        }
    }

    /// Hands everything over and waits until it is on the disk; blocks.
    ///
    /// A file that cannot be handed over keeps none of the others from it: what went wrong first is thrown at the end.
    package func flushAll() throws(Failure) {
        let numbers = state.withLock { Array($0.dirty) }
        var first: Failure?
        for number in numbers {
            do throws(Failure) {
                try finish { [self] state throws(Interruption) in
                    if state.nodes[number] != nil { try settle(number, &state) }
                }
            } catch {
                first = first ?? error
            }
        }
        let outcome = Gate<Failure??>(nil)
        volume.sync(through: volume.position) { failure in
            outcome.withLock { $0 = .some(failure) }
            outcome.wakeAll()
        }
        let failure = outcome.wait { $0.map { .done($0) } ?? .wait(until: nil) }
        if let failure = first ?? failure { throw failure }
    }

    /// Hands everything over, waits until it is on the disk, and stops; blocks.
    package func close() throws(Failure) {
        isClosed.withLock { $0 = true }
        unmounted()
        defer { sealers.close() }
        try flushAll()
    }
}
