import Core
import Sealing
import Synchronization
import Trees
import Volumes

/// Nodes in memory, that counts what new ones would weigh as sealed objects.
final class CountedNodes: NodeStore {
    private struct State {
        var nodes: [NodeLink: TreeNode] = [:]
        var saved = 0
        var bytes = 0
    }

    private let state = Mutex(State())

    func load(_ link: NodeLink) throws(VolumeError) -> TreeNode {
        guard let node = state.withLock({ $0.nodes[link] }) else { throw .failed(Failure(.notFound, "no such node")) }
        return node
    }

    func save(_ node: TreeNode) throws(VolumeError) -> NodeLink {
        let body = node.encoded()
        var hasher = Hasher()
        hasher.combine(body)
        let hash = UInt64(bitPattern: Int64(hasher.finalize()))
        // As long as a reference is.
        let link = [UInt8](bigEndian: hash) + [UInt8](repeating: 0, count: 62)
        state.withLock { state in
            guard state.nodes.updateValue(node, forKey: link) == nil else { return }
            state.saved += 1
            state.bytes += SealedLayout(bodyLength: body.count).sealedLength
        }
        return link
    }

    /// Objects saved since the last call, and their bytes.
    func take() -> (objects: Int, bytes: Int) {
        state.withLock { state in
            defer { (state.saved, state.bytes) = (0, 0) }
            return (state.saved, state.bytes)
        }
    }
}
