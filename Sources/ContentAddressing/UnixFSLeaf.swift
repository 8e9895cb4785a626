internal import Core
internal import Primitives

/// A leaf of a file: the link to it and, where somebody wants it, its block.
struct UnixFSLeaf: Sendable {
    let link: UnixFSLink
    let block: [UInt8]?

    /// Names `content` where it lies; only a block that is kept is copied together.
    init(
        _ content: UnsafeRawBufferPointer, _ profile: UnixFSProfile, metadata: UnixFSMetadata = .none,
        keepsBlock: Bool
    ) {
        let length = UInt64(content.count)
        // Bare bytes cannot carry metadata.
        if profile.hasRawLeaves, metadata.isEmpty {
            let cid = CID(codec: .raw, multihash: unsafe profile.multihash(of: content))
            link = UnixFSLink(cid: cid, dagLength: length, fileLength: length)
            block = keepsBlock ? unsafe [UInt8](content) : nil
            return
        }
        let kind: UnixFSMessage.Kind = profile.layout == .trickle ? .raw : .file
        let (head, tail) = UnixFSNode.frame(kind, contentLength: content.count, metadata: metadata)
        let cid = profile.cid(ofNode: unsafe profile.multihash(of: content, between: head, and: tail))
        link = UnixFSLink(cid: cid, dagLength: UInt64(head.count + tail.count) + length, fileLength: length)
        block = keepsBlock ? unsafe head + content + tail : nil
    }
}

extension UnixFSProfile {
    /// The multihash of `content` with something before and behind it, without a copy of them all in one piece.
    func multihash(
        of content: UnsafeRawBufferPointer, between head: [UInt8] = [], and tail: [UInt8] = []
    ) -> Multihash {
        if function == .sha256 {
            var hash = SHA256()
            hash.update(head)
            unsafe hash.update(content)
            hash.update(tail)
            return Multihash(hash.finish())
        }
        var hash = RunningHash(function)
        hash.update(head)
        unsafe hash.update(content)
        hash.update(tail)
        do throws(MalformedBytes) {
            return try hash.finish()
        } catch {
            // Only the identity refuses content, and no profile has it.
            preconditionFailure("a hash function refused a block: \(error)")
        }
    }

    /// The CID of a dag-pb node.
    func cid(ofNode multihash: Multihash) -> CID {
        if version == .v0, let digest = multihash.sha256Digest { return CID(version0: digest) }
        return CID(codec: .dagPB, multihash: multihash)
    }
}
