internal import Core

// A message of numbered fields: 1 version, 2 kind, 3 name, 4 reference, 5 size, 6 depth, 7 created, 8 expires.
extension ShareManifest {
    private static let fileKind: UInt64 = 1
    private static let treeKind: UInt64 = 2
    /// The known fields take less than 500 bytes; the rest is room for later ones.
    private static let maximumLength = 64 << 10
    static let maximumSealedLength = SealedLayout(bodyLength: maximumLength).sealedLength

    /// The body of the manifest's object.
    var encoded: [UInt8] {
        var fields = FieldWriter()
        fields.number(1, FormatVersion.current)
        switch content {
        case .chunk(let reference): write(Self.fileKind, reference, size: reference.contentLength, to: &fields)
        case .list(let reference, let depth, let size):
            write(Self.fileKind, reference, size: size, to: &fields)
            fields.number(6, depth)
        case .tree(let reference): write(Self.treeKind, reference, size: nil, to: &fields)
        }
        fields.bytes(7, created.bytes)
        if let expires { fields.bytes(8, expires.bytes) }
        return fields.bytes + unknownFields
    }

    private func write(
        _ kind: UInt64, _ reference: ObjectReference, size: UInt64?, to fields: inout FieldWriter
    ) {
        fields.number(2, kind)
        fields.bytes(3, name.bytes)
        fields.bytes(4, reference.bytes)
        if let size { fields.number(5, size) }
    }

    static func decode(_ body: [UInt8]) throws(Failure) -> ShareManifest {
        let (known, unknown) = try reading { () throws(MalformedBytes) in try fields(of: body) }
        let (version, kind) = try reading { () throws(MalformedBytes) in
            (try required(known, 1).number("a version"), try required(known, 2).number("a kind"))
        }
        try FormatVersion.check(UInt8(clamping: version), of: "the share")
        guard [fileKind, treeKind].contains(kind) else {
            throw Failure(
                .unknownFormat, "the share is of kind \(kind)", advice: "a newer cbstore made it; use that one")
        }
        return try reading { () throws(MalformedBytes) in
            try decode(known, isTree: kind == treeKind, unknown: unknown)
        }
    }

    private static func reading<Value>(_ body: () throws(MalformedBytes) -> Value) throws(Failure) -> Value {
        do throws(MalformedBytes) {
            return try body()
        } catch {
            throw Failure(.integrity, "a share manifest cannot be read", cause: error)
        }
    }

    /// The fields by their numbers, and the bytes of those that are not known here.
    private static func fields(
        of body: [UInt8]
    ) throws(MalformedBytes) -> (known: [UInt64: FieldValue], unknown: [UInt8]) {
        var reader = FieldReader(body)
        var known: [UInt64: FieldValue] = [:]
        var unknown: [UInt8] = []
        var start = reader.position
        while let (field, value) = try reader.next() {
            if !(1...8).contains(field) {
                unknown += body[start..<reader.position]
            } else if known.updateValue(value, forKey: field) != nil {
                throw MalformedBytes("field \(field) twice")
            }
            start = reader.position
        }
        return (known, unknown)
    }

    private static func required(
        _ fields: [UInt64: FieldValue], _ number: UInt64
    ) throws(MalformedBytes) -> FieldValue {
        guard let value = fields[number] else { throw MalformedBytes("field \(number) is missing") }
        return value
    }

    private static func decode(
        _ known: [UInt64: FieldValue], isTree: Bool, unknown: [UInt8]
    ) throws(MalformedBytes) -> ShareManifest {
        let name = Name(try required(known, 3).bytes("a name"))
        guard isShareable(name) else { throw MalformedBytes("a name") }
        let root = try ObjectReference(bytes: try required(known, 4).bytes("a reference"))
        let created = try required(known, 7).time("a time")
        let expires = try known[8]?.time("a time")
        return ShareManifest(
            name: name, content: try content(root, size: known[5], depth: known[6], isTree: isTree), created: created,
            expires: expires, unknownFields: unknown)
    }

    private static func content(
        _ root: ObjectReference, size: FieldValue?, depth: FieldValue?, isTree: Bool
    ) throws(MalformedBytes) -> Content {
        if isTree {
            guard size == nil, depth == nil else { throw MalformedBytes("a tree with a size or a depth") }
            return .tree(root)
        }
        guard let size = try size?.number("a size") else { throw MalformedBytes("a file without a size") }
        guard let depth = try depth?.number("a depth") else {
            guard root.contentLength == size else { throw MalformedBytes("a chunk of another size than its file") }
            return .chunk(root)
        }
        guard depth <= UInt64(ChunkList.greatestDepth) else { throw MalformedBytes("chunk lists are nested too deep") }
        return .list(root, depth: Int(depth), size: size)
    }
}
