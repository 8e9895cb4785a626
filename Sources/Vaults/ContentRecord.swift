package import Core
package import Sealing

/// What the tree keeps of a file's content: small content itself, or the reference of what holds it.
package struct ContentRecord: Equatable, Sendable {
    package enum Body: Equatable, Sendable {
        case inline([UInt8])
        case chunk(ObjectReference)
        /// A chunk list; `depth` 0 lists chunks, 1 lists such lists, and so on.
        case list(ObjectReference, depth: Int)
    }

    package var size: UInt64
    /// Bytes that are not holes.
    package var allocated: UInt64
    package var body: Body
    /// The target of a symbolic link, whose body is empty.
    package var target: [UInt8]?

    /// The list that holds the content, if one does.
    package var list: StoredChunkList? {
        guard case .list(let reference, let depth) = body else { return nil }
        return StoredChunkList(reference, depth: depth, count: size, allocated: allocated)
    }

    static let empty = ContentRecord(size: 0, allocated: 0, body: .inline([]))

    /// The fields that hold a reference, of which a record has at most one.
    static let referenceFields: (chunk: UInt64, list: UInt64) = (4, 5)

    package func encoded() -> [UInt8] {
        var fields = FieldWriter()
        fields.number(1, size)
        fields.number(2, allocated)
        switch body {
        case .inline(let bytes): if !bytes.isEmpty { fields.bytes(3, bytes) }
        case .chunk(let reference): fields.bytes(Self.referenceFields.chunk, reference.bytes)
        case .list(let reference, let depth):
            fields.bytes(Self.referenceFields.list, reference.bytes)
            fields.number(6, depth)
        }
        if let target { fields.bytes(7, target) }
        return fields.bytes
    }

    package init(size: UInt64, allocated: UInt64, body: Body, target: [UInt8]? = nil) {
        self.size = size
        self.allocated = allocated
        self.body = body
        self.target = target
    }

    package init(decoding payload: ArraySlice<UInt8>) throws(MalformedBytes) {
        self = .empty
        var reader = FieldReader(payload)
        var list: ObjectReference?
        while let (field, value) = try reader.next() {
            switch field {
            case 1: size = try value.number("a size")
            case 2: allocated = try value.number("an allocated size")
            case 3: body = .inline(try value.bytes("inline content"))
            case 4: body = .chunk(try ObjectReference(bytes: try value.bytes("a chunk")))
            case 5: list = try ObjectReference(bytes: try value.bytes("a chunk list"))
            case 6:
                guard let list else { throw MalformedBytes("a chunk list has a depth and no reference") }
                body = .list(list, depth: Int(clamping: try value.number("a depth")))
            case 7: target = try value.bytes("a link's target")
            default: break
            }
        }
        try checkSizes()
    }

    private func checkSizes() throws(MalformedBytes) {
        guard max(size, allocated) <= Limits.Session.fileBytes else {
            throw MalformedBytes("content is longer than any file")
        }
        switch body {
        case .inline(let bytes):
            guard UInt64(bytes.count) == size else { throw MalformedBytes("inline content has another size") }
        case .chunk(let reference):
            guard reference.contentLength == size else {
                throw MalformedBytes("a chunk has another size than its file")
            }
        case .list(_, let depth):
            guard depth <= ChunkList.greatestDepth else { throw MalformedBytes("chunk lists are nested too deep") }
            guard size > 0 else { throw MalformedBytes("a chunk list covers nothing") }
            guard allocated <= size else { throw MalformedBytes("a chunk list has more data than content") }
        }
    }
}
