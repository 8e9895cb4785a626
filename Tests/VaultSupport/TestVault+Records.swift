internal import Core
internal import LocalStore
internal import Primitives
internal import Sealing
internal import Trees
internal import Vaults
internal import Volumes

extension TestVault {
    /// Puts a tree of other records in the place of the vault's, as a newer program might leave it, and opens it anew.
    package func rewriteTree(_ edit: (inout [[UInt8]: [UInt8]]) -> Void) throws {
        try vault.commit()
        var records: [[UInt8]: [UInt8]] = [:]
        try vault.forEachRecord { records[$0.key] = $0.value }
        edit(&records)
        let standing = try vault.newestCommit(keyring)
        try vault.close()
        let epochs = try keyring.open(with: keys).epochs
        let store = try LocalStore.open(
            on: disk, key: epochs[0].derive(.journal), settings: TestVault.settings(time))
        let recovery = store.takeRecovery()
        var checkpoint = try Checkpoint(decoding: recovery.state ?? [])
        let nodes = SealingNodes(store: store, sealer: Sealer(epochs[epochs.count - 1]))
        var builder = TreeBuilder(rule: CutRule(key: epochs[0].derive(.treeCuts, count: 16).copy()))
        for (key, value) in records.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            try builder.append(TreeEntry(key: key, value: value), in: nodes)
        }
        var commit = standing ?? Commit(vector: [:], device: keys.id.bytes, counter: 0, time: time.wallClock)
        commit.root = try builder.finish(in: nodes)
        let author = CommitAuthor(device: keys.id.bytes, incarnation: keys.incarnation, key: keys.signingKey)
        checkpoint.root = commit.root
        checkpoint.commit = try nodes.put(commit.signed(by: author), .commit)
        try store.checkpointAndWait(state: checkpoint.encoded, through: recovery.through)
        try store.close()
        try open(on: disk)
    }
}

/// Nodes that are sealed into a store.
private struct SealingNodes: NodeStore {
    let store: LocalStore
    let sealer: Sealer

    func put(_ body: [UInt8], _ kind: ObjectKind) throws(Failure) -> [UInt8] {
        let object = sealer.seal(body, as: kind)
        try store.put(object.reference.digest, kind: kind.rawValue, object.bytes)
        return object.reference.bytes
    }

    func load(_ link: NodeLink) throws(VolumeError) -> TreeNode {
        throw .failed(Failure(.notFound, "nodes are only put"))
    }

    func save(_ node: TreeNode) throws(VolumeError) -> NodeLink {
        do throws(Failure) {
            return try put(node.encoded(), .node)
        } catch {
            throw .failed(error)
        }
    }
}
