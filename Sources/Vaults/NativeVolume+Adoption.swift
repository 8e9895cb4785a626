internal import Core
internal import LocalStore
internal import Synchronization
internal import Trees
internal import Volumes

/// Another device's tree in the place of this one, which it includes.
extension NativeVolume {
    /// Makes the tree of a commit, all of whose nodes are in the store, the volume's own; blocks.
    ///
    /// Changes wait meanwhile. Throws `.busy`, with nothing changed, when there are changes that the commit cannot know.
    func adopt(_ commit: Commit, at reference: [UInt8]) throws(Failure) {
        try commitAndWait()
        let begun = state.withLock { state -> Checkpoint? in
            guard state.working.active.isEmpty, state.working.frozen == nil, !state.isCommitting, !state.isAdopting,
                state.working.orphans.isEmpty,
                state.commits.vector.allSatisfy({ $0.value <= commit.vector[$0.key] ?? 0 })
            else { return nil }
            state.isAdopting = true
            return Checkpoint(
                root: commit.root, commit: reference, commitCount: state.commits.count, commitTime: commit.time,
                nextFileCounter: state.nextFileCounter,
                totals: VaultTotals(files: commit.files, contentBytes: commit.contentBytes), orphans: [])
        }
        guard let begun else {
            throw Failure(.busy, "files are being changed or still open; what others published is taken in later")
        }
        var failure: Failure?
        do throws(Failure) {
            try objects.store.checkpointAndWait(
                state: begun.encoded, through: max(position, objects.store.lastPosition))
        } catch {
            failure = error
        }
        let waiting = state.withLock { state in
            state.isAdopting = false
            if failure == nil {
                state.working.tree = TreeMap(root: commit.root, rule: rule)
                state.working.totals = begun.totals
                state.working.loadedContents = [:]
                state.working.countedDirectories = [:]
                state.commits = CommitLog(
                    newest: reference, count: begun.commitCount, time: commit.time, vector: commit.vector)
            }
            defer { state.waitingForAdoption = [] }
            return state.waitingForAdoption
        }
        for completion in waiting { completion(nil) }
        if let failure { throw failure }
    }

    /// Whether a file's content is the same in another tree, whose nodes are in the store; blocks.
    func isContentUnchanged(of file: FileID, in root: NodeLink?) throws(Failure) -> Bool {
        let nodes = BlockingNodes(cache: self.nodes, objects: objects)
        let tree = state.withLock { $0.working.tree }
        let key = RecordKey.key(of: file, .content)
        let (now, then) = try satisfying { () throws(VolumeError) in
            (try tree.value(of: key, in: nodes), try TreeMap(root: root, rule: rule).value(of: key, in: nodes))
        }
        let attributes = try satisfying { () throws(VolumeError) in
            try TreeMap(root: root, rule: rule).value(of: RecordKey.key(of: file, .attributes), in: nodes)
        }
        return now == then && attributes != nil
    }

    /// What a change waits for that comes meanwhile.
    func endOfAdoption() -> Need {
        Need { [self] completion in
            let mustWait = state.withLock { state -> Bool in
                if state.isAdopting { state.waitingForAdoption.append(completion) }
                return state.isAdopting
            }
            if !mustWait { completion(nil) }
        }
    }
}
