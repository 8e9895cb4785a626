internal import Core
internal import LocalStore
internal import Sealing
internal import Trees

/// Taking in: another device's whole tree comes into the local store, and becomes the vault's.
extension RemoteLink {
    /// Brings a commit's whole tree into the local store, and makes it the vault's.
    func takeIn(_ head: ForeignCommit) throws(Failure) {
        var found = FoundNodes()
        try learn(head.commit.contents, &found)
        if let root = head.commit.root { try bringTree(root, below: nil, &found) }
        _ = try objects.store.put(head.reference.digest, kind: ObjectKind.commit.rawValue, head.bytes)
        // First: what the inventory knows from that commit must be named by ours from now on, whether the tree can be
        // taken in or not. Its lists hold all that ours do, as it includes everything of this device.
        try save { $0.contents = head.commit.contents }
        if let host = treeHost {
            try host.takeIn { (file) throws(Failure) in
                try volume.isContentUnchanged(of: file, in: head.commit.root)
            } _: { () throws(Failure) in
                try volume.adopt(head.commit, at: head.reference.bytes)
            }
        } else {
            try volume.adopt(head.commit, at: head.reference.bytes)
        }
    }

    func learn(_ contents: RemoteContents) throws(Failure) {
        var found = FoundNodes()
        try learn(contents, &found)
    }

    /// Learns where everything stands that a commit names.
    private func learn(_ contents: RemoteContents, _ found: inout FoundNodes) throws(Failure) {
        for table in contents.tables where try !inventory.knows(table: table.object) {
            try inventory.learn(try self.table(table.object), as: table.object)
        }
        for bundle in contents.bundles where try !inventory.knows(bundle: bundle) {
            let open = try openBundle(bundle)
            try inventory.learn(open.bundle, as: bundle)
            found.add(open) { objects.store.contains($0) }
        }
    }

    /// Brings the nodes below `link` into the local store, each behind all that stand below it: so a node that is there
    /// is there with its whole tree, and nothing is walked twice.
    ///
    /// Each must stand where `place` says, its parent and the entry there: so the tree is no deeper than its root says,
    /// and its keys are in order.
    private func bringTree(
        _ link: NodeLink, below place: (parent: PlacedNode, index: Int)?, _ found: inout FoundNodes
    ) throws(Failure) {
        let reference = try SendPlan.reference(link)
        if objects.store.contains(reference.digest) {
            // It is what it is, but a new parent may say something else of it.
            if let place { try check(try volume.nodes.read(link), reference, below: place) }
            return
        }
        let sealed = try node(reference, &found)
        let body = try Opener.open(sealed, reference, kind: .node)
        let node: TreeNode
        do throws(MalformedBytes) {
            node = try TreeNode(decoding: body)
        } catch {
            throw Failure(.integrity, "the tree node \(reference.cid) cannot be read", cause: error)
        }
        let placed =
            try place.map { (place) throws(Failure) in try check(node, reference, below: place) }
            ?? PlacedNode(root: node)
        if node.level > 0 {
            for (index, entry) in node.entries.enumerated() {
                try bringTree(entry.link, below: (placed, index), &found)
            }
        }
        _ = try objects.store.put(reference.digest, kind: ObjectKind.node.rawValue, sealed)
    }

    @discardableResult
    private func check(
        _ node: TreeNode, _ reference: ObjectReference, below place: (parent: PlacedNode, index: Int)
    ) throws(Failure) -> PlacedNode {
        if let placed = place.parent.placing(node, at: place.index) { return placed }
        throw Failure(.integrity, "the tree node \(reference.cid) stands where it does not belong")
    }

    private func node(_ reference: ObjectReference, _ found: inout FoundNodes) throws(Failure) -> [UInt8] {
        if let bytes = found.take(reference.digest) {
            try Opener.checkDigest(bytes, reference.digest)
            return bytes
        }
        if case .bundled(let object, let range) = try inventory.place(of: reference.digest) {
            let open = try openBundle(object)
            found.add(open) { objects.store.contains($0) }
            return try Self.member(reference.digest, range, of: open)
        }
        return try fetch(
            RemoteObject(digest: reference.digest, sealedLength: reference.layout?.sealedLength ?? .max))
    }
}
