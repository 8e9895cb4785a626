package import ContentAddressing
package import Core

/// All that is needed to find, open and check one object: whoever has it can read that object.
package struct ObjectReference: Hashable, Sendable {
    /// The digest in the CID of the sealed bytes.
    package let digest: Digest
    package let key: ObjectKey
    /// The length of what was encrypted: it tells where the frames lie, and nothing of the content's length.
    package let bodyLength: UInt64
    /// The length of what the object stands for; the same as the body's when no flag is set.
    package let contentLength: UInt64
    package let flags: ObjectFlags
    package let epoch: UInt32

    package init(
        digest: Digest, key: ObjectKey, bodyLength: UInt64, contentLength: UInt64, flags: ObjectFlags, epoch: UInt32
    ) {
        self.digest = digest
        self.key = key
        self.bodyLength = bodyLength
        self.contentLength = contentLength
        self.flags = flags
        self.epoch = epoch
    }

    package static func == (left: ObjectReference, right: ObjectReference) -> Bool {
        left.digest == right.digest && left.key == right.key && left.bodyLength == right.bodyLength
            && left.contentLength == right.contentLength && left.flags == right.flags && left.epoch == right.epoch
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(digest) }

    /// Where the frames of the object lie, or nil when no object is that long.
    package var layout: SealedLayout? { SealedLayout(bodyLength: bodyLength) }

    package var cid: CID { ObjectCID.cid(digest, sealedLength: layout?.sealedLength ?? .max) }

    /// Whether a body of that length with those flags can hold that much content.
    var hasPossibleLengths: Bool {
        guard bodyLength <= UInt64(SealedLayout.maximumBodyLength) else { return false }
        guard flags.contains(.compressed) else {
            return flags.contains(.padded) ? contentLength < bodyLength : contentLength == bodyLength
        }
        guard (1...UInt64(GroupTable.maximumContentLength)).contains(contentLength) else { return false }
        let content = Int(contentLength)
        let table = GroupTable.length(forContent: content)
        let least = table + GroupTable.groupCount(forContent: content)
        if flags.contains(.padded) { return bodyLength > UInt64(least) }
        return (UInt64(least)...UInt64(table + content)).contains(bodyLength)
    }
}

extension ObjectReference {
    private static let formatVersion = FormatVersion.current

    /// Writes version, flags, digest, key, length and epoch, and the content's length where a flag is set: 68 bytes and
    /// what the numbers need beyond the first two.
    package func encode(to writer: inout ByteWriter) {
        writer.append(Self.formatVersion)
        writer.append(flags.rawValue)
        writer.append(digest.bytes)
        writer.append(key.bytes)
        writer.append(varint: bodyLength)
        writer.append(varint: UInt64(epoch))
        if !flags.isEmpty { writer.append(varint: contentLength) }
    }

    package var bytes: [UInt8] {
        var writer = ByteWriter(reserving: 84)
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
        let bodyLength = try reader.varint()
        let epoch = try reader.varint()
        guard let epoch = UInt32(exactly: epoch) else { throw MalformedBytes("an epoch beyond 32 bits") }
        let reference = ObjectReference(
            digest: digest, key: key, bodyLength: bodyLength,
            contentLength: flags.isEmpty ? bodyLength : try reader.varint(), flags: flags, epoch: epoch)
        guard reference.hasPossibleLengths else { throw MalformedBytes("a reference with lengths no object has") }
        return reference
    }

    /// A reference that is all of `bytes`.
    package init(bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        self = try Self.decode(&reader)
        guard reader.isAtEnd else { throw MalformedBytes("\(reader.remaining) bytes behind a reference") }
    }
}
