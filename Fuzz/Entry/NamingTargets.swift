internal import ContentAddressing
internal import Core
internal import Naming
internal import Primitives
internal import StorageSupport

extension FuzzTarget {
    private static let nameKey = Ed25519.SigningKey(seed: SecretBytes(copying: [UInt8](repeating: 7, count: 32)))
    private static let signaturePrefix = Array("ipns-signature:".utf8)

    /// A record as a stranger hands it out.
    static let nameRecord = FuzzTarget("name-record") { random in
        NameRecord.signed(
            value: random.someText(200), sequence: random.anyNumber(), validUntil: random.writableTime(),
            timeToLive: .nanoseconds(Int64(random.anyNumber() >> 1)), by: nameKey
        ).bytes
    } check: { input in
        let claim = NameRecord.claim(in: input)
        let record = try NameRecord.read(input, for: try IPNSName(ed25519: nameKey.publicKey))
        try require(record.bytes == input, "a record's bytes change")
        try require(claim?.value.utf8.elementsEqual(record.value.utf8) == true, "a record does not claim what it says")
        try require(claim?.sequence == record.sequence, "a record does not claim what it says")
    }

    /// A record whose signature is right, whatever it covers: random bytes never come past the signature.
    static let signedRecord = FuzzTarget("signed-record") { random in
        let validity = Array(random.writableTime().nanosecondText.utf8)
        let value = Array(random.someText(40).utf8)
        return [1, UInt8(value.count)] + value + [UInt8(validity.count)] + validity + [0] + random.bytes(8)
            + [0] + random.bytes(7) + [0]
    } check: { input in
        var parts = InputParts(input)
        let form = parts.byte()
        let data: [UInt8]
        var extra: [UInt8] = []
        if form & 1 == 0 {
            data = parts.remainder()
        } else {
            var map: DagCBOR.Map = ["Value": .bytes(parts.piece()), "Validity": .bytes(parts.piece())]
            map["ValidityType"] = .unsigned(parts.number(1))
            map["Sequence"] = .unsigned(parts.number(8))
            map["TTL"] = .unsigned(parts.number(8))
            map[String(decoding: parts.piece(), as: UTF8.self)] = .unsigned(0)
            data = DagCBOR.map(map).encoded
            extra = parts.remainder()
        }
        let signature = nameKey.sign(signaturePrefix + data)
        let bytes =
            NameRecord.assembled(
                signatureV2: signature, data: data, publicKey: form & 2 == 0 ? nil : nameKey.publicKey) + extra
        let name = try IPNSName(ed25519: nameKey.publicKey)
        let record = try NameRecord.read(bytes, for: name)
        let said = try certainly("a record's data are no map") { try accepted(try DagCBOR(decoding: data).asMap) }
        try require(said["Value"]?.asBytes == Array(record.value.utf8), "a record's value is not what was signed")
        try require(said["Sequence"]?.asUnsigned == record.sequence, "a record's sequence is not what was signed")
        try require(record.timeToLive >= .zero, "a record's time to live is negative")
        let other = try IPNSName(ed25519: [UInt8](repeating: 1, count: 32))
        try require((try? NameRecord.read(bytes, for: other)) == nil, "a record counts for another name")
    }
}
