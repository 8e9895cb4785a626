package import Core
internal import LocalStore
internal import Sealing
internal import Synchronization
internal import Trees
package import Volumes

/// Making commits: the overlay becomes tree, the journal before it is no longer needed.
extension NativeVolume {
    /// Whether a commit should begin now; also sees to it that one begins in time.
    func wantsCommit(_ state: inout State) -> Bool {
        if state.isCommitting { return false }
        let overlay = state.working.active
        if overlay.changeCount >= Limits.Content.commitChanges
            || overlay.inlineBytes >= Limits.Content.commitInlineBytes
        {
            return true
        }
        if !state.isCommitScheduled {
            state.isCommitScheduled = true
            _ = time.schedule(after: Limits.Content.commitInterval) { [weak self] in
                self?.state.withLock { $0.isCommitScheduled = false }
                self?.startCommit()
            }
        }
        return false
    }

    package func pressure() -> Need? {
        if let refusal = refusalOfChanges { return Need { completion in completion(refusal) } }
        let isOver = state.withLock { state -> Bool in
            let overlay = state.working.active
            return overlay.changeCount >= Limits.Content.maximumChanges
                || overlay.inlineBytes >= Limits.Content.maximumInlineBytes
        }
        if isOver { return Need { [self] completion in commit(completion) } }
        if let need = objects.cache.withLock({ $0 })?.pressure() { return need }
        if objects.store.contentRefusal != nil {
            return Need { [self] completion in
                let isAccepted = diskThreads.submit { [self] in completion(objects.store.freshContentRefusal()) }
                if !isAccepted { completion(objects.store.contentRefusal) }
            }
        }
        guard objects.store.pendingBytes > Limits.Content.journalBacklog else { return nil }
        return Need { [self] completion in sync(through: position, completion) }
    }

    /// Begins a commit in the background.
    func startCommit() { commit { _ in } }

    /// Commits everything applied so far; calls back when that is durable.
    package func commit(_ completion: @escaping @Sendable (Failure?) -> Void) {
        let mustAsk = state.withLock { state -> Bool in
            state.waiting.append(completion)
            defer { state.isCommitAsked = true }
            return !state.isCommitAsked
        }
        // Who asks before it has begun is served by the same commit.
        guard mustAsk else { return }
        let isAccepted = committer.submit { [self] in
            let waiting = takeWaiting()
            do throws(Failure) {
                try commitNow()
                for completion in waiting { completion(nil) }
            } catch {
                for completion in waiting { completion(error) }
            }
        }
        if isAccepted { return }
        for completion in takeWaiting() { completion(Failure(.badHandle, "the vault is closed")) }
    }

    private func takeWaiting() -> [@Sendable (Failure?) -> Void] {
        state.withLock { state in
            defer { state.waiting = [] }
            state.isCommitAsked = false
            return state.waiting
        }
    }

    /// Commits everything applied so far; blocks.
    func commitAndWait() throws(Failure) {
        try Need { [self] completion in commit(completion) }.satisfy()
    }

    /// Makes commits until nothing that was there at the call is left; blocks, on the committing thread or at closing.
    func commitNow() throws(Failure) {
        let target = position
        // Left in the journal by a program that knew more than this one: there it stays.
        if let refusal = refusalOfChanges, hasUncommittedChanges { throw refusal }
        while let (overlay, through) = freeze() {
            do throws(Failure) {
                try commit(overlay, through: through)
                endCommit(nil)
            } catch {
                // The frozen overlay stays and is tried again with the next commit.
                Log.error("vault", "a commit could not be made: \(error)")
                endCommit(error)
                throw error
            }
            if through >= target { return }
        }
    }

    /// Why nothing may be changed: the vault uses what this version does not know.
    package var refusalOfChanges: Failure? { state.withLock { $0.commits.features.refusalOfChanges } }

    private var hasUncommittedChanges: Bool {
        state.withLock { !$0.working.active.isEmpty || $0.working.frozen != nil }
    }

    private func freeze() -> (Overlay, ChangePosition)? {
        state.withLock { state -> (Overlay, ChangePosition)? in
            if let frozen = state.working.frozen {
                // Left by a commit that failed: it goes first, and what came since follows with the next.
                state.isCommitting = true
                return (frozen, state.commits.frozenThrough)
            }
            guard !state.working.active.isEmpty else { return nil }
            state.isCommitting = true
            state.working.frozen = state.working.active
            state.working.active = Overlay()
            state.commits.frozenThrough = state.position
            state.commits.frozenOrphans = state.working.orphans
            return (state.working.frozen ?? Overlay(), state.position)
        }
    }

    private func commit(_ overlay: Overlay, through: ChangePosition) throws(Failure) {
        let (base, before) = state.withLock { ($0.working.tree, $0.commits) }
        let builder = CommitBuilder(
            base: base, nodes: BlockingNodes(cache: nodes, objects: objects),
            sealer: sealer,
            dot: Dot(incarnation: author.incarnation, counter: through))
        let result = try builder.build(overlay)
        let now = time.wallClock
        let commit = Commit(
            root: result.tree.root, vector: before.vector.merging([author.incarnation: through]) { $1 },
            device: author.device,
            counter: before.count + 1, time: now, parents: before.newest.map { [$0] } ?? [], features: before.features)
        let reference = try objects.put(commit.signed(by: author), as: .commit)
        var checkpoint = state.withLock { state -> Checkpoint in
            Checkpoint(
                root: result.tree.root, commit: reference.bytes, commitCount: before.count + 1, commitTime: now,
                nextFileCounter: state.nextFileCounter, orphans: before.frozenOrphans)
        }
        try checkpoint.spillOrphans(into: objects)
        try objects.store.checkpointAndWait(state: checkpoint.encoded, through: through)
        chunkUse.forget(through: through)
        state.withLock { state in
            state.working.advance(to: result.tree, result.tally, result.contents, lists)
            state.commits = CommitLog(
                newest: reference.bytes, count: before.count + 1, time: now, vector: commit.vector,
                features: before.features)
        }
    }

    private func endCommit(_ failure: Failure?) {
        state.withLock { state in
            state.isCommitting = false
            state.lastCommitFailure = failure
        }
    }

    /// Commits what is left and closes the store; blocks. The journal stays if the commit fails: nothing is lost.
    package func close() throws(Failure) {
        committer.close()
        var failure: Failure?
        do throws(Failure) {
            while hasUncommittedChanges, refusalOfChanges == nil { try commitNow() }
        } catch {
            failure = error
        }
        diskThreads.close()
        fetchThreads.close()
        try objects.store.close()
        if let failure { throw failure }
    }
}

/// Which commit is newest, and what the one under way covers.
struct CommitLog: Sendable {
    /// The encoded reference; nil before the first.
    var newest: [UInt8]?
    var count: UInt64
    var time: Timestamp?
    /// For each incarnation that ever wrote here, the newest of its changes in the tree.
    var vector: [UInt64: UInt64]
    /// What the next commit lists, too.
    var features: Commit.Features
    var frozenThrough: ChangePosition = 0
    /// As they stood at that position: what came later is found again when the journal is replayed.
    var frozenOrphans: Set<FileID> = []
}
