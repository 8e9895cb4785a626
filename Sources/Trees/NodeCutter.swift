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
        weight += entry.weight
        if rule.cuts(after: entry, level: level, weight: weight) { try finish(in: store) }
    }

    /// The nodes made since the last call, as entries of the level above.
    mutating func takeNodes() -> [TreeEntry] {
        defer { nodes.removeAll(keepingCapacity: true) }
        return nodes
    }

    mutating func finish(in store: some NodeStore) throws(VolumeError) {
        guard let last = pending.last else { return }
        nodes.append(TreeEntry(key: last.key, value: try store.save(TreeNode(level: level, entries: pending))))
        pending.removeAll(keepingCapacity: true)
        weight = 0
    }
}
