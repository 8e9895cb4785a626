package import Core
internal import Sealing
package import Volumes

/// Which chunks must stay in the store: those on their way into a file, and those that journal records name.
///
/// A record that names what is not there ends the journal when it is read again, so none of these may go, however safe
/// it is elsewhere. From the commit that covers a record on, the tree names the chunk, and the remote can give it.
package final class ChunkUse: Sendable {
    private struct State {
        /// How many leases are out.
        var leased: [Digest: Int] = [:]
        /// The newest journal record that names the chunk.
        var journaled: [Digest: ChangePosition] = [:]
        var leaving: Set<Digest> = []
    }

    /// Keeps a chunk in the store as long as it lives.
    package final class Lease: Sendable {
        private let use: ChunkUse
        private let digest: Digest

        fileprivate init(_ use: ChunkUse, _ digest: Digest) {
            self.use = use
            self.digest = digest
        }

        deinit { use.end(digest) }
    }

    private let state = Gate(State())

    package init() {}

    /// Taken before the store is asked whether it has the chunk; waits while it is leaving.
    package func lease(_ digest: Digest) -> Lease {
        state.wait { state -> Gate<State>.Verdict<Void> in
            if state.leaving.contains(digest) { return .wait(until: nil) }
            state.leased[digest, default: 0] += 1
            return .done(())
        }
        return Lease(self, digest)
    }

    private func end(_ digest: Digest) {
        state.withLock { state in
            let left = (state.leased[digest] ?? 1) - 1
            state.leased[digest] = left > 0 ? left : nil
        }
    }

    /// The record at `position` has these changes.
    package func note(_ changes: [Change], at position: ChangePosition) {
        for case .write(_, _, .sealed(let content), _) in changes {
            guard let chunk = content as? SealedChunk else { continue }
            state.withLock { $0.journaled[chunk.reference.digest] = position }
        }
    }

    /// A checkpoint covers the records up to `position`.
    package func forget(through position: ChangePosition) {
        state.withLock { state in state.journaled = state.journaled.filter { $0.value > position } }
    }

    /// Runs `removal` while nobody can begin to use the chunk; false, without running it, when somebody does.
    package func leave(_ digest: Digest, _ removal: () throws(Failure) -> Bool) throws(Failure) -> Bool {
        let isFree = state.withLock { state -> Bool in
            guard state.leased[digest] == nil, state.journaled[digest] == nil else { return false }
            return state.leaving.insert(digest).inserted
        }
        guard isFree else { return false }
        defer {
            state.withLock { _ = $0.leaving.remove(digest) }
            state.wakeAll()
        }
        return try removal()
    }
}
