/// The open nodes of a trickle file under construction: the way from the root to where the next leaf goes.
///
/// A node has `width` leaves of its own first, then four subtrees of depth 1, four of depth 2 and so on. A subtree of
/// depth d ends before subtrees of depth d; the root goes on for ever.
struct UnixFSTrickle: UnixFSLayout {
    /// How many subtrees of one depth follow each other, in every importer there is.
    private static let subtreesOfEachDepth = 4

    private struct OpenNode {
        /// What this node is itself; the root has none.
        let depth: Int?
        var links: [UnixFSLink] = []
        var subtrees = 0

        /// The depth of the next subtree.
        var nextDepth: Int { subtrees / subtreesOfEachDepth + 1 }
        var takesSubtrees: Bool { depth.map { nextDepth < $0 } ?? true }
    }

    let profile: UnixFSProfile
    private var open = [OpenNode(depth: nil)]

    init(profile: UnixFSProfile) { self.profile = profile }

    mutating func add<Problem: Error>(_ leaf: UnixFSLink, _ emit: UnixFSNode.Sink<Problem>) throws(Problem) {
        while open[open.count - 1].links.count >= profile.width {
            if open[open.count - 1].takesSubtrees {
                open.append(OpenNode(depth: open[open.count - 1].nextDepth))
            } else {
                try closeLast(emit)
            }
        }
        open[open.count - 1].links.append(leaf)
    }

    /// The root, a node even over one leaf or none.
    mutating func finish<Problem: Error>(
        _ metadata: UnixFSMetadata, _ emit: UnixFSNode.Sink<Problem>
    ) throws(Problem) -> UnixFSLink {
        while open.count > 1 { try closeLast(emit) }
        return try UnixFSNode.close(open[0].links, metadata, profile, emit)
    }

    private mutating func closeLast<Problem: Error>(_ emit: UnixFSNode.Sink<Problem>) throws(Problem) {
        let closed = try UnixFSNode.close(open.removeLast().links, .none, profile, emit)
        open[open.count - 1].links.append(closed)
        open[open.count - 1].subtrees += 1
    }
}
