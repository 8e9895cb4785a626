internal import ContentAddressing
package import Core
internal import Primitives

/// What an object stands for, and the reference that leads to it.
package struct OpenedObject: Sendable {
    package let content: [UInt8]
    package let reference: ObjectReference
    package let kind: ObjectKind
}

extension Sealer {
    /// Opens an object with nothing but the epoch's secret; `kind` is what it must be, if the caller knows.
    ///
    /// The key comes from the id in the header, which nobody vouches for; so the id is computed again from the body,
    /// and a body with another id is refused. How much content there is, the body says, and is held to it. Throws
    /// `.unknownFormat` for an object of another format version, else `.integrity`.
    package func open(_ sealed: [UInt8], kind: ObjectKind? = nil) throws(Failure) -> OpenedObject {
        try SealedHeader.checkVersion(sealed)
        let digest = ObjectCID.compute(over: sealed)
        let cid = ObjectCID.cid(digest, sealedLength: sealed.count)
        let header: SealedHeader
        do throws(MalformedBytes) {
            header = try SealedHeader(parsing: sealed)
        } catch {
            throw Opener.refusal(cid, error.what)
        }
        guard header.epoch == epoch else {
            throw Opener.refusal(cid, "it is of epoch \(header.epoch), not \(epoch)")
        }
        if let kind, kind != header.kind { throw Opener.refusal(cid, "it is a \(header.kind), not a \(kind)") }
        let key = key(id: header.id, kind: header.kind, flags: header.flags)
        func reference(contentLength: UInt64) -> ObjectReference {
            ObjectReference(
                digest: digest, key: key, bodyLength: header.bodyLength, contentLength: contentLength,
                flags: header.flags, epoch: epoch)
        }
        let body = try Opener.openBody(sealed, reference(contentLength: 0), kind: header.kind)
        let id = unsafe body.withUnsafeBytes { unsafe self.id(of: $0, kind: header.kind, flags: header.flags) }
        guard id == header.id else { throw Opener.refusal(cid, "its body has another id") }
        do throws(MalformedBytes) {
            let content = try Unpacking.content(of: body, header.flags)
            return OpenedObject(
                content: content, reference: reference(contentLength: UInt64(content.count)), kind: header.kind)
        } catch {
            throw Opener.refusal(cid, error.what)
        }
    }
}
