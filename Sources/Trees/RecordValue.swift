package import Core
package import Volumes

/// Who wrote a version of a record and when in that writer's order: what joining two trees compares.
package struct Dot: Hashable, Sendable {
    package let incarnation: UInt64
    package let counter: UInt64

    package init(incarnation: UInt64, counter: UInt64) {
        self.incarnation = incarnation
        self.counter = counter
    }

    /// Whether a version of this dot stands before one of another in a record.
    func stands(before other: Dot) -> Bool {
        (incarnation, counter) < (other.incarnation, other.counter)
    }

    /// Whether a version of this dot is shown rather than one of another.
    func isShown(over other: Dot) -> Bool {
        (counter, incarnation) > (other.counter, other.incarnation)
    }
}

/// What one device wrote under a key.
package struct RecordVersion: Equatable, Sendable {
    package let dot: Dot
    package let payload: ArraySlice<UInt8>

    package init(dot: Dot, payload: ArraySlice<UInt8>) {
        self.dot = dot
        self.payload = payload
    }
}

/// A record's value: its versions. More than one stand there where devices wrote without knowing of each other.
package enum RecordValue {
    /// A value of one version.
    package static func encode(_ payload: [UInt8], dot: Dot) -> [UInt8] {
        encode([RecordVersion(dot: dot, payload: payload[...])])
    }

    /// A value of one or more versions, in any order, of different dots.
    package static func encode(_ versions: [RecordVersion]) -> [UInt8] {
        var writer = ByteWriter(reserving: versions.reduce(0) { $0 + $1.payload.count + 20 })
        for version in versions.sorted(by: { $0.dot.stands(before: $1.dot) }) {
            writer.append(integer: version.dot.incarnation)
            writer.append(varint: version.dot.counter)
            writer.append(lengthPrefixed: version.payload)
        }
        return writer.bytes
    }

    /// The version that is shown: of several the one with the greatest counter, and then incarnation.
    package static func decode(_ value: [UInt8]) throws(MalformedBytes) -> (dot: Dot, payload: ArraySlice<UInt8>) {
        let shown = try shown(in: value).version
        return (shown.dot, shown.payload)
    }

    /// All versions, in their order.
    package static func versions(of value: [UInt8]) throws(MalformedBytes) -> [RecordVersion] {
        var versions: [RecordVersion] = []
        try read(value) { versions.append($0) }
        return versions
    }

    /// The version that is shown, and how many there are.
    static func shown(in value: [UInt8]) throws(MalformedBytes) -> (version: RecordVersion, count: Int) {
        var (shown, count): (RecordVersion?, Int) = (nil, 0)
        try read(value) { version in
            count += 1
            if shown.map({ version.dot.isShown(over: $0.dot) }) ?? true { shown = version }
        }
        guard let shown else { throw MalformedBytes("a record has no version") }
        return (shown, count)
    }

    /// Reads the versions; each must stand behind the one before, so that a value has one encoding.
    private static func read(
        _ value: [UInt8], _ body: (RecordVersion) -> Void
    ) throws(MalformedBytes) {
        var reader = ByteReader(value)
        var before: Dot?
        repeat {
            let dot = Dot(incarnation: try reader.integer(), counter: try reader.varint())
            if let before, !before.stands(before: dot) { throw MalformedBytes("a record's versions do not ascend") }
            body(RecordVersion(dot: dot, payload: try reader.lengthPrefixed()))
            before = dot
        } while !reader.isAtEnd
    }

    package static func encode(_ child: Child) -> [UInt8] { RecordKey.encode(child.file) + [child.kind.rawValue] }

    package static func decodeChild(_ payload: ArraySlice<UInt8>) throws(MalformedBytes) -> Child {
        guard payload.count >= FileID.length + 1,
            let kind = FileKind(rawValue: payload[payload.startIndex + FileID.length]),
            let file = RecordKey.decodeFileID(payload.prefix(FileID.length))
        else { throw MalformedBytes("a directory entry is not one") }
        return Child(file: file, kind: kind)
    }

    /// The directory that a redirect leads to.
    package static func decodeRedirect(_ payload: ArraySlice<UInt8>) throws(MalformedBytes) -> FileID {
        guard let file = RecordKey.decodeFileID(payload.prefix(FileID.length)) else {
            throw MalformedBytes("a redirect leads to no file id")
        }
        return file
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
