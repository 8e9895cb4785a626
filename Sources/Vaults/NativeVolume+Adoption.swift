internal import Core
internal import LocalStore
internal import Synchronization
internal import Trees
internal import Volumes

/// Another tree in the place of this one: another device's, which includes it, or the same under a new epoch.
extension NativeVolume {
    /// How the store tells of the tree that comes, and how memory does.
    struct Replacement {
        let checkpoint: Checkpoint
        /// The changes that it covers.
        let through: ChangePosition
        let commits: CommitLog
    }

    /// Makes the tree of a commit, all of whose nodes are in the store, the volume's own; blocks.
    ///
    /// Changes wait meanwhile. Throws `.busy`, with nothing changed, when there are changes that the commit cannot know.
    func adopt(_ commit: Commit, at reference: [UInt8]) throws(Failure) {
        try commitAndWait()
        let refusal = "files are being changed or still open; what others published is taken in later"
        try replaceTree(else: refusal) { state in
            state.commits.vector.allSatisfy { $0.value <= commit.vector[$0.key] ?? 0 }
        } with: { (state) throws(Failure) in
            Replacement(
                checkpoint: Checkpoint(
                    root: commit.root, commit: reference, commitCount: state.commits.count, commitTime: commit.time,
                    nextFileCounter: state.nextFileCounter, orphans: []),
                through: max(state.position, objects.store.lastPosition),
                commits: CommitLog(
                    newest: reference, count: state.commits.count, time: commit.time, vector: commit.vector,
                    features: commit.features))
        }
    }

    /// Puts the tree that `make` tells in the place of this one, when nothing is under way here and the state is fit for
    /// it; blocks, and changes wait meanwhile.
    ///
    /// Throws, with nothing changed, `.busy` with the message `refusal`, or what `make` throws.
    func replaceTree(
        else refusal: String, when isFit: (State) -> Bool, with make: (State) throws(Failure) -> Replacement
    ) throws(Failure) {
        let base = state.withLock { state -> State? in
            guard state.working.active.isEmpty, state.working.frozen == nil, !state.isCommitting, !state.isAdopting,
                state.working.orphans.isEmpty, isFit(state)
            else { return nil }
            state.isAdopting = true
            return state
        }
        guard let base else { throw Failure(.busy, refusal) }
        let outcome = Result { () throws(Failure) in
            let replacement = try make(base)
            let tree = TreeMap(root: replacement.checkpoint.root, rule: rule)
            let tally = try tally(of: tree)
            try objects.store.checkpointAndWait(
                state: replacement.checkpoint.encoded, through: replacement.through)
            return (replacement, tree, tally)
        }
        let waiting = state.withLock { state in
            state.isAdopting = false
            if case .success(let (new, tree, tally)) = outcome {
                state.position = max(state.position, new.through)
                state.working.replace(by: tree, tally)
                state.commits = new.commits
            }
            defer { state.waitingForAdoption = [] }
            return state.waitingForAdoption
        }
        for completion in waiting { completion(nil) }
        _ = try outcome.get()
    }

    private func tally(of tree: TreeMap) throws(Failure) -> Tally {
        let nodes = BlockingNodes(cache: self.nodes, objects: objects)
        return try satisfying { () throws(VolumeError) in try tree.tally(in: nodes) }
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
