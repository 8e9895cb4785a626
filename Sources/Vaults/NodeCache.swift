internal import Core
internal import Sealing
internal import Synchronization
internal import Trees
internal import Volumes

/// Decoded tree nodes under a bound of memory; what is not here is read on a disk thread.
final class NodeCache: NodeSource {
    /// A link, of whose hash a part of the digest in it is enough.
    private struct Key: Hashable {
        let link: NodeLink

        func hash(into hasher: inout Hasher) {
            var word: UInt64 = 0
            for byte in link.dropFirst(2).prefix(8) { word = word << 8 | UInt64(byte) }
            hasher.combine(word)
        }
    }

    private let nodes: Mutex<Generations<Key, TreeNode>>
    private let objects: SealedObjects
    private let diskThreads: WorkerPool

    init(objects: SealedObjects, diskThreads: WorkerPool, limitBytes: Int) {
        self.objects = objects
        self.diskThreads = diskThreads
        nodes = Mutex(Generations(limit: limitBytes) { $0.memoryBytes })
    }

    func load(_ link: NodeLink) throws(VolumeError) -> TreeNode {
        if let node = cached(link) { return node }
        throw .needs(Need(on: diskThreads) { [self] () throws(Failure) in _ = try read(link) })
    }

    func cached(_ link: NodeLink) -> TreeNode? { nodes.withLock { $0.use(Key(link: link)) } }

    /// The node, read from the disk if it must be; blocks.
    func read(_ link: NodeLink) throws(Failure) -> TreeNode {
        if let node = cached(link) { return node }
        let node = try Self.read(link, in: objects)
        insert(node, link)
        return node
    }

    /// The tally of a whole tree, before there is a cache of its nodes; blocks.
    static func tally(of tree: TreeMap, in objects: SealedObjects) throws(Failure) -> Tally {
        try tree.root.map { (root) throws(Failure) in try read(root, in: objects).tally } ?? Tally()
    }

    private static func read(_ link: NodeLink, in objects: SealedObjects) throws(Failure) -> TreeNode {
        do {
            let reference = try ObjectReference(bytes: link)
            return try TreeNode(decoding: try objects.content(of: reference, as: .node))
        } catch let error as MalformedBytes {
            throw Failure(
                .integrity, "a tree node cannot be read", advice: "restore the store's folder from a copy", cause: error
            )
        } catch {
            throw Failure.wrapping(error)
        }
    }

    func insert(_ node: TreeNode, _ link: NodeLink) {
        nodes.withLock { $0.insert(node, for: Key(link: link)) }
    }
}

/// The same nodes for threads that may block: reads what is missing, seals what is new.
struct BlockingNodes: NodeStore {
    let cache: NodeCache
    let objects: SealedObjects

    func load(_ link: NodeLink) throws(VolumeError) -> TreeNode {
        do {
            return try cache.read(link)
        } catch {
            throw .failed(error)
        }
    }

    func save(_ node: TreeNode) throws(VolumeError) -> NodeLink {
        do {
            let link = try objects.put(node.encoded(), as: .node).bytes
            cache.insert(node, link)
            return link
        } catch {
            throw .failed(error)
        }
    }
}
