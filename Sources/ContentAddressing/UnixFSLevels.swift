/// The open nodes of a balanced file under construction, one per level, leaves' parents first.
///
/// A full node is closed only when its next sibling comes: the last one of the top level is the root.
struct UnixFSLevels: UnixFSLayout {
    let profile: UnixFSProfile
    private var levels: [[UnixFSLink]] = []

    init(profile: UnixFSProfile) { self.profile = profile }

    mutating func add<Problem: Error>(_ leaf: UnixFSLink, _ emit: UnixFSNode.Sink<Problem>) throws(Problem) {
        try add(leaf, at: 0, emit)
    }

    /// Takes the next leaf (level 0) or the next node over nodes of `level` - 1.
    private mutating func add<Problem: Error>(
        _ child: UnixFSLink, at level: Int, _ emit: UnixFSNode.Sink<Problem>
    ) throws(Problem) {
        var child = child
        var level = level
        while level < levels.count, levels[level].count == profile.width {
            let closed = try UnixFSNode.close(levels[level], .none, profile, emit)
            levels[level] = [child]
            child = closed
            level += 1
        }
        if level == levels.count { levels.append([]) }
        levels[level].append(child)
    }

    /// The root; at least one leaf must have been added, and an only one is the root as it is.
    mutating func finish<Problem: Error>(
        _ metadata: UnixFSMetadata, _ emit: UnixFSNode.Sink<Problem>
    ) throws(Problem) -> UnixFSLink {
        precondition(!levels.isEmpty, "a file has at least one leaf")
        if levels.count == 1, levels[0].count == 1 { return levels[0][0] }
        var level = 0
        while level < levels.count - 1 {
            let closed = try UnixFSNode.close(levels[level], .none, profile, emit)
            level += 1
            try add(closed, at: level, emit)
        }
        return try UnixFSNode.close(levels[level], metadata, profile, emit)
    }
}
