import ContentAddressing
import Core
import Primitives

/// The DAG of a file of one-byte chunks built in the plainest way: recursion over whole lists, no stream, no open node.
struct NaiveImport {
    struct Node: Equatable {
        let cid: CID
        let block: [UInt8]
        /// Bytes of file, and of blocks, from here down.
        let fileLength: UInt64
        let dagLength: UInt64
    }

    let profile: UnixFSProfile
    private(set) var blocks: [Node] = []

    init(profile: UnixFSProfile) { self.profile = profile }

    mutating func root(of bytes: [UInt8]) -> Node {
        let leaves = bytes.map { leaf([$0]) }
        return profile.layout == .trickle ? trickle(leaves[...], depth: nil).root : balanced(leaves)
    }

    /// Groups of `width` from the left, level by level, until one node is left.
    private mutating func balanced(_ leaves: [Node]) -> Node {
        var level = leaves.isEmpty ? [leaf([])] : leaves
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: profile.width).map { start in
                parent(of: Array(level[start..<min(start + profile.width, level.count)]))
            }
        }
        return level[0]
    }

    /// `width` leaves, then four subtrees of each depth below this one's, until the leaves are used up.
    private mutating func trickle(_ leaves: ArraySlice<Node>, depth: Int?) -> (root: Node, rest: ArraySlice<Node>) {
        var children = Array(leaves.prefix(profile.width))
        var rest = leaves.dropFirst(profile.width)
        var below = 1
        while !rest.isEmpty, below < depth ?? .max {
            for _ in 0..<4 where !rest.isEmpty {
                let subtree = trickle(rest, depth: below)
                children.append(subtree.root)
                rest = subtree.rest
            }
            below += 1
        }
        return (parent(of: children), rest)
    }

    private mutating func leaf(_ content: [UInt8]) -> Node {
        if profile.hasRawLeaves { return add(content, .raw, fileLength: content.count, children: []) }
        let type: UInt8 = profile.layout == .trickle ? 0 : 2
        let data: [UInt8] = content.isEmpty ? [] : [0x12, UInt8(content.count)] + content
        let message = [0x08, type] + data + [0x18, UInt8(content.count)]
        return add([0x0a, UInt8(message.count)] + message, .dagPB, fileLength: content.count, children: [])
    }

    private mutating func parent(of children: [Node]) -> Node {
        var block: [UInt8] = []
        for child in children {
            let link = field(1, child.cid.bytes) + field(2, []) + [0x18] + Varint.encode(child.dagLength)
            block += field(2, link)
        }
        let length = children.reduce(0) { $0 + $1.fileLength }
        let sizes = children.reduce(into: [UInt8]()) { $0 += [0x20] + Varint.encode($1.fileLength) }
        block += field(1, [0x08, 0x02, 0x18] + Varint.encode(length) + sizes)
        return add(block, .dagPB, fileLength: Int(length), children: children)
    }

    private func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [number << 3 | 2] + Varint.encode(UInt64(bytes.count)) + bytes
    }

    private mutating func add(_ block: [UInt8], _ codec: Codec, fileLength: Int, children: [Node]) -> Node {
        let digest = SHA256.digest(of: block)
        let isVersion0 = profile.version == .v0 && codec == .dagPB
        let node = Node(
            cid: isVersion0 ? CID(version0: digest) : CID(codec: codec, digest: digest), block: block,
            fileLength: UInt64(fileLength), dagLength: children.reduce(UInt64(block.count)) { $0 + $1.dagLength })
        blocks.append(node)
        return node
    }
}
