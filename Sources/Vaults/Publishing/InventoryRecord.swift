package import Core

/// What one record of an inventory's file tells.
package enum InventoryRecord: Sendable {
    /// Objects were sent by themselves.
    case alone([RemoteObject])
    /// A bundle was sent, or found in a commit.
    case bundle(RemoteObject, Bundle, isListed: Bool)
    /// A table was found in a commit, or made for one.
    case table(RemoteObject, LocationTable)
    /// A commit that names all before it was published.
    case listed

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(reserving: 256)
        switch self {
        case .alone(let objects):
            writer.append(1)
            for object in objects { object.encode(to: &writer) }
        case .bundle(let object, let bundle, let isListed):
            writer.append(isListed ? 3 : 2)
            object.encode(to: &writer)
            writer.append(varint: UInt64(bundle.members.count))
            for member in bundle.members {
                writer.append(member.digest.bytes)
                writer.append(member.kind)
                writer.append(varint: UInt64(member.range.lowerBound))
                writer.append(varint: UInt64(member.range.count))
            }
            for companion in bundle.companions { companion.encode(to: &writer) }
        case .table(let object, let table):
            writer.append(4)
            object.encode(to: &writer)
            writer.append(table.encoded())
        case .listed:
            writer.append(5)
        }
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        switch try reader.byte() {
        case 1:
            self = .alone(try Self.objects(&reader))
        case let form where form == 2 || form == 3:
            let object = try RemoteObject.decode(&reader)
            var members: [Bundle.Member] = []
            for _ in 0..<(try reader.count()) {
                let digest = Digest(try reader.slice(Digest.length))
                let kind = try reader.byte()
                members.append(Bundle.Member(digest: digest, kind: kind, range: try reader.range()))
            }
            let bundle = Bundle(members: members, companions: try Self.objects(&reader))
            self = .bundle(object, bundle, isListed: form == 3)
        case 4:
            let object = try RemoteObject.decode(&reader)
            self = .table(object, try LocationTable(decoding: reader.array(reader.remaining)))
        case 5:
            guard reader.isAtEnd else { throw MalformedBytes("bytes follow an inventory record") }
            self = .listed
        default:
            throw MalformedBytes("an inventory record of an unknown form")
        }
    }

    private static func objects(_ reader: inout ByteReader) throws(MalformedBytes) -> [RemoteObject] {
        var objects: [RemoteObject] = []
        while !reader.isAtEnd { objects.append(try RemoteObject.decode(&reader)) }
        return objects
    }
}
