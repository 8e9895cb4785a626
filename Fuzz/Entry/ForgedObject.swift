internal import Core
internal import Primitives
internal import Sealing

/// An object of one frame around any body, with the right id, key and tag: the format written a second time.
struct ForgedObject {
    let bytes: [UInt8]

    private static let noncePrefix: [UInt8] = [0, 0, 0, 1] + [UInt8](repeating: 0, count: 8)

    /// Nil when the body needs more than one frame.
    init?(_ body: [UInt8], _ kind: ObjectKind, _ flags: ObjectFlags, _ secret: EpochSecret) {
        guard body.count <= SealedLayout.frameLength else { return nil }
        let length = [UInt8](bigEndian: UInt64(body.count))
        let id = HMACSHA256.authenticate(
            [kind.rawValue, flags.rawValue] + length + body, key: HMACSHA256.Key(secret.derive(.objectID)))
        let header =
            SealedHeader.magic + [SealedHeader.version, kind.rawValue, flags.rawValue, SealedLayout.frameLengthLog2]
            + [UInt8](bigEndian: secret.number) + length + id.bytes
        let key = Self.key(kind, flags, id, secret)
        bytes = header + AES256GCM(key: key).seal(body, nonce: Self.noncePrefix, aad: header)
    }

    /// The body of an object of one frame.
    static func body(of object: SealedObject, _ secret: EpochSecret) -> [UInt8]? {
        let header = Array(object.bytes.prefix(SealedLayout.headerLength))
        guard let parsed = try? SealedHeader(parsing: header), parsed.bodyLength <= SealedLayout.frameLength else {
            return nil
        }
        let key = key(parsed.kind, parsed.flags, parsed.id, secret)
        return try? AES256GCM(key: key).open(
            Array(object.bytes.dropFirst(header.count)), nonce: noncePrefix, aad: header)
    }

    private static func key(
        _ kind: ObjectKind, _ flags: ObjectFlags, _ id: Digest, _ secret: EpochSecret
    ) -> SecretBytes {
        let info = Array("cbstore object key".utf8) + [SealedHeader.version, kind.rawValue, flags.rawValue] + id.bytes
        return HKDF.expand(HMACSHA256.Key(secret.derive(.objectKey)), info: info, count: 32)
    }
}
