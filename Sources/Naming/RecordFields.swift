internal import Core

/// The fields of a record's outer message, before anything of them is believed.
struct RecordFields {
    enum Number {
        static let value: UInt64 = 1
        static let signatureV1: UInt64 = 2
        static let validityType: UInt64 = 3
        static let validity: UInt64 = 4
        static let sequence: UInt64 = 5
        static let timeToLive: UInt64 = 6
        static let publicKey: UInt64 = 7
        static let signatureV2: UInt64 = 8
        static let data: UInt64 = 9
    }

    private var found: [UInt64: FieldValue] = [:]

    /// Fields that nobody knows are refused: nothing outside of the data is signed, so anybody could have put them
    /// there, and whoever has more to say says it in the data. So are fields that come twice, because readers differ in
    /// which of the two counts.
    init(_ bytes: [UInt8]) throws(MalformedBytes) {
        var reader = FieldReader(bytes)
        while let (field, value) = try reader.next() {
            guard (Number.value...Number.data).contains(field) else {
                throw MalformedBytes("no field has the number \(field)")
            }
            guard found.updateValue(value, forKey: field) == nil else {
                throw MalformedBytes("field \(field) comes twice")
            }
            if Self.isNumber(field) {
                _ = try value.number("field \(field)")
            } else {
                _ = try value.bytes("field \(field)")
            }
        }
    }

    private static func isNumber(_ field: UInt64) -> Bool {
        switch field {
        case Number.validityType, Number.sequence, Number.timeToLive: true
        default: false
        }
    }

    /// Nil for a field that is not there.
    func bytes(_ field: UInt64) -> [UInt8]? {
        if case .bytes(let bytes) = found[field] { Array(bytes) } else { nil }
    }

    /// Zero for a field that is not there: writers may leave out what is zero.
    func number(_ field: UInt64) -> UInt64 {
        if case .number(let number) = found[field] { number } else { 0 }
    }

    /// Whether the record has the older half, whose fields say again what the signed data say.
    var hasLegacyPart: Bool { found[Number.value] != nil || found[Number.signatureV1] != nil }
}
