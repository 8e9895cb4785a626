package import Core
package import Volumes

/// Who wrote a record and when in that writer's order: what joining two trees compares.
package struct Dot: Hashable, Sendable {
    package let incarnation: UInt64
    package let counter: UInt64

    package init(incarnation: UInt64, counter: UInt64) {
        self.incarnation = incarnation
        self.counter = counter
    }
}

/// A record's value: its dot, then the payload.
package enum RecordValue {
    package static func encode(_ payload: [UInt8], dot: Dot) -> [UInt8] {
        var writer = ByteWriter(reserving: payload.count + 18)
        writer.append(integer: dot.incarnation)
        writer.append(varint: dot.counter)
        writer.append(payload)
        return writer.bytes
    }

    package static func decode(_ value: [UInt8]) throws(MalformedBytes) -> (dot: Dot, payload: ArraySlice<UInt8>) {
        var reader = ByteReader(value)
        let incarnation: UInt64 = try reader.integer()
        let counter = try reader.varint()
        return (Dot(incarnation: incarnation, counter: counter), try reader.slice(reader.remaining))
    }

    package static func encode(_ child: Child) -> [UInt8] { RecordKey.encode(child.file) + [child.kind.rawValue] }

    package static func decodeChild(_ payload: ArraySlice<UInt8>) throws(MalformedBytes) -> Child {
        guard payload.count >= FileID.length + 1,
            let kind = FileKind(rawValue: payload[payload.startIndex + FileID.length]),
            let file = RecordKey.decodeFileID(payload.prefix(FileID.length))
        else { throw MalformedBytes("a directory entry is not one") }
        return Child(file: file, kind: kind)
    }

    package static func encode(_ attributes: Attributes) -> [UInt8] {
        var fields = FieldWriter()
        fields.number(1, attributes.kind.rawValue)
        fields.number(2, attributes.permissions)
        fields.number(3, attributes.owner)
        fields.number(4, attributes.group)
        if attributes.device != 0 { fields.number(5, attributes.device) }
        fields.bytes(6, attributes.accessed.bytes)
        fields.bytes(7, attributes.modified.bytes)
        fields.bytes(8, attributes.changed.bytes)
        fields.bytes(9, attributes.born.bytes)
        return fields.bytes
    }

    package static func decodeAttributes(_ payload: ArraySlice<UInt8>) throws(MalformedBytes) -> Attributes {
        var reader = FieldReader(payload)
        var kind: FileKind?
        var attributes = Attributes(kind: .regular, permissions: 0, owner: 0, group: 0, now: Timestamp(seconds: 0))
        while let (field, value) = try reader.next() {
            switch field {
            case 1: kind = FileKind(rawValue: try value.number("a file's kind", in: 0...UInt8.max))
            case 2: attributes.permissions = try value.number("permissions", in: 0...0o7777)
            case 3: attributes.owner = try value.number("an owner", in: 0...UInt32.max)
            case 4: attributes.group = try value.number("a group", in: 0...UInt32.max)
            case 5: attributes.device = try value.number("a device number")
            case 6: attributes.accessed = try value.time("a time")
            case 7: attributes.modified = try value.time("a time")
            case 8: attributes.changed = try value.time("a time")
            case 9: attributes.born = try value.time("a time")
            default: break
            }
        }
        guard let kind else { throw MalformedBytes("a file has no kind that this version knows") }
        attributes.kind = kind
        return attributes
    }
}
