internal import ContentAddressing
internal import Core

/// What the second signature of a record covers, as DAG-CBOR.
struct RecordData {
    private enum Key {
        static let timeToLive = "TTL"
        static let value = "Value"
        static let sequence = "Sequence"
        static let validity = "Validity"
        static let validityType = "ValidityType"

        static let all: Set<String> = [timeToLive, value, sequence, validity, validityType]
    }

    /// The validity is a moment from which on the record is void; no other kind is defined.
    static let endOfLife: UInt64 = 0
    /// What the legacy signature covers behind value and validity.
    static let endOfLifeText = Array("EOL".utf8)
    /// What stands before the data when they are signed.
    static let signaturePrefix = Array("ipns-signature:".utf8)

    var value: [UInt8]
    var validity: [UInt8]
    var validityType: UInt64
    var sequence: UInt64
    /// In nanoseconds.
    var timeToLive: UInt64
    /// Keys beyond the five, which are whoever published the record's own.
    private(set) var otherKeys: [String] = []

    var encoded: [UInt8] {
        DagCBOR.map([
            Key.timeToLive: .unsigned(timeToLive), Key.value: .bytes(value), Key.sequence: .unsigned(sequence),
            Key.validity: .bytes(validity), Key.validityType: .unsigned(validityType),
        ]).encoded
    }

    init(value: [UInt8], validity: [UInt8], sequence: UInt64, timeToLive: UInt64) {
        self.value = value
        self.validity = validity
        self.validityType = Self.endOfLife
        self.sequence = sequence
        self.timeToLive = timeToLive
    }

    init(decoding bytes: [UInt8]) throws(MalformedBytes) {
        guard let map = try DagCBOR(decoding: bytes).asMap else { throw MalformedBytes("not a map") }
        func number(_ key: String) throws(MalformedBytes) -> UInt64 {
            guard let number = map[key]?.asUnsigned else { throw MalformedBytes("\(key) is not a whole number") }
            return number
        }
        func string(_ key: String) throws(MalformedBytes) -> [UInt8] {
            guard let bytes = map[key]?.asBytes else { throw MalformedBytes("\(key) is not a byte string") }
            return bytes
        }
        value = try string(Key.value)
        validity = try string(Key.validity)
        validityType = try number(Key.validityType)
        sequence = try number(Key.sequence)
        timeToLive = try number(Key.timeToLive)
        otherKeys = map.entries.map(\.key).filter { !Key.all.contains($0) }
        guard timeToLive <= UInt64(Int64.max) else { throw MalformedBytes("TTL is out of range") }
    }

    /// Whether the fields outside say the same.
    func agrees(with fields: RecordFields) -> Bool {
        fields.bytes(RecordFields.Number.value) ?? [] == value
            && fields.bytes(RecordFields.Number.validity) ?? [] == validity
            && fields.number(RecordFields.Number.validityType) == validityType
            && fields.number(RecordFields.Number.sequence) == sequence
            && fields.number(RecordFields.Number.timeToLive) == timeToLive
    }
}
