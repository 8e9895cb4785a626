internal import Core
package import Volumes

/// A node with what is known of its place: every key in it is above those before it in the map.
package struct PlacedNode: Sendable {
    package let node: TreeNode
    /// The greatest key before the node's own; nil at the beginning of the map.
    let before: [UInt8]?

    private init(node: TreeNode, before: [UInt8]?) {
        self.node = node
        self.before = before
    }

    package init(root: TreeNode) { self.init(node: root, before: nil) }

    /// `child` in its place under an entry of this node; nil when it does not belong there.
    ///
    /// So a tree is as deep as its root says, no node occurs in it twice and no key stands out of its order, whoever made
    /// it.
    package func placing(_ child: TreeNode, at index: Int) -> PlacedNode? {
        guard node.holds(child, under: node.entries[index]) else { return nil }
        let before = greatestKey(before: index)
        if let before, let first = child.entries.first?.key, !before.lexicographicallyPrecedes(first) { return nil }
        return PlacedNode(node: child, before: before)
    }

    /// The greatest key of the map before an entry of this node and all below it.
    func greatestKey(before index: Int) -> [UInt8]? { index > 0 ? node.entries[index - 1].key : before }

    /// The node that an entry of this one leads to; what does not belong there is refused.
    package func child(at index: Int, in store: some NodeSource) throws(VolumeError) -> PlacedNode {
        guard let child = placing(try store.load(node.entries[index].link), at: index) else {
            throw .failed(
                Failure(
                    .integrity, "a tree node stands where it does not belong",
                    advice: "restore the store's folder from a copy"))
        }
        return child
    }
}
