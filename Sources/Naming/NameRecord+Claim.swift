internal import Core

extension NameRecord {
    /// What some bytes say as a record, with nothing checked: for a hint, when they do not pass as one.
    ///
    /// Nil when they do not have the form of a record.
    package static func claim(in bytes: [UInt8]) -> (value: String, sequence: UInt64)? {
        guard bytes.count <= NameLimits.recordBytes, let fields = try? RecordFields(bytes),
            let signed = fields.bytes(RecordFields.Number.data), let data = try? RecordData(decoding: signed),
            let value = String(validating: data.value, as: UTF8.self)
        else { return nil }
        return (value, data.sequence)
    }
}
