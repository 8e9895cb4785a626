/// The nodes above the leaves of a file under construction: leaves go in from left to right, the root comes out.
///
/// Blocks are handed out as soon as they cannot change any more, children before parents, the root last.
protocol UnixFSLayout {
    mutating func add<Problem: Error>(_ leaf: UnixFSLink, _ emit: UnixFSNode.Sink<Problem>) throws(Problem)

    /// Closes what is open and gives the root, which alone carries the metadata.
    mutating func finish<Problem: Error>(
        _ metadata: UnixFSMetadata, _ emit: UnixFSNode.Sink<Problem>
    ) throws(Problem) -> UnixFSLink
}

extension UnixFSProfile {
    var emptyLayout: any UnixFSLayout {
        switch layout {
        case .balanced: UnixFSLevels(profile: self)
        case .trickle: UnixFSTrickle(profile: self)
        }
    }
}
