internal import ContentAddressing
package import Core
internal import LocalStore
package import Sealing
internal import Synchronization
package import Trees
internal import Volumes

extension Vault {
    /// Hands the content behind a file's CID to `sink`, and returns its whole size; blocks.
    ///
    /// An object is found by its digest. Small content stands in its file's record and has no object: then the files are
    /// searched for it, which costs a walk through the tree.
    package func read(
        cid text: String, range: Range<UInt64>?, into sink: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> UInt64 {
        let digest = try ObjectCID.digest(of: try CID(text))
        let loader = volume.loader
        guard let extents = try extents(of: digest, loader) else {
            throw Failure(.notFound, "nothing in this vault has the CID \(text)")
        }
        let wanted = (range ?? 0..<UInt64.max).clamped(to: 0..<extents.size)
        let step = UInt64(Limits.Content.chunkNormal)
        var position = wanted.lowerBound
        while position < wanted.upperBound {
            let end = wanted.upperBound - position > step ? position + step : wanted.upperBound
            try sink(try loader.bytes(of: extents, in: position..<end)[...])
            position = end
        }
        return extents.size
    }

    private func extents(of digest: Digest, _ loader: ContentLoader) throws(Failure) -> ExtentMap? {
        let objects = volume.objects
        guard objects.store.contains(digest) else { return try smallContent(digest) }
        let object = try objects.sealers.open(try objects.store.get(digest))
        switch object.kind {
        case .chunk:
            let size = object.reference.contentLength
            return ExtentMap(ContentRecord(size: size, allocated: size, body: .chunk(object.reference)))
        case .chunkList: return ExtentMap(try loader.list(at: object.reference))
        default: throw Failure(.invalid, "the object \(object.reference.cid) is not a file's content")
        }
    }

    /// Content that stands in a record: in the tree, or among what has changed since.
    private func smallContent(_ digest: Digest) throws(Failure) -> ExtentMap? {
        let working = volume.state.withLock { $0.working }
        let sealer = volume.objects.sealers.newest
        // An empty file has no record of its content.
        if sealer.seal([], as: .chunk).reference.digest == digest { return ExtentMap() }
        for overlay in [working.active, working.frozen ?? Overlay()] {
            for case let content? in overlay.files.values.map(\.content)
            where content.size <= Limits.Content.inlineContent {
                let bytes = try volume.loader.bytes(of: content, in: 0..<content.size)
                if sealer.seal(bytes, as: .chunk).reference.digest == digest { return content }
            }
        }
        var found: ExtentMap?
        let nodes = BlockingNodes(cache: volume.nodes, objects: volume.objects)
        try satisfying { () throws(VolumeError) in
            try working.tree.scan(from: [], in: nodes) { entry in
                guard RecordKey.parse(entry.key)?.kind == .content,
                    let payload = try? RecordValue.decode(entry.value).payload,
                    let record = try? ContentRecord(decoding: payload), case .inline(let bytes) = record.body,
                    record.target == nil, sealer.seal(bytes, as: .chunk).reference.digest == digest
                else { return true }
                found = ExtentMap(record)
                return false
            }
        }
        return found
    }

    /// The name of the device that made the newest commit.
    func newestDevice(in keyring: Keyring) throws(Failure) -> String {
        guard let newest = volume.state.withLock({ $0.commits.newest }) else { return "none" }
        let device = try Self.commit(at: newest, in: volume.objects, keyring).device
        return keyring.devices.first { $0.identity.id.bytes == device }?.identity.name ?? "unknown"
    }

    /// The newest commit, with its signature checked if its device is still known; nil before the first. Blocks.
    package func newestCommit(_ keyring: Keyring) throws(Failure) -> Commit? {
        guard let newest = volume.state.withLock({ $0.commits.newest }) else { return nil }
        return try Self.commit(at: newest, in: volume.objects, keyring)
    }

    /// The commit that a reference of this store leads to, as `Commit.named` reads it; blocks.
    package func commit(at link: [UInt8], _ keyring: Keyring) throws(Failure) -> Commit {
        try Self.commit(at: link, in: volume.objects, keyring)
    }

    static func commit(at link: [UInt8], in objects: SealedObjects, _ keyring: Keyring) throws(Failure) -> Commit {
        let reference: ObjectReference
        do throws(MalformedBytes) {
            reference = try ObjectReference(bytes: link)
        } catch {
            throw Failure(.damaged, "the reference of a commit cannot be read", cause: error)
        }
        return try Commit.named(try objects.content(of: reference, as: .commit)) { device in
            keyring.devices.first { $0.identity.id.bytes == device }?.identity.signingKey
        }
    }

    /// Calls `body` with every record of the newest tree, in order of keys; blocks.
    package func forEachRecord(_ body: (TreeEntry) -> Void) throws(Failure) {
        let tree = volume.state.withLock { $0.working.tree }
        let nodes = BlockingNodes(cache: volume.nodes, objects: volume.objects)
        try satisfying { () throws(VolumeError) in
            try tree.scan(from: [], in: nodes) { entry in
                body(entry)
                return true
            }
        }
    }
}
