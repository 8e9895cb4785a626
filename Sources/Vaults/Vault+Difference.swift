package import Core
internal import Synchronization
package import Trees
internal import Volumes

extension Vault {
    /// The root of the newest tree; nil when it is empty.
    package var root: NodeLink? { volume.state.withLock { $0.working.tree.root } }

    /// Calls `body` with every record in which the trees of two commits differ, in order of keys, until it returns false;
    /// blocks.
    package func difference(
        from old: NodeLink?, to new: NodeLink?, _ body: (TreeChange) -> Bool
    ) throws(Failure) {
        let nodes = BlockingNodes(cache: volume.nodes, objects: volume.objects)
        try satisfying { () throws(VolumeError) in
            try TreeMap.difference(
                from: TreeMap(root: old, rule: volume.rule), to: TreeMap(root: new, rule: volume.rule), in: nodes, body)
        }
    }
}
