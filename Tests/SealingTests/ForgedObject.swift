import ContentAddressing
import Core
import Primitives
import Sealing

/// The format written a second time, from its description alone, with a body, flags and an id of the caller's choice.
struct ForgedObject {
    let bytes: [UInt8]
    let reference: ObjectReference
    let kind: ObjectKind

    /// `id` and `contentLength` are the true ones where they are not given.
    init(
        _ secret: EpochSecret, body: [UInt8], kind: ObjectKind = .chunk, flags: ObjectFlags = [],
        contentLength: UInt64? = nil, id: Digest? = nil
    ) {
        self.kind = kind
        let length = [UInt8](bigEndian: UInt64(body.count))
        let idKey = HMACSHA256.Key(secret.derive(.objectID))
        let id = id ?? HMACSHA256.authenticate([kind.rawValue, flags.rawValue] + length + body, key: idKey)
        let prefix =
            Array("cbst".utf8) + [1, kind.rawValue, flags.rawValue, 13] + [UInt8](bigEndian: secret.number) + length
        let objectKey = HMACSHA256.Key(secret.derive(.objectKey))
        let info = Array("cbstore object key".utf8) + [1, kind.rawValue, flags.rawValue] + id.bytes
        let key = HKDF.expand(objectKey, info: info, count: 32)
        let cipher = AES256GCM(key: key)
        var bytes = prefix + id.bytes
        let starts = body.isEmpty ? [0] : Array(stride(from: 0, to: body.count, by: 8192))
        for (frame, start) in starts.enumerated() {
            let isLast = frame == starts.count - 1
            let nonce: [UInt8] = [0, 0, 0, isLast ? 1 : 0] + [UInt8](bigEndian: UInt64(frame))
            let piece = Array(body[start..<min(start + 8192, body.count)])
            bytes += cipher.seal(piece, nonce: nonce, aad: frame == 0 ? prefix + id.bytes : prefix)
        }
        self.bytes = bytes
        reference = ObjectReference(
            digest: ObjectCID.compute(over: bytes), key: ObjectKey(key.copy()), bodyLength: UInt64(body.count),
            contentLength: contentLength ?? UInt64(body.count), flags: flags, epoch: secret.number)
    }
}
