package import Volumes

/// What two maps have under one key, where that is not the same.
package struct TreeChange: Equatable, Sendable {
    package let key: [UInt8]
    /// nil: the key is not in the first map.
    package let old: [UInt8]?
    /// nil: the key is not in the second map.
    package let new: [UInt8]?
}

extension TreeMap {
    /// Calls `body` with every key of `range` under which two maps differ, in order, until it returns false.
    ///
    /// Costs the nodes that are in one map and not in the other, and those next to them: a few for each change and level.
    /// With nodes that do not block it may throw `.needs` after some of the calls; they come again when it is run again.
    package static func difference(
        from old: TreeMap, to new: TreeMap, of range: KeyRange = .all, in store: some NodeSource,
        _ body: (TreeChange) -> Bool
    ) throws(VolumeError) {
        if old.root == new.root { return }
        var old = try TreeCursor(old, range, in: store)
        var new = try TreeCursor(new, range, in: store)
        while true {
            switch (old.item, new.item) {
            case (.end, .end): return
            case (.record(let one), .record(let other)) where one.key == other.key:
                let change = TreeChange(key: one.key, old: one.value, new: other.value)
                if one.value != other.value, !body(change) { return }
                old.skip()
                new.skip()
            case (.record(let one), .record(let other)):
                if one.key.lexicographicallyPrecedes(other.key) {
                    if !body(TreeChange(key: one.key, old: one.value, new: nil)) { return }
                    old.skip()
                } else {
                    if !body(TreeChange(key: other.key, old: nil, new: other.value)) { return }
                    new.skip()
                }
            case (.record(let one), .end):
                if !body(TreeChange(key: one.key, old: one.value, new: nil)) { return }
                old.skip()
            case (.end, .record(let other)):
                if !body(TreeChange(key: other.key, old: nil, new: other.value)) { return }
                new.skip()
            case (.subtree(let one, let level), .subtree(let other, let otherLevel)) where level == otherLevel:
                if one == other {
                    // All before them has been told, so both stand at the same place.
                    old.skip()
                    new.skip()
                } else {
                    try old.enter(in: store)
                    try new.enter(in: store)
                }
            case (.subtree(_, let level), .subtree(_, let other)):
                if level > other { try old.enter(in: store) } else { try new.enter(in: store) }
            case (.subtree, _): try old.enter(in: store)
            case (_, .subtree): try new.enter(in: store)
            }
        }
    }
}
