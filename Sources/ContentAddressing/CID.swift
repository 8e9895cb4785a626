package import Core

/// A content identifier: codec and multihash, in version 0 or 1.
package struct CID: Hashable, Sendable {
    package enum Version: UInt64, Sendable {
        case v0 = 0
        case v1 = 1
    }

    package let version: Version
    package let codec: Codec
    package let multihash: Multihash

    private init(version: Version, codec: Codec, multihash: Multihash) {
        self.version = version
        self.codec = codec
        self.multihash = multihash
    }

    /// Version 1.
    package init(codec: Codec, multihash: Multihash) {
        self.init(version: .v1, codec: codec, multihash: multihash)
    }

    /// Version 1 over a SHA-256.
    package init(codec: Codec, digest: Digest) {
        self.init(codec: codec, multihash: Multihash(digest))
    }

    /// Version 0: dag-pb and SHA-256 by definition.
    package init(version0 digest: Digest) {
        self.init(version: .v0, codec: .dagPB, multihash: Multihash(digest))
    }
}

extension CID {
    package var bytes: [UInt8] {
        switch version {
        case .v0: multihash.bytes
        case .v1: Varint.encode(version.rawValue) + Varint.encode(codec.rawValue) + multihash.bytes
        }
    }

    /// A CID that is all of `bytes`.
    package init(bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        self = try Self.read(&reader)
        guard reader.isAtEnd else { throw MalformedBytes("\(reader.remaining) bytes behind a CID") }
    }

    /// The CID at the front of `reader`: the two bytes of a SHA-256 multihash mean version 0 and 34 bytes.
    package static func read(_ reader: inout ByteReader) throws(MalformedBytes) -> CID {
        var ahead = reader
        if reader.remaining >= 2, try ahead.byte() == 0x12, try ahead.byte() == 0x20 {
            reader = ahead
            return CID(version0: Digest(try reader.slice(Digest.length)))
        }
        return try readVersioned(&reader)
    }

    static func readVersioned(_ reader: inout ByteReader) throws(MalformedBytes) -> CID {
        let version = try Varint.read(&reader)
        guard version == Version.v1.rawValue else { throw MalformedBytes("no CID has version \(version)") }
        let codec = Codec(rawValue: try Varint.read(&reader))
        return CID(codec: codec, multihash: try Multihash.read(&reader))
    }
}

extension CID {
    /// Makes sure that `block` is what this CID names: `.integrity` when it is not, `.unsupported` when the hash function
    /// is not here.
    package func check(_ block: [UInt8]) throws(Failure) {
        let isAuthentic: Bool
        do throws(UnsupportedHash) {
            isAuthentic = try multihash.verifies(block)
        } catch {
            throw Failure(.unsupported, "block \(self) cannot be checked", cause: error)
        }
        guard isAuthentic else { throw Failure(.integrity, "block \(self) does not have the bytes that its CID names") }
    }
}
