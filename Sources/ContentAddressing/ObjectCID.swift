package import Core
internal import Primitives

/// The names of sealed objects: the CID that `ipfs add --cid-version=1` gives for their bytes.
///
/// Inside, an object is known by the digest in that CID alone; the codec follows from the object's length.
package enum ObjectCID {
    /// The longest object that is one raw block.
    package static let rawLimit = UnixFSProfile.object.chunkLength

    package static func codec(forLength sealedLength: Int) -> Codec { sealedLength <= rawLimit ? .raw : .dagPB }

    package static func cid(_ digest: Digest, sealedLength: Int) -> CID {
        CID(codec: codec(forLength: sealedLength), digest: digest)
    }

    /// The digest in the CID of an object; throws `.invalid` for a CID that no object can have.
    package static func digest(of cid: CID) throws(Failure) -> Digest {
        guard cid.codec == .raw || cid.codec == .dagPB, let digest = cid.multihash.sha256Digest else {
            throw Failure(
                .invalid, "\(cid) cannot be the CID of an object",
                advice: "objects have the codec raw or dag-pb and a SHA-256")
        }
        return digest
    }

    /// The digest in the CID of `bytes`: one hash of everything, and a few hundred bytes more per 256 KiB.
    package static func compute(over bytes: UnsafeRawBufferPointer) -> Digest {
        if bytes.count <= rawLimit { return unsafe SHA256.digest(of: bytes) }
        var levels = UnixFSLevels(profile: .object)
        let discard: UnixFSNode.Sink<Never> = { _, _ in }
        for start in stride(from: 0, to: bytes.count, by: rawLimit) {
            let end = min(start + rawLimit, bytes.count)
            let leaf = unsafe SHA256.digest(of: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            let length = UInt64(end - start)
            levels.add(
                UnixFSLink(cid: CID(codec: .raw, digest: leaf), dagLength: length, fileLength: length), discard)
        }
        let root = levels.finish(.none, discard)
        guard let digest = root.cid.multihash.sha256Digest else { preconditionFailure("a node is named by SHA-256") }
        return digest
    }

    package static func compute(over bytes: [UInt8]) -> Digest {
        unsafe bytes.withUnsafeBytes { unsafe compute(over: $0) }
    }

    /// The CID of an object's bytes.
    package static func cid(of bytes: [UInt8]) -> CID { cid(compute(over: bytes), sealedLength: bytes.count) }
}
