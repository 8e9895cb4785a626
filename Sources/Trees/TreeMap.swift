internal import Core
package import Volumes

/// Where nodes come from.
package protocol NodeSource: Sendable {
    func load(_ link: NodeLink) throws(VolumeError) -> TreeNode
}

/// Where nodes come from and go to.
package protocol NodeStore: NodeSource {
    func save(_ node: TreeNode) throws(VolumeError) -> NodeLink
}

/// A persistent ordered map from bytes to bytes. Equal maps have equal roots, whatever the order of edits.
///
/// A value: an update gives a new map and shares every node it did not touch.
package struct TreeMap: Sendable {
    /// The root's link; nil is the empty map.
    package let root: NodeLink?
    let rule: CutRule

    package init(root: NodeLink?, rule: CutRule) {
        self.root = root
        self.rule = rule
    }

    /// The value under `key`. Costs one node per level.
    package func value(of key: [UInt8], in store: some NodeSource) throws(VolumeError) -> [UInt8]? {
        guard let root else { return nil }
        var node = try store.load(root)
        while true {
            let index = node.index(of: key)
            guard index < node.entries.count else { return nil }
            let entry = node.entries[index]
            if node.level == 0 { return entry.key == key ? entry.value : nil }
            node = try child(entry, of: node, in: store)
        }
    }

    /// Calls `body` for each entry from `start` on, in order, until it returns false.
    package func scan(
        from start: [UInt8], in store: some NodeSource, _ body: (TreeEntry) -> Bool
    ) throws(VolumeError) {
        guard let root else { return }
        _ = try scan(try store.load(root), from: start, in: store, body)
    }

    private func scan(
        _ node: TreeNode, from start: [UInt8], in store: some NodeSource, _ body: (TreeEntry) -> Bool
    ) throws(VolumeError) -> Bool {
        for entry in node.entries[node.index(of: start)...] {
            if node.level == 0 {
                if !body(entry) { return false }
            } else if try !scan(try child(entry, of: node, in: store), from: start, in: store, body) {
                return false
            }
        }
        return true
    }

    /// The node that an entry of an inner node leads to; one of another level than the next is refused.
    package func child(_ entry: TreeEntry, of node: TreeNode, in store: some NodeSource) throws(VolumeError) -> TreeNode
    {
        let child = try store.load(entry.link)
        guard node.holds(child, under: entry) else {
            throw .failed(
                Failure(
                    .integrity, "a tree node stands where it does not belong",
                    advice: "restore the store's folder from a copy"))
        }
        return child
    }
}
