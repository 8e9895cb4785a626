package import Core

/// Many small objects that travel as one, and the names of larger ones that were sent by themselves along with them.
///
/// Both together are everything that one publication brought to the remote, so that who has the bundles knows what is
/// there.
package struct Bundle: Sendable, Equatable {
    package struct Member: Sendable, Equatable {
        package let digest: Digest
        package let kind: UInt8
        /// Where its bytes stand in the body.
        package let range: Range<Int>
    }

    package let members: [Member]
    /// Objects that stand by themselves.
    package let companions: [RemoteObject]

    private static let version = FormatVersion.current
}

extension Bundle {
    /// An object on its way into a bundle.
    package struct Content: Sendable {
        package let digest: Digest
        package let kind: UInt8
        package let bytes: [UInt8]

        package init(digest: Digest, kind: UInt8, bytes: [UInt8]) {
            self.digest = digest
            self.kind = kind
            self.bytes = bytes
        }
    }

    /// A bundle's body: version, members, companions, then the members' bytes in their order.
    package static func encode(_ contents: [Content], companions: [RemoteObject]) -> (body: [UInt8], bundle: Bundle) {
        var head = ByteWriter(reserving: 64 + contents.count * 40 + companions.count * 40)
        head.append(version)
        head.append(varint: UInt64(contents.count))
        for content in contents {
            head.append(content.digest.bytes)
            head.append(content.kind)
            head.append(varint: UInt64(content.bytes.count))
        }
        head.append(varint: UInt64(companions.count))
        for companion in companions { companion.encode(to: &head) }
        var body = head.bytes
        var members: [Member] = []
        for content in contents {
            let range = body.count..<body.count + content.bytes.count
            members.append(Member(digest: content.digest, kind: content.kind, range: range))
            body += content.bytes
        }
        return (body, Bundle(members: members, companions: companions))
    }

    /// Reads what stands before the members' bytes; nothing may be missing and nothing may follow.
    package init(decoding body: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(body)
        let version = try reader.byte()
        guard version == Self.version else { throw MalformedBytes("a bundle of version \(version)") }
        let count = try reader.count()
        guard count <= reader.remaining / (Digest.length + 2) else { throw MalformedBytes("a bundle claims too much") }
        var heads: [(digest: Digest, kind: UInt8, length: Int)] = []
        heads.reserveCapacity(count)
        for _ in 0..<count {
            heads.append((Digest(try reader.slice(Digest.length)), try reader.byte(), try reader.count()))
        }
        let companionCount = try reader.count()
        guard companionCount <= reader.remaining / (Digest.length + 1) else {
            throw MalformedBytes("a bundle claims too much")
        }
        var companions: [RemoteObject] = []
        for _ in 0..<companionCount { companions.append(try RemoteObject.decode(&reader)) }
        var members: [Member] = []
        var position = reader.position
        for head in heads {
            guard head.length <= body.count - position else { throw MalformedBytes("a bundle is cut short") }
            members.append(Member(digest: head.digest, kind: head.kind, range: position..<position + head.length))
            position += head.length
        }
        guard position == body.count else { throw MalformedBytes("bytes follow a bundle") }
        self.init(members: members, companions: companions)
    }
}
