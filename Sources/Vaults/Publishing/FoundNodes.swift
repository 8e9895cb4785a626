internal import Core
internal import Sealing

/// Nodes that came in bundles while a tree is taken in, until their turn: a tree of many publications lies in many
/// bundles, and its order goes to and fro between them.
struct FoundNodes: ~Copyable {
    private var bytes: [Digest: [UInt8]] = [:]
    private var byteCount = 0
    private var bundles: Set<RemoteObject> = []

    init() {}

    /// Takes over the nodes of a bundle that `isHere` does not know, as far as there is room; unchecked as they are.
    mutating func add(_ open: Fetches.OpenBundle, isHere: (Digest) -> Bool) {
        guard bundles.insert(open.object).inserted else { return }
        for member in open.bundle.members where member.kind == ObjectKind.node.rawValue && !isHere(member.digest) {
            guard byteCount + member.range.count <= Limits.Remote.foundNodeBytes else { return }
            guard bytes.updateValue(Array(open.body[member.range]), forKey: member.digest) == nil else { continue }
            byteCount += member.range.count
        }
    }

    /// A node's sealed bytes, which are given away.
    mutating func take(_ digest: Digest) -> [UInt8]? {
        guard let found = bytes.removeValue(forKey: digest) else { return nil }
        byteCount -= found.count
        return found
    }
}
