package import ContentAddressing
package import Core

/// All that is needed to find, open and check one object: whoever has it can read that object.
package struct ObjectReference: Hashable, Sendable {
    /// The digest in the CID of the sealed bytes.
    package let digest: Digest
    package let key: ObjectKey
    /// The length of the body as it was sealed.
    package let length: UInt64
    package let flags: ObjectFlags
    package let epoch: UInt32

    package init(digest: Digest, key: ObjectKey, length: UInt64, flags: ObjectFlags, epoch: UInt32) {
        self.digest = digest
        self.key = key
        self.length = length
        self.flags = flags
        self.epoch = epoch
    }

    package static func == (left: ObjectReference, right: ObjectReference) -> Bool {
        left.digest == right.digest && left.key == right.key && left.length == right.length
            && left.flags == right.flags && left.epoch == right.epoch
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(digest) }

    /// Where the frames of the object lie, or nil when no object is that long.
    package var layout: SealedLayout? { SealedLayout(bodyLength: length) }

    package var cid: CID { ObjectCID.cid(digest, sealedLength: layout?.sealedLength ?? .max) }
}

extension ObjectReference {
    private static let formatVersion: UInt8 = 0

    /// Writes version, flags, digest, key, length and epoch: 68 bytes and what the two numbers need beyond one each.
    package func encode(to writer: inout ByteWriter) {
        writer.append(Self.formatVersion)
        writer.append(flags.rawValue)
        writer.append(digest.bytes)
        writer.append(key.bytes)
        writer.append(varint: length)
        writer.append(varint: UInt64(epoch))
    }

    package var bytes: [UInt8] {
        var writer = ByteWriter(reserving: 80)
        encode(to: &writer)
        return writer.bytes
    }

    /// The reference at the front of `reader`; those that no object can have are refused.
    package static func decode(_ reader: inout ByteReader) throws(MalformedBytes) -> ObjectReference {
        let version = try reader.byte()
        guard version == formatVersion else { throw MalformedBytes("a reference of version \(version)") }
        let flags = ObjectFlags(rawValue: try reader.byte())
        guard flags.isKnown else { throw MalformedBytes("a reference with unknown flags \(flags.rawValue)") }
        let digest = Digest(try reader.slice(Digest.length))
        let key = ObjectKey(try reader.slice(ObjectKey.length))
        let length = try reader.varint()
        guard length <= UInt64(SealedLayout.maximumBodyLength) else { throw MalformedBytes("a body too long") }
        let epoch = try reader.varint()
        guard let epoch = UInt32(exactly: epoch) else { throw MalformedBytes("an epoch beyond 32 bits") }
        return ObjectReference(digest: digest, key: key, length: length, flags: flags, epoch: epoch)
    }

    /// A reference that is all of `bytes`.
    package init(bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        self = try Self.decode(&reader)
        guard reader.isAtEnd else { throw MalformedBytes("\(reader.remaining) bytes behind a reference") }
    }
}
