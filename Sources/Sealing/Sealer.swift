internal import ContentAddressing
internal import Core
internal import Primitives

/// An object as it is stored, and what is needed to open it.
package struct SealedObject: Sendable {
    package let bytes: [UInt8]
    package let reference: ObjectReference
    package let kind: ObjectKind
}

/// Turns content into sealed objects under the keys of one epoch; the same body always becomes the same object.
///
/// The body is what is encrypted: the content, or what its packing made of it. Id and key come from the body and its
/// flags, so a key meets one body, whatever a compressor makes of the same content tomorrow. Any number of threads may
/// use one sealer at once; none waits for another's work.
package final class Sealer: Sendable {
    /// With version, kind, flags, id and the counter of the expansion this fills one block of the hash: two
    /// compressions, inner and outer, make an object's key.
    private static let keyLabel = Array("cbstore object key".utf8)

    package let epoch: UInt32
    private let packing: Packing
    private let compressor: Compressor
    private let idKey: HMACSHA256.Key
    private let objectKey: HMACSHA256.Key

    package init(_ secret: EpochSecret, packing: Packing = .none, compressor: Compressor = .standard) {
        epoch = secret.number
        self.packing = packing
        self.compressor = compressor
        idKey = HMACSHA256.Key(secret.derive(.objectID))
        objectKey = HMACSHA256.Key(secret.derive(.objectKey))
    }

    /// Packs and seals; the object opens to `content` again.
    package func seal(_ content: UnsafeRawBufferPointer, as kind: ObjectKind) -> SealedObject {
        let contentLength = UInt64(content.count)
        var compressed: [UInt8]?
        if packing.compresses, kind == .chunk { compressed = unsafe Compression.body(of: content, with: compressor) }
        var flags: ObjectFlags = compressed == nil ? [] : .compressed
        guard packing.pads else {
            guard let compressed else { return unsafe seal(body: content, kind, flags, contentLength) }
            return unsafe compressed.withUnsafeBytes { unsafe seal(body: $0, kind, flags, contentLength) }
        }
        flags.insert(.padded)
        let padded = unsafe compressed?.withUnsafeBytes { unsafe Padding.padded($0) } ?? Padding.padded(content)
        return unsafe padded.withUnsafeBytes { unsafe seal(body: $0, kind, flags, contentLength) }
    }

    package func seal(_ content: [UInt8], as kind: ObjectKind) -> SealedObject {
        unsafe content.withUnsafeBytes { unsafe seal($0, as: kind) }
    }

    /// Seals `body` exactly as it is; `flags` say what was done to the content before.
    private func seal(
        body: UnsafeRawBufferPointer, _ kind: ObjectKind, _ flags: ObjectFlags, _ contentLength: UInt64
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
            digest: digest, key: key, bodyLength: UInt64(body.count), contentLength: contentLength, flags: flags,
            epoch: epoch)
        return SealedObject(bytes: bytes, reference: reference, kind: kind)
    }

    /// The keyed digest that names a body before it is sealed: equal bodies of one kind have equal ids.
    func id(of body: UnsafeRawBufferPointer, kind: ObjectKind, flags: ObjectFlags) -> Digest {
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
