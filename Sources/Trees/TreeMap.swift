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

    /// The root, which stands before everything; nil for the empty map.
    func top(in store: some NodeSource) throws(VolumeError) -> PlacedNode? {
        guard let root else { return nil }
        return PlacedNode(root: try store.load(root))
    }

    /// The value under `key`. Costs one node per level.
    package func value(of key: [UInt8], in store: some NodeSource) throws(VolumeError) -> [UInt8]? {
        guard var place = try top(in: store) else { return nil }
        while true {
            let index = place.node.index(of: key)
            guard index < place.node.entries.count else { return nil }
            if place.node.level == 0 {
                let entry = place.node.entries[index]
                return entry.key == key ? entry.value : nil
            }
            place = try place.child(at: index, in: store)
        }
    }

    /// Calls `body` for each entry from `start` on, in order, until it returns false.
    package func scan(
        from start: [UInt8], in store: some NodeSource, _ body: (TreeEntry) -> Bool
    ) throws(VolumeError) {
        guard let top = try top(in: store) else { return }
        _ = try scan(top, from: start, in: store, body)
    }

    private func scan(
        _ place: PlacedNode, from start: [UInt8], in store: some NodeSource, _ body: (TreeEntry) -> Bool
    ) throws(VolumeError) -> Bool {
        for index in place.node.index(of: start)..<place.node.entries.count {
            if place.node.level == 0 {
                if !body(place.node.entries[index]) { return false }
            } else if try !scan(try place.child(at: index, in: store), from: start, in: store, body) {
                return false
            }
        }
        return true
    }
}
