internal import Core
internal import Sealing
internal import Trees

/// A version of a record, and what it refers to beside the tree: objects that must be wherever the tree is.
struct ReferringVersion {
    enum Reference {
        case content(ContentRecord)
        /// The value of an extended attribute, in a chunk.
        case value(ObjectReference)
    }

    let version: RecordVersion
    let reference: Reference?

    /// All versions of a record, in their order.
    static func all(in entry: TreeEntry) throws(Failure) -> [ReferringVersion] {
        let kind = RecordKey.parse(entry.key)?.kind
        guard kind == .content || kind == .extendedAttribute else { return [] }
        do throws(MalformedBytes) {
            var result: [ReferringVersion] = []
            for version in try RecordValue.versions(of: entry.value) {
                if kind == .content {
                    let record = try ContentRecord(decoding: version.payload)
                    result.append(ReferringVersion(version: version, reference: .content(record)))
                } else if case .object(let value) = try AttributeRecord(decoding: version.payload) {
                    result.append(ReferringVersion(version: version, reference: .value(value)))
                } else {
                    result.append(ReferringVersion(version: version, reference: nil))
                }
            }
            return result
        } catch {
            throw Failure(.integrity, "a record of the tree cannot be read", cause: error)
        }
    }

    /// The one chunk it refers to, if that is all.
    var chunk: ObjectReference? {
        if case .content(let record) = reference, case .chunk(let chunk) = record.body { return chunk }
        return nil
    }

    /// The same with another reference of the same kind in the place of the one it has; all else stays, byte for byte.
    func replacing(with new: ObjectReference) -> RecordVersion {
        let field: (UInt64) -> Bool
        switch reference {
        case .content: field = { $0 == ContentRecord.referenceFields.chunk || $0 == ContentRecord.referenceFields.list }
        case .value: field = { $0 == AttributeRecord.referenceField }
        case nil: return version
        }
        var reader = FieldReader(version.payload)
        var writer = FieldWriter()
        // They were decoded before, so they are fields to the end.
        while let (number, value) = try? reader.next() {
            if field(number) { writer.bytes(number, new.bytes) } else { writer.field(number, value) }
        }
        return RecordVersion(dot: version.dot, payload: writer.bytes[...])
    }
}
