internal import ContentAddressing
package import Core
internal import Primitives

/// An object as it is stored, and what is needed to open it.
package struct SealedObject: Sendable {
    package let bytes: [UInt8]
    package let reference: ObjectReference
    package let kind: ObjectKind
}

/// Turns bodies into sealed objects under the keys of one epoch; the same body always becomes the same object.
///
/// Any number of threads may use one sealer at once; none waits for another's work.
package final class Sealer: Sendable {
    /// With version, kind, flags, id and the counter of the expansion this fills one block of the hash: two
    /// compressions, inner and outer, make an object's key.
    private static let keyLabel = Array("cbstore object key".utf8)

    package let epoch: UInt32
    private let idKey: HMACSHA256.Key
    private let objectKey: HMACSHA256.Key

    package init(_ secret: EpochSecret) {
        epoch = secret.number
        idKey = HMACSHA256.Key(secret.derive(.objectID))
        objectKey = HMACSHA256.Key(secret.derive(.objectKey))
    }

    /// Seals `body` exactly as it is; `flags` say what was done to it before.
    package func seal(
        _ body: UnsafeRawBufferPointer, as kind: ObjectKind, flags: ObjectFlags = []
    ) -> SealedObject {
        let layout = SealedLayout(bodyLength: body.count)
        let id = unsafe id(of: body, kind: kind, flags: flags)
        let key = key(id: id, kind: kind, flags: flags)
        let header = SealedHeader(
            kind: kind, flags: flags, epoch: epoch, bodyLength: UInt64(body.count), id: id)
        var digest: Digest?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: layout.sealedLength) { buffer, written in
            let output = unsafe UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: layout.sealedLength)
            unsafe header.write(into: output)
            unsafe FrameCipher.seal(body, layout: layout, key: key, into: output)
            digest = unsafe ObjectCID.compute(over: UnsafeRawBufferPointer(output))
            written = layout.sealedLength
        }
        guard let digest else { preconditionFailure("an object always has a digest") }
        let reference = ObjectReference(
            digest: digest, key: key, length: UInt64(body.count), flags: flags, epoch: epoch)
        return SealedObject(bytes: bytes, reference: reference, kind: kind)
    }

    package func seal(_ body: [UInt8], as kind: ObjectKind, flags: ObjectFlags = []) -> SealedObject {
        unsafe body.withUnsafeBytes { unsafe seal($0, as: kind, flags: flags) }
    }

    /// The keyed digest that names a body before it is sealed: equal bodies of one kind have equal ids.
    package func id(of body: UnsafeRawBufferPointer, kind: ObjectKind, flags: ObjectFlags = []) -> Digest {
        unsafe withUnsafeTemporaryAllocation(byteCount: 10, alignment: 8) { head in
            unsafe head[0] = kind.rawValue
            unsafe head[1] = flags.rawValue
            unsafe head.storeBytes(of: UInt64(body.count).bigEndian, toByteOffset: 2, as: UInt64.self)
            return unsafe HMACSHA256.authenticate(UnsafeRawBufferPointer(head), body, key: idKey)
        }
    }

    func key(id: Digest, kind: ObjectKind, flags: ObjectFlags) -> ObjectKey {
        // One expansion of HKDF: label, version, kind, flags, id, and its counter.
        var info = Self.keyLabel
        info.append(SealedHeader.version)
        info.append(kind.rawValue)
        info.append(flags.rawValue)
        info.append(contentsOf: id.bytes)
        info.append(1)
        return unsafe ObjectKey { output in
            unsafe info.withUnsafeBytes { info in
                unsafe HMACSHA256.authenticate(
                    info, UnsafeRawBufferPointer(start: nil, count: 0), key: objectKey, into: output)
            }
        }
    }
}
