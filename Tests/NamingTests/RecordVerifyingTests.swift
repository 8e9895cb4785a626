import ContentAddressing
import Core
import Naming
import Primitives
import Testing

@Suite struct RecordVerifyingTests {
    @Test("a record in the newer half alone is genuine, and says what was signed")
    func newerHalf() throws {
        let record = try NameRecord.read(RecordFixture().bytes, for: RecordFixture.name)
        #expect(record.value == RecordFixture.value)
        #expect(record.sequence == 4)
        #expect(record.validUntil == Timestamp(seconds: 2_208_988_800, nanoseconds: 500_000_000))
        #expect(record.timeToLive == .seconds(300))
        #expect(record.bytes == RecordFixture().bytes)
    }

    @Test("both halves may stand there, the older one with any signature")
    func bothHalves() throws {
        for signature in [[], [1], [UInt8](repeating: 7, count: 64)] as [[UInt8]] {
            #expect(try refusal(of: RecordFixture(legacyWith: [2: .bytes(signature[...])]).bytes) == nil)
        }
    }

    @Test("what is zero may be left out of the older half")
    func zeros() throws {
        var fixture = RecordFixture(legacyWith: [3: .number(0), 5: .number(0)])
        fixture.data["Sequence"] = .unsigned(0)
        fixture.fields.removeAll { [3, 5].contains($0.0) }
        #expect(try refusal(of: fixture.bytes) == nil)
    }

    @Test("keys that nobody here knows do no harm, because they are signed")
    func unknown() throws {
        #expect(try refusal(of: RecordFixture("_mine", .text("note")).bytes) == nil)
    }

    @Test("the end is read with up to nine digits behind the second, and no more", arguments: 0...10)
    func digits(count: Int) throws {
        let digits = String("123456789012".prefix(count))
        let text = "2040-01-01T00:00:00" + (count == 0 ? "" : ".") + digits + "Z"
        let bytes = RecordFixture("Validity", .bytes(Array(text.utf8))).bytes
        guard count < 10 else {
            #expect(try refusal(of: bytes)?.message.contains("a validity that is no time") == true)
            return
        }
        let nanoseconds = UInt32(digits + String(repeating: "0", count: 9 - count))
        #expect(
            try NameRecord.read(bytes, for: RecordFixture.name).validUntil
                == Timestamp(seconds: 2_208_988_800, nanoseconds: try #require(nanoseconds)))
    }

    private static let order = [UInt8](hex("a2") + [0x61, 0x62, 0x01, 0x61, 0x61, 0x02])
    private static let good = RecordFixture().signed

    @Test(
        "a record is refused in words that name what is wrong with it",
        arguments: [
            (RecordFixture("TTL", .integer(-1)), "TTL is not a whole number"),
            (RecordFixture("TTL", .unsigned(1 << 63)), "TTL is out of range"),
            (RecordFixture("TTL", nil), "TTL is not"), (RecordFixture("Sequence", .bytes([1])), "Sequence is not"),
            (RecordFixture("Value", .text("/ipfs/bafkqaaa")), "Value is not a byte string"),
            (RecordFixture("Value", .bytes([0xff])), "a value that is not text"),
            (RecordFixture("Validity", .bytes(Array("2040-01-01T00:00:00".utf8))), "a validity that is no time"),
            (RecordFixture("Validity", .bytes(Array("2040-02-30T00:00:00Z".utf8))), "a validity that is no time"),
            (RecordFixture("Validity", .text(RecordFixture.end)), "Validity is not a byte string"),
            (RecordFixture("ValidityType", .unsigned(1)), "unknown validity type 1"),
            (RecordFixture(encodedData: order), "out of order"),
            (RecordFixture(encodedData: good + [0]), "bytes behind the value"),
            (RecordFixture(encodedData: [0x80]), "not a map"), (RecordFixture(encodedData: []), "no signed data"),
            (RecordFixture(field: 8, .bytes([UInt8](repeating: 1, count: 64)[...])), "field 8 comes twice"),
            (RecordFixture(field: 9, .bytes([1])), "field 9 comes twice"),
            (RecordFixture(field: 0, .number(1)), "no field has the number 0"),
            (RecordFixture(field: 10, .number(1)), "no field has the number 10"),
            (RecordFixture(field: 1026, .bytes([1])), "no field has the number 1026"),
            (RecordFixture(field: 5, .bytes([1])), "field 5 is not a number"),
            (RecordFixture(field: 7, .bytes(hex("08011220")[...])), "another name's key"),
            (RecordFixture(field: 1, .bytes(Array(RecordFixture.value.utf8)[...])), "outside of what is signed"),
            (RecordFixture(field: 2, .bytes([UInt8](repeating: 1, count: 64)[...])), "outside of what is signed"),
            (RecordFixture(legacyWith: [1: .bytes([0x2f])]), "outside of what is signed"),
            (RecordFixture(legacyWith: [3: .number(1)]), "outside of what is signed"),
            (RecordFixture(legacyWith: [4: .bytes([0x2f])]), "outside of what is signed"),
            (RecordFixture(legacyWith: [5: .number(5)]), "outside of what is signed"),
            (RecordFixture(legacyWith: [6: .number(1)]), "outside of what is signed"),
            (
                RecordFixture(legacyWith: [2: .bytes([UInt8](repeating: 7, count: 65)[...])]),
                "a legacy signature of 65 bytes"
            ),
        ])
    func refusals(fixture: RecordFixture, reason: String) throws {
        let failure = try refusal(of: fixture.bytes)
        #expect(failure?.code == .integrity)
        #expect(failure?.description.contains(reason) == true, "\(String(describing: failure))")
    }

    @Test("the key of another name is refused, though it signed")
    func foreignKey() throws {
        let record = NameRecord.signed(
            value: "/ipfs/bafkqaaa", sequence: 1, validUntil: Timestamp(seconds: 2_000_000_000),
            timeToLive: .seconds(1), by: RecordFixture.otherKey)
        #expect(try refusal(of: record.bytes)?.description.contains("another name's key") == true)
        let parts = try Parts(record.bytes)
        let keyless = NameRecord.assembled(signatureV2: parts.signature, data: parts.data, publicKey: nil)
        #expect(try refusal(of: keyless)?.description.contains("wrong signature") == true)
    }

    @Test("a record of 10 KiB is read, and one byte more is refused before anything of it is", arguments: [0, 1])
    func size(excess: Int) throws {
        func fixture(_ filling: Int) -> RecordFixture {
            RecordFixture("_filling", .bytes([UInt8](repeating: 0, count: filling)))
        }
        let frame = fixture(9000).bytes.count - 9000
        let bytes = fixture(NameLimits.recordBytes + excess - frame).bytes
        #expect(bytes.count == NameLimits.recordBytes + excess)
        #expect(try refusal(of: bytes)?.message.contains("10241 bytes") == (excess == 1 ? true : nil))
    }

    @Test("an expired record is genuine still, and its own kind of failure to whoever wants a valid one")
    func expiry() throws {
        let end = Timestamp(seconds: 1_800_000_000, nanoseconds: 5)
        let record = NameRecord.signed(
            value: "/ipfs/bafkqaaa", sequence: 1, validUntil: end, timeToLive: .seconds(1), by: RecordFixture.key)
        let name = try RecordFixture.name
        let before = Timestamp(seconds: 1_800_000_000, nanoseconds: 4)
        #expect(try NameRecord(verifying: record.bytes, for: name, at: before) == record)
        #expect(!record.isExpired(at: before))
        #expect(record.isExpired(at: end))
        let failure = #expect(throws: Failure.self) {
            try NameRecord(verifying: record.bytes, for: name, at: end)
        }
        #expect(failure?.code == .stale)
        #expect(try NameRecord.read(record.bytes, for: name) == record)
    }

