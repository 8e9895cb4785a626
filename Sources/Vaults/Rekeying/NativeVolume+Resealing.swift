internal import Core
internal import LocalStore
internal import Sealing
internal import Synchronization
internal import Trees
internal import Volumes

/// The same tree under the newest epoch.
extension NativeVolume {
    /// Whether anything that the newest commit reaches is of an older epoch than the newest; blocks.
    func reachesOlderEpochs() throws(Failure) -> Bool {
        try commitAndWait()
        return try resealer { _ in }.findsOlder()
    }

    /// Seals everything that the newest commit reaches with the newest epoch, and commits that; blocks.
    ///
    /// The commit comes last: a crash before it leaves the tree as it was, and objects that the next try finds. Throws
    /// `.busy`, with nothing changed, when files were changed meanwhile, and what `report` throws.
    func reseal(_ report: @escaping (RekeyProgress) throws(Failure) -> Void) throws(Failure) -> RekeyProgress {
        try commitAndWait()
        let base = state.withLock { $0.working.tree.root }
        let (root, progress) = try resealer(report).reseal()
        if root == base { return progress }
        try replaceTree(else: "files were changed or are still open; rekey again when nobody uses the vault") { state in
            state.working.tree.root == base
        } with: { (state) throws(Failure) in
            try replacement(of: state, by: root)
        }
        return progress
    }

    private func resealer(_ report: @escaping (RekeyProgress) throws(Failure) -> Void) -> TreeResealer {
        let working = state.withLock { $0.working }
        return TreeResealer(
            working.tree, rule: rule, objects: objects, nodes: nodes, contentBytes: working.totals.contentBytes,
            report: report)
    }

    /// A commit of a root that holds the same map.
    private func replacement(of state: State, by root: NodeLink?) throws(Failure) -> Replacement {
        // A change of its own, though an empty one: other devices see by the vector that there is something new.
        let position = try objects.store.append(ChangeCodec.encode([]))
        let before = state.commits
        let commit = Commit(
            root: root, vector: before.vector.merging([author.incarnation: position]) { $1 }, device: author.device,
            counter: before.count + 1, time: time.wallClock, parents: before.newest.map { [$0] } ?? [],
            features: before.features)
        let reference = try objects.put(commit.signed(by: author), as: .commit).bytes
        return Replacement(
            checkpoint: Checkpoint(
                root: root, commit: reference, commitCount: commit.counter, commitTime: commit.time,
                nextFileCounter: state.nextFileCounter, orphans: []),
            through: position,
            commits: CommitLog(
                newest: reference, count: commit.counter, time: commit.time, vector: commit.vector,
                features: before.features))
    }
}
