internal import Core
internal import Volumes

/// Cuts a run of entries into nodes and saves them.
struct NodeCutter {
    let level: Int
    let rule: CutRule
    private(set) var nodes: [TreeEntry] = []
    private var pending: [TreeEntry] = []
    private var weight = 0

    init(level: Int, rule: CutRule) {
        self.level = level
        self.rule = rule
    }

    var isAtCut: Bool { pending.isEmpty }

    mutating func append(_ edit: TreeEdit, to store: some NodeStore) throws(VolumeError) {
        guard let value = edit.value else { return }
        try append(TreeEntry(key: edit.key, value: value), to: store)
    }

    mutating func append(_ entry: TreeEntry, to store: some NodeStore) throws(VolumeError) {
        pending.append(entry)
        weight += entry.weight(level: level)
        if rule.cuts(after: entry, level: level, weight: weight) { try finish(in: store) }
    }

    /// The nodes made since the last call, as entries of the level above.
    mutating func takeNodes() -> [TreeEntry] {
        defer { nodes.removeAll(keepingCapacity: true) }
        return nodes
    }

    mutating func finish(in store: some NodeStore) throws(VolumeError) {
        if pending.isEmpty { return }
        let node: TreeNode
        do throws(MalformedBytes) {
            node = try TreeNode(level: level, entries: pending)
        } catch {
            throw .failed(Failure(.integrity, "the next tree cannot be made from this one", cause: error))
        }
        guard let entry = TreeEntry(for: node, at: try store.save(node)) else { return }
        nodes.append(entry)
        pending.removeAll(keepingCapacity: true)
        weight = 0
    }
}
