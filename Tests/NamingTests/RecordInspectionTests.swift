import ContentAddressing
import Core
import Naming
import Primitives
import Testing

@Suite struct RecordInspectionTests {
    private func problem(_ bytes: [UInt8]) throws -> String? {
        if case .refused(let failure) = try RecordInspection(bytes).verdict { failure.description } else { nil }
    }

    @Test("a record that holds its key is judged, and shown with the key's name")
    func judged() throws {
        let record = NameRecord.signed(
            value: "/ipfs/bafkqaaa", sequence: 3, validUntil: Timestamp(seconds: 1), timeToLive: .seconds(1),
            by: RecordFixture.key)
        let inspection = try RecordInspection(record.bytes)
        #expect(inspection.name == (try RecordFixture.name) && inspection.keyKind == "Ed25519")
        #expect(inspection.hasSignature && inspection.hasLegacySignature)
        #expect(inspection.statement?.sequence == 3 && inspection.statement?.isSigned == true)
        guard case .genuine = inspection.verdict else {
            Issue.record("\(inspection.verdict)")
            return
        }
        var damaged = record.bytes
        damaged[damaged.count - 1] ^= 1
        #expect(try problem(damaged) != nil)
    }

    @Test("a record without its key is nobody's, but its form is judged")
    func nameless() throws {
        let inspection = try RecordInspection(RecordFixture("_mine", .text("note")).bytes)
        #expect(inspection.name == nil && inspection.statement?.otherKeys == ["_mine"])
        guard case .nameless = inspection.verdict else {
            Issue.record("\(inspection.verdict)")
            return
        }
        #expect(try problem(RecordFixture(encodedData: [0x80]).bytes)?.contains("malformed data") == true)
        #expect(try problem(RecordFixture("ValidityType", .unsigned(1)).bytes)?.contains("validity type 1") == true)
        let differing = RecordFixture(legacyWith: [5: .number(5)]).bytes
        #expect(try problem(differing)?.contains("outside of what is signed") == true)
    }

    @Test("where the signed data cannot be read the older half is shown, as unsigned")
    func olderHalf() throws {
        var fixture = RecordFixture(legacyWith: [:])
        fixture.encodedData = [0x80]
        let inspection = try RecordInspection(fixture.bytes)
        #expect(inspection.statement?.isSigned == false && inspection.statement?.sequence == 4)
        #expect(inspection.statement?.value == Array(RecordFixture.value.utf8))
        #expect(try RecordInspection(RecordFixture(encodedData: [0x80]).bytes).statement == nil)
    }

    @Test("a malformed key is said to be one, and bytes of another form are refused")
    func malformed() throws {
        #expect(try problem(RecordFixture(field: 7, .bytes([1, 2])).bytes)?.contains("key in the record") == true)
        for bytes in [[0xff], [0x50, 1], [UInt8](repeating: 0, count: NameLimits.recordBytes + 1)] as [[UInt8]] {
            #expect { try RecordInspection(bytes) } throws: { ($0 as? Failure)?.code == .integrity }
        }
    }
}
