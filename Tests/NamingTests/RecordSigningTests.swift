import Core
import Naming
import Primitives
import Testing

@Suite struct RecordSigningTests {
    /// A record without the field that holds the key, as other writers of Ed25519 records make it.
    private func withoutKey(_ record: [UInt8]) throws -> [UInt8] {
        var reader = FieldReader(record)
        var writer = FieldWriter()
        while let (field, value) = try reader.next() {
            if field != 7 { writer.field(field, value) }
        }
        return writer.bytes
    }

    @Test("a record has the bytes that js-ipns gives it, but for the key that it carries besides")
    func likeJavaScript() throws {
        let record = NameRecord.signed(
            value: "/ipfs/bafybeicklkqcnlvtiscr2hzkubjwnwjinvskffn4xorqeduft3wq7vm5u4", sequence: 42,
            validUntil: try #require(Timestamp(rfc3339: "2026-03-01T00:00:00Z")), timeToLive: NameLimits.timeToLive,
            by: RecordFixture.key)
        let plain = try withoutKey(record.bytes)
        #expect(plain.count == 398)
        #expect(
            SHA256.digest(of: plain).description
                == "99395818c81f654b05f9b99d4da0d0b5d8e617cc0473b4be7ba57c1e926e2f87")
        #expect(record.bytes.count == 436)
        #expect(try NameRecord.read(plain, for: RecordFixture.name).value == record.value)
        #expect(try NameRecord.read(record.bytes, for: RecordFixture.name) == record)
    }

    @Test("a record of the second known seed has the bytes that another implementation gives it")
    func secondSeed() throws {
        let record = NameRecord.signed(
            value: "/ipfs/bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e", sequence: 7,
            validUntil: try #require(Timestamp(rfc3339: "2099-12-31T23:59:59.999999999Z")),
            timeToLive: .seconds(300), by: RecordFixture.otherKey)
        #expect(
            SHA256.digest(of: try withoutKey(record.bytes)).description
                == "a199df38c8c6594fe61bf75d2dab84d12a49ecc3114c994ea27c99b0adaf72df")
        let parts = try Parts(record.bytes)
        let newer = NameRecord.assembled(signatureV2: parts.signature, data: parts.data, publicKey: nil)
        #expect(
            SHA256.digest(of: newer).description
                == "fb6df5761038c0a94396ddca7c2ab40bb2be38f8272bdd7063ab8f895443fdc9")
        let name = try IPNSName(ed25519: RecordFixture.otherKey.publicKey)
        let read = try NameRecord.read(newer, for: name)
        #expect(read.value == record.value && read.sequence == 7 && read.validUntil == record.validUntil)
    }

    @Test("what is signed is read again", arguments: [0, 1, 23, 24, 255, 256, 65_535, 65_536, 1 << 32, UInt64.max])
    func roundTrip(sequence: UInt64) throws {
        let values = ["", "/ipfs/bafkqaaa", "/ipns/é", String(repeating: "x", count: NameLimits.valueBytes)]
        for (value, end) in zip(
            values, [Timestamp.writableSeconds.lowerBound, 0, 1, Timestamp.writableSeconds.upperBound])
        {
            for length in [Duration.zero, .nanoseconds(1), .nanoseconds(Int64.max)] {
                let record = NameRecord.signed(
                    value: value, sequence: sequence, validUntil: Timestamp(seconds: end, nanoseconds: 999_999_999),
                    timeToLive: length, by: RecordFixture.key)
                #expect(try NameRecord.read(record.bytes, for: RecordFixture.name) == record)
            }
        }
    }

    private func record(_ sequence: UInt64, _ end: Int64, _ value: String = "/ipfs/bafkqaaa") -> NameRecord {
        NameRecord.signed(
            value: value, sequence: sequence, validUntil: Timestamp(seconds: end), timeToLive: .seconds(1),
            by: RecordFixture.key)
    }

    @Test("the higher sequence counts, then the later end, then the greater bytes")
    func better() throws {
        let ascending = [record(1, 9), record(2, 5), record(2, 6), record(10, 1)]
        for (index, one) in ascending.enumerated() {
            for (other, two) in ascending.enumerated() { #expect(one.isBetter(than: two) == (index > other)) }
        }
        let (one, two) = (record(3, 3, "/ipfs/bafkqaaa"), record(3, 3, "/ipfs/bafkqaab"))
        #expect(one.isBetter(than: two) != two.isBetter(than: one))
        #expect(two.isBetter(than: one))
    }
}
