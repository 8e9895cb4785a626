package import ContentAddressing
package import Core

/// An object on a remote: what it takes to ask for it.
package struct RemoteObject: Hashable, Sendable {
    package let digest: Digest
    /// Decides the codec in the CID.
    package let sealedLength: Int

    package init(digest: Digest, sealedLength: Int) {
        self.digest = digest
        self.sealedLength = sealedLength
    }

    package var cid: CID { ObjectCID.cid(digest, sealedLength: sealedLength) }

    /// Digest (32) and length.
    package func encode(to writer: inout ByteWriter) {
        writer.append(digest.bytes)
        writer.append(varint: UInt64(sealedLength))
    }

    package static func decode(_ reader: inout ByteReader) throws(MalformedBytes) -> RemoteObject {
        RemoteObject(digest: Digest(try reader.slice(Digest.length)), sealedLength: try reader.count())
    }

    package var bytes: [UInt8] {
        var writer = ByteWriter(reserving: 40)
        encode(to: &writer)
        return writer.bytes
    }

    package init(bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        self = try Self.decode(&reader)
        guard reader.isAtEnd else { throw MalformedBytes("bytes follow the name of an object") }
    }
}

/// Where a remote keeps an object.
package enum RemotePlace: Sendable, Equatable {
    /// By itself.
    case alone(sealedLength: Int)
    /// In the body of a bundle.
    case bundled(in: RemoteObject, range: Range<Int>)
}
