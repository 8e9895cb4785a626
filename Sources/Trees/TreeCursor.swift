internal import Volumes

/// A place in a map, before a record or before all that a node holds, which is entered or passed by.
struct TreeCursor {
    enum Item {
        case record(TreeEntry)
        /// A node of that level, not yet read.
        case subtree(NodeLink, level: Int)
        case end
    }

    private let root: (link: NodeLink, place: PlacedNode)?
    private var isAtRoot = true
    private let range: KeyRange
    /// The nodes entered, and the next entry of each.
    private var path: [(place: PlacedNode, index: Int)] = []

    /// The beginning of a range.
    init(_ map: TreeMap, _ range: KeyRange, in store: some NodeSource) throws(VolumeError) {
        self.range = range
        if let link = map.root, let place = try map.top(in: store) { root = (link, place) } else { root = nil }
    }

    var item: Item {
        guard let root else { return .end }
        if isAtRoot { return .subtree(root.link, level: root.place.node.level) }
        guard let (place, index) = path.last else { return .end }
        let entry = place.node.entries[index]
        if place.node.level == 0 { return range.ends(before: entry.key) ? .end : .record(entry) }
        // What follows a key behind the range is behind it too.
        if let before = place.greatestKey(before: index), range.ends(before: before) { return .end }
        return .subtree(entry.link, level: place.node.level - 1)
    }

    /// Goes to the first of what the node holds; the item is a subtree.
    mutating func enter(in store: some NodeSource) throws(VolumeError) {
        let place: PlacedNode
        if isAtRoot, let root {
            isAtRoot = false
            place = root.place
        } else if let (parent, index) = path.last {
            place = try parent.child(at: index, in: store)
        } else {
            return
        }
        path.append((place, place.node.index(of: range.lower)))
        leaveFinished()
    }

    /// Goes behind the item and all that is in it.
    mutating func skip() {
        if isAtRoot {
            isAtRoot = false
            return
        }
        path[path.count - 1].index += 1
        leaveFinished()
    }

    private mutating func leaveFinished() {
        while let (place, index) = path.last, index == place.node.entries.count {
            path.removeLast()
            if !path.isEmpty { path[path.count - 1].index += 1 }
        }
    }
}