    @Test("what a record claims can be read without belief, as long as it has the form of one")
    func claims() throws {
        var fixture = RecordFixture("ValidityType", .unsigned(1))
        #expect(try refusal(of: fixture.bytes) != nil)
        let claim = NameRecord.claim(in: fixture.bytes)
        #expect(claim?.value == RecordFixture.value && claim?.sequence == 4)
        fixture.encodedData = [0x80]
        #expect(NameRecord.claim(in: fixture.bytes) == nil)
        #expect(NameRecord.claim(in: []) == nil)
        #expect(NameRecord.claim(in: [UInt8](repeating: 0, count: NameLimits.recordBytes + 1)) == nil)
    }

    @Test("a name that holds only a hash needs the key in the record")
    func hashedName() throws {
        let name = try IPNSName("QmVujd5Vb7moysJj8itnGufN7MEtPRCNHkKpNuA4onsRa3")
        let failure = try refusal(of: RecordFixture().bytes, for: name)
        #expect(failure?.code == .integrity)
        #expect(failure?.message.contains("has no key") == true)
    }

    @Test("the key of a kind that is not verified here is said to be so")
    func unsupported() throws {
        // The message of an ECDSA key, whose content is not looked at.
        let message = hex("08031202") + [1, 2]
        let cid = CID(codec: .libp2pKey, multihash: try Multihash(code: Multihash.identity, digest: message))
        let failure = try refusal(of: RecordFixture().bytes, for: try IPNSName(cid: cid))
        #expect(failure?.code == .unsupported)
    }
}

/// Signature and data of a record.
struct Parts {
    var signature: [UInt8] = []
    var data: [UInt8] = []

    init(_ record: [UInt8]) throws {
        var reader = FieldReader(record)
        while let (field, value) = try reader.next() {
            if field == 8 { signature = try value.bytes("signature") }
            if field == 9 { data = try value.bytes("data") }
        }
    }
}
