package import Core
package import Sealing
internal import Trees

/// What the tree keeps of an extended attribute: a small value itself, or the reference of the chunk that holds it.
package enum AttributeRecord: Equatable, Sendable {
    case inline([UInt8])
    case object(ObjectReference)

    private static let referenceField: UInt64 = 2

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

    /// The record in a value of the tree.
    static func reading(
        _ value: [UInt8]
    ) throws(Failure) -> (record: AttributeRecord, dot: Dot, payload: ArraySlice<UInt8>) {
        do throws(MalformedBytes) {
            let (dot, payload) = try RecordValue.decode(value)
            return (try AttributeRecord(decoding: payload), dot, payload)
        } catch {
            throw Failure(.integrity, "a record of the tree cannot be read", cause: error)
        }
    }

    /// The record's bytes with another reference in the place of the one they hold; all else stays.
    static func replacing(_ reference: ObjectReference, in payload: ArraySlice<UInt8>) -> [UInt8] {
        var reader = FieldReader(payload)
        var writer = FieldWriter()
        // The caller has decoded these bytes, so they are fields to the end.
        while let (field, value) = try? reader.next() {
            if field == referenceField { writer.bytes(field, reference.bytes) } else { writer.field(field, value) }
        }
        return writer.bytes
    }
}
