internal import Core
package import Volumes

/// One edit of a map: a new value, or nil to remove the key.
package struct TreeEdit: Sendable {
    package let key: [UInt8]
    package let value: [UInt8]?

    package init(key: [UInt8], value: [UInt8]?) {
        self.key = key
        self.value = value
    }
}

extension TreeMap {
    /// The map after `edits`, which ascend by key and name no key twice. Rewrites the touched nodes of each level.
    ///
    /// Each level is the same problem: a run of entries cut into nodes, changed by edits. Rewriting one level yields the
    /// edits of the level above (old nodes gone, new nodes come), until one node is left.
    package func applying(_ edits: [TreeEdit], in store: some NodeStore) throws(VolumeError) -> TreeMap {
        guard !edits.isEmpty else { return self }
        guard let root else {
            let entries = edits.compactMap { edit in edit.value.map { TreeEntry(key: edit.key, value: $0) } }
            return TreeMap(root: try build(entries, level: 0, in: store), rule: rule)
        }
        let top = PlacedNode(root: try store.load(root))
        var edits = edits
        for level in 0...top.node.level {
            edits = try rewrite(level: level, edits, top: top, root: root, in: store)
            if edits.isEmpty { return self }
        }
        // What stands in the level above the old root now: its new nodes.
        let nodes = edits.compactMap { edit in edit.value.map { TreeEntry(key: edit.key, value: $0) } }
        return TreeMap(root: try shrink(try build(nodes, level: top.node.level + 1, in: store), in: store), rule: rule)
    }

    /// Builds the levels above `entries` until one node is left; a single child needs no node above it.
    private func build(_ entries: [TreeEntry], level: Int, in store: some NodeStore) throws(VolumeError) -> NodeLink? {
        if level > 0, entries.count == 1 { return entries[0].link }
        var builder = TreeBuilder(rule: rule, lowestLevel: level)
        for entry in entries { try builder.append(entry, in: store) }
        return try builder.finish(in: store)
    }

    /// Takes inner nodes with a single child off the top, as building from nothing would never make them.
    private func shrink(_ root: NodeLink?, in store: some NodeStore) throws(VolumeError) -> NodeLink? {
        guard var link = root else { return nil }
        while true {
            let node = try store.load(link)
            guard node.level > 0, node.entries.count == 1 else { return link }
            link = node.entries[0].link
        }
    }

    /// Applies edits to the entries of one level; returns the edits of the level above, ascending.
    private func rewrite(
        level: Int, _ edits: [TreeEdit], top: PlacedNode, root: NodeLink, in store: some NodeStore
    ) throws(VolumeError) -> [TreeEdit] {
        var removed: [[UInt8]: TreeEntry] = [:]
        var added: [TreeEntry] = []
        var next = 0
        while next < edits.count {
            // A region: from the start of a touched node to where a new cut meets an old one.
            var cutter = NodeCutter(level: level, rule: rule)
            var position = try NodePosition(containing: edits[next].key, level: level, top: top, store: store)
            while true {
                let (node, isLast) = (position.node, position.isLast)
                if let entry = position.entry ?? TreeEntry(for: node, at: root) { removed[entry.key] = entry }
                try merge(node, edits, &next, untilEnd: isLast, into: &cutter, store: store)
                if isLast || cutter.isAtCut { break }
                try position.advance(store: store)
            }
            try cutter.finish(in: store)
            added += cutter.nodes
        }
        return difference(removed: removed, added: added)
    }

    /// Feeds a node's entries with the edits that fall into it; `untilEnd` takes the edits behind it too.
    private func merge(
        _ node: TreeNode, _ edits: [TreeEdit], _ next: inout Int, untilEnd: Bool, into cutter: inout NodeCutter,
        store: some NodeStore
    ) throws(VolumeError) {
        for entry in node.entries {
            while next < edits.count, edits[next].key.lexicographicallyPrecedes(entry.key) {
                try cutter.append(edits[next], to: store)
                next += 1
            }
            if next < edits.count, edits[next].key == entry.key {
                try cutter.append(edits[next], to: store)
                next += 1
            } else {
                try cutter.append(entry, to: store)
            }
        }
        while untilEnd, next < edits.count {
            try cutter.append(edits[next], to: store)
            next += 1
        }
    }

    private func difference(removed: [[UInt8]: TreeEntry], added: [TreeEntry]) -> [TreeEdit] {
        var removed = removed
        var edits: [TreeEdit] = []
        for entry in added {
            if removed.removeValue(forKey: entry.key) == entry { continue }
            edits.append(TreeEdit(key: entry.key, value: entry.value))
        }
        edits += removed.keys.map { TreeEdit(key: $0, value: nil) }
        return edits.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }
}

/// A node of some level, with the way down to it, so that the next one is found without a search.
private struct NodePosition {
    private var path: [(place: PlacedNode, index: Int)] = []
    private var place: PlacedNode

    init(containing key: [UInt8], level: Int, top: PlacedNode, store: some NodeSource) throws(VolumeError) {
        place = top
        while node.level > level {
            // Behind the greatest key the last node is the place to append.
            try descend(to: min(node.index(of: key), node.entries.count - 1), store: store)
        }
    }

    var node: TreeNode { place.node }
    /// The entry that leads to the node; nil for the root.
    var entry: TreeEntry? { path.last.map { $0.place.node.entries[$0.index] } }
    var isLast: Bool { path.allSatisfy { $0.index == $0.place.node.entries.count - 1 } }

    mutating func advance(store: some NodeSource) throws(VolumeError) {
        let level = node.level
        while let last = path.popLast() {
            guard last.index < last.place.node.entries.count - 1 else { continue }
            place = last.place
            try descend(to: last.index + 1, store: store)
            break
        }
        while node.level > level { try descend(to: 0, store: store) }
    }

    private mutating func descend(to index: Int, store: some NodeSource) throws(VolumeError) {
        guard index >= 0 else { throw .failed(Failure(.integrity, "an inner node of the tree is empty")) }
        path.append((place, index))
        place = try place.child(at: index, in: store)
    }
}
