internal import Core
internal import Sealing
internal import Trees

/// The objects below a tree's root that a remote does not have, each behind all that it refers to.
struct SendPlan: Sendable {
    struct Item: Sendable {
        let reference: ObjectReference
        let kind: ObjectKind

        var object: RemoteObject {
            RemoteObject(digest: reference.digest, sealedLength: reference.layout?.sealedLength ?? .max)
        }
    }

    private(set) var items: [Item] = []
    private var planned: Set<Digest> = []

    /// Walks what is new; costs one look for each reference in a new node. Blocks on the disk.
    init(
        below root: NodeLink?, _ nodes: BlockingNodes, _ objects: SealedObjects, isRemote: (Digest) -> Bool
    ) throws(Failure) {
        guard let root else { return }
        try walk(root, nodes, objects, isRemote)
    }

    private mutating func walk(
        _ link: NodeLink, _ nodes: BlockingNodes, _ objects: SealedObjects, _ isRemote: (Digest) -> Bool
    ) throws(Failure) {
        let reference = try Self.reference(link)
        guard !isRemote(reference.digest), !planned.contains(reference.digest) else { return }
        let node = try nodes.cache.read(link)
        for entry in node.entries {
            if node.level > 0 {
                try walk(entry.link, nodes, objects, isRemote)
            } else {
                for version in try ReferringVersion.all(in: entry) { try add(version, objects, isRemote) }
            }
        }
        add(Item(reference: reference, kind: .node), isRemote)
    }

    private mutating func add(
        _ version: ReferringVersion, _ objects: SealedObjects, _ isRemote: (Digest) -> Bool
    ) throws(Failure) {
        switch version.reference {
        case nil: break
        case .value(let value): add(Item(reference: value, kind: .chunk), isRemote)
        case .content(let record):
            if case .chunk(let chunk) = record.body { add(Item(reference: chunk, kind: .chunk), isRemote) }
            try record.list?.walk { list throws(Failure) in
                let isKnown = isRemote(list.digest) || planned.contains(list.digest)
                return isKnown ? nil : try objects.content(of: list, as: .chunkList)
            } visit: { stored, list throws(Failure) in
                for chunk in list.chunks { add(Item(reference: chunk, kind: .chunk), isRemote) }
                add(Item(reference: stored.reference, kind: .chunkList), isRemote)
                return true
            }
        }
    }

    private mutating func add(_ item: Item, _ isRemote: (Digest) -> Bool) {
        guard !isRemote(item.reference.digest), planned.insert(item.reference.digest).inserted else { return }
        items.append(item)
    }

    static func reference(_ link: NodeLink) throws(Failure) -> ObjectReference {
        do throws(MalformedBytes) {
            return try ObjectReference(bytes: link)
        } catch {
            throw Failure(.integrity, "a link of the tree cannot be read", cause: error)
        }
    }
}
