internal import Core
internal import LocalStore
internal import Primitives
internal import Sealing
internal import StorageSupport
package import Trees
package import Vaults
package import Volumes

/// A program at work on a vault's store that knows more than this one: it writes what this one would not.
package struct LaterProgram {
    /// In any order.
    package var edits: [TreeEdit] = []
    package var features = Commit.Features()
    /// Who signs; the vault's own device where nobody is given.
    package var author: CommitAuthor?
    /// Changes that only the journal has then.
    package var pending: [Change] = []

    /// The reference of more orphans, as the checkpoint has it then.
    package var moreOrphans: [UInt8]?

    package init(
        edits: [TreeEdit] = [], features: Commit.Features = Commit.Features(), author: CommitAuthor? = nil,
        pending: [Change] = [], moreOrphans: [UInt8]? = nil
    ) {
        self.edits = edits
        self.features = features
        self.author = author
        self.pending = pending
        self.moreOrphans = moreOrphans
    }

    /// Writes a commit over the newest one while the vault is closed; the store is closed again then.
    package func write(to bench: TestVault) throws {
        let epochs = try bench.keyring.open(with: bench.keys).epochs
        try bench.close()
        let store = try LocalStore.open(
            on: bench.disk, key: epochs[0].derive(.journal), settings: TestVault.settings(bench.time))
        guard let state = store.takeRecovery().state, let epoch = epochs.last else {
            throw Failure(.notFound, "the store has no state")
        }
        var checkpoint = try Checkpoint(decoding: state)
        let nodes = Nodes(store: store, sealer: Sealer(epoch))
        var commit = try nodes.commit(checkpoint.commit, of: try bench.keyring)
        let rule = CutRule(key: epochs[0].derive(.treeCuts, count: 16).copy())
        let sorted = edits.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let tree = try satisfying { () throws(VolumeError) in
            try TreeMap(root: checkpoint.root, rule: rule).applying(sorted, in: nodes)
        }
        // A change of its own, though an empty one, so that others see that there is something new.
        let position = try store.append(ChangeCodec.encode([]))
        let author =
            author
            ?? CommitAuthor(
                device: bench.keys.id.bytes, incarnation: bench.keys.incarnation, key: bench.keys.signingKey)
        commit.vector[author.incarnation] = position
        (commit.root, commit.device, commit.features) = (tree.root, author.device, features)
        commit.parents = checkpoint.commit.map { [$0] } ?? []
        commit.counter += 1
        let object = nodes.sealer.seal(commit.signed(by: author), as: .commit)
        _ = try store.put(object.reference.digest, kind: object.kind.rawValue, object.bytes)
        (checkpoint.root, checkpoint.commit) = (tree.root, object.reference.bytes)
        checkpoint.commitCount += 1
        checkpoint.moreOrphans = moreOrphans
        try store.checkpointAndWait(state: checkpoint.encoded, through: position)
        if !pending.isEmpty { try store.syncAndWait(through: try store.append(ChangeCodec.encode(pending))) }
        try store.close()
    }

    private struct Nodes: NodeStore {
        let store: LocalStore
        let sealer: Sealer

        func load(_ link: NodeLink) throws(VolumeError) -> TreeNode {
            do {
                let reference = try ObjectReference(bytes: link)
                return try TreeNode(
                    decoding: try Opener.open(try store.get(reference.digest), reference, kind: .node))
            } catch { throw .failed(Failure.wrapping(error)) }
        }

        func save(_ node: TreeNode) throws(VolumeError) -> NodeLink {
            do {
                let object = sealer.seal(node.encoded(), as: .node)
                _ = try store.put(object.reference.digest, kind: object.kind.rawValue, object.bytes)
                return object.reference.bytes
            } catch { throw .failed(Failure.wrapping(error)) }
        }

        func commit(_ link: [UInt8]?, of keyring: Keyring) throws -> Commit {
            guard let link else { throw Failure(.notFound, "the store has no commit") }
            let reference = try ObjectReference(bytes: link)
            return try Commit.verified(
                try Opener.open(try store.get(reference.digest), reference, kind: .commit)
            ) { device in
                keyring.devices.first { $0.identity.id.bytes == device }?.identity.signingKey
            }
        }
    }
}
