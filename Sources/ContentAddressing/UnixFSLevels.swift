/// The open nodes of a balanced file under construction, one per level, leaves' parents first.
///
/// A full node is closed only when its next sibling comes: the last one of the top level is the root.
struct UnixFSLevels {
    typealias Sink<Problem: Error> = (CID, [UInt8]) throws(Problem) -> Void

    let profile: UnixFSProfile
    private var levels: [[UnixFSLink]] = []

    init(profile: UnixFSProfile) { self.profile = profile }

    /// Takes the next leaf (level 0) or the next node over nodes of `level` - 1.
    mutating func add<Problem: Error>(
        _ child: UnixFSLink, at level: Int = 0, _ emit: Sink<Problem>
    ) throws(Problem) {
        var child = child
        var level = level
        while level < levels.count, levels[level].count == profile.width {
            let closed = try close(levels[level], .none, emit)
            levels[level] = [child]
            child = closed
            level += 1
        }
        if level == levels.count { levels.append([]) }
        levels[level].append(child)
    }

    /// Closes what is open and gives the root; at least one leaf must have been added.
    mutating func finish<Problem: Error>(
        _ metadata: UnixFSMetadata, _ emit: Sink<Problem>
    ) throws(Problem) -> UnixFSLink {
        precondition(!levels.isEmpty, "a file has at least one leaf")
        if levels.count == 1, levels[0].count == 1 { return levels[0][0] }
        var level = 0
        while level < levels.count - 1 {
            let closed = try close(levels[level], .none, emit)
            level += 1
            try add(closed, at: level, emit)
        }
        return try close(levels[level], metadata, emit)
    }

    private func close<Problem: Error>(
        _ links: [UnixFSLink], _ metadata: UnixFSMetadata, _ emit: Sink<Problem>
    ) throws(Problem) -> UnixFSLink {
        let block = UnixFSNode.inner(links, metadata: metadata)
        let cid = UnixFSNode.cid(ofNode: block, version: profile.version)
        try emit(cid, block)
        return UnixFSLink(
            cid: cid, dagLength: links.reduce(UInt64(block.count)) { $0 + $1.dagLength },
            fileLength: links.reduce(0) { $0 + $1.fileLength })
    }
}
