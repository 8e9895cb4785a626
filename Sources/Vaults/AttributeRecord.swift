package import Core
package import Sealing

/// What the tree keeps of an extended attribute: a small value itself, or the reference of the chunk that holds it.
package enum AttributeRecord: Equatable, Sendable {
    case inline([UInt8])
    case object(ObjectReference)

    static let referenceField: UInt64 = 2

    package func encoded() -> [UInt8] {
        var fields = FieldWriter()
        switch self {
        case .inline(let value): if !value.isEmpty { fields.bytes(1, value) }
        case .object(let reference): fields.bytes(Self.referenceField, reference.bytes)
        }
        return fields.bytes
    }

    package init(decoding payload: ArraySlice<UInt8>) throws(MalformedBytes) {
        self = .inline([])
        var reader = FieldReader(payload)
        var hasValue = false
        while let (field, value) = try reader.next() {
            guard field == 1 || field == Self.referenceField else { continue }
            guard !hasValue else { throw MalformedBytes("an extended attribute has two values") }
            hasValue = true
            let bytes = try value.bytes("an extended attribute")
            self = field == 1 ? .inline(bytes) : .object(try ObjectReference(bytes: bytes))
        }
        if case .object(let reference) = self, reference.contentLength > Limits.Names.attributeValueBytes {
            throw MalformedBytes("an extended attribute is longer than any")
        }
    }
}
