import ContentAddressing
import Core
import Primitives
import Sealing

/// The format written a second time, from its description alone, with an id of the caller's choice.
enum ForgedObject {
    static func make(
        secret: EpochSecret, id: Digest, body: [UInt8]
    ) throws -> (bytes: [UInt8], reference: ObjectReference) {
        var header = Array("CBS0".utf8) + [0, 1, 0, 13]
        header += [UInt8](bigEndian: secret.number) + [UInt8](bigEndian: UInt64(body.count)) + id.bytes
        let objectKey = HMACSHA256.Key(secret.derive(.objectKey))
        let info = Array("cbstore object key".utf8) + [0, 1, 0] + id.bytes
        let key = HKDF.expand(objectKey, info: info, count: 32)
        let nonce: [UInt8] = [0, 0, 0, 1] + [UInt8](repeating: 0, count: 8)
        let bytes = header + AES256GCM(key: key).seal(body, nonce: nonce, aad: header)
        let reference = ObjectReference(
            digest: ObjectCID.compute(over: bytes), key: ObjectKey(key.copy()), length: UInt64(body.count), flags: [],
            epoch: secret.number)
        return (bytes, reference)
    }
}
