import ContentAddressing
import Core
import Naming
import Primitives

/// The bytes of a hexadecimal literal in a test; empty when it is not one, which no expectation survives.
func hex(_ text: String) -> [UInt8] { Hex.decode(text) ?? [] }

/// A record put together piece by piece, genuinely signed whatever the pieces are.
struct RecordFixture {
    static let key = signingKey("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    static let otherKey = signingKey("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
    static var name: IPNSName { get throws { try IPNSName(ed25519: key.publicKey) } }
    static let end = "2040-01-01T00:00:00.5Z"
    static let value = "/ipfs/bafkqaaa"

    static func signingKey(_ seed: String) -> Ed25519.SigningKey {
        Ed25519.SigningKey(seed: SecretBytes(copying: hex(seed)))
    }

    var data: DagCBOR.Map = [
        "TTL": .unsigned(300_000_000_000), "Value": .bytes(Array(value.utf8)), "Sequence": .unsigned(4),
        "Validity": .bytes(Array(end.utf8)), "ValidityType": .unsigned(0),
    ]
    /// What takes the place of the encoded data; it is signed all the same.
    var encodedData: [UInt8]?
    /// Fields beside signature and data, written before them.
    var fields: [(UInt64, FieldValue)] = []

    init() {}

    init(legacyWith changes: [UInt64: FieldValue]) {
        let legacy: [UInt64: FieldValue] = [
            1: .bytes(Array(Self.value.utf8)[...]), 2: .bytes([UInt8](repeating: 7, count: 64)[...]), 3: .number(0),
            4: .bytes(Array(Self.end.utf8)[...]), 5: .number(4), 6: .number(300_000_000_000),
        ].merging(changes) { $1 }
        fields = legacy.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    init(encodedData: [UInt8]) { self.encodedData = encodedData }

    init(_ key: String, _ value: DagCBOR?) { data[key] = value }

    init(field: UInt64, _ value: FieldValue) { fields = [(field, value)] }

    var signed: [UInt8] { encodedData ?? DagCBOR.map(data).encoded }

    var signature: [UInt8] { Self.key.sign(Array("ipns-signature:".utf8) + signed) }

    var bytes: [UInt8] {
        var writer = FieldWriter()
        for (field, value) in fields { writer.field(field, value) }
        writer.bytes(8, signature)
        writer.bytes(9, signed)
        return writer.bytes
    }
}

/// The failure of reading `bytes` as a record of the fixture's name; nil when they are one.
func refusal(of bytes: [UInt8], for name: IPNSName? = nil) throws -> Failure? {
    let name = try name ?? RecordFixture.name
    do throws(Failure) {
        _ = try NameRecord.read(bytes, for: name)
        return nil
    } catch {
        return error
    }
}
