internal import Core

/// What the service reads of an IPNS record: as leniently as it does, and without verifying anything.
struct NameRecordFields {
    let cid: String
    let sequence: UInt64
    /// Signature, CBOR and key, when the record has all of them and the key is an Ed25519 key.
    let signature: (v2: [UInt8], data: [UInt8], publicKey: [UInt8])?

    /// Nil for what is no record: malformed fields, no value, or a value that names no content.
    init?(_ record: [UInt8]) {
        guard let fields = try? Self.fields(record), let value = fields.bytes[1],
            let cid = Self.cid(inValue: String(decoding: value, as: UTF8.self))
        else { return nil }
        self.cid = cid
        sequence = fields.numbers[5] ?? 0
        let head: [UInt8] = [0x08, 0x01, 0x12, 0x20]
        if let v2 = fields.bytes[8], let data = fields.bytes[9], let key = fields.bytes[7], key.count == 36,
            key.starts(with: head)
        {
            signature = (v2, data, Array(key.dropFirst(head.count)))
        } else {
            signature = nil
        }
    }

    /// The letters and digits behind the first `/ipfs/`.
    private static func cid(inValue value: String) -> String? {
        let mark = Array("/ipfs/".utf8)
        let bytes = Array(value.utf8)
        for start in bytes.indices where bytes[start...].starts(with: mark) {
            let cid = bytes[(start + mark.count)...].prefix {
                (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
            }
            if !cid.isEmpty { return String(decoding: cid, as: UTF8.self) }
        }
        return nil
    }

    /// The last value of each field.
    private static func fields(
        _ record: [UInt8]
    ) throws(MalformedBytes) -> (numbers: [UInt64: UInt64], bytes: [UInt64: [UInt8]]) {
        var reader = ByteReader(record)
        var numbers: [UInt64: UInt64] = [:]
        var strings: [UInt64: [UInt8]] = [:]
        while !reader.isAtEnd {
            let tag = try varint(&reader)
            switch tag & 7 {
            case 0: numbers[tag >> 3] = try varint(&reader)
            case 1: _ = try reader.slice(8)
            case 2:
                let count = try varint(&reader)
                guard let count = Int(exactly: count) else { throw MalformedBytes("a length exceeds the record") }
                strings[tag >> 3] = try reader.array(count)
            case 5: _ = try reader.slice(4)
            default: throw MalformedBytes("no field has wire type \(tag & 7)")
            }
        }
        return (numbers, strings)
    }

    /// Also in more bytes than needed, unlike our own reader.
    private static func varint(_ reader: inout ByteReader) throws(MalformedBytes) -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let byte = try reader.byte()
            number |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return number }
        }
        throw MalformedBytes("a varint exceeds 64 bits")
    }
}
