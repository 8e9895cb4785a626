import ContentAddressing
import Core
import Naming
import Primitives
import Testing

/// The checks of a record come in the specification's order: what is wrong in two ways is refused for the first.
@Suite struct RecordOrderTests {
    enum Flaw: Int, CaseIterable {
        case size, form, noSignature, noData, key, data, signature, legacy, type, end, age

        /// What the refusal says of it.
        var words: String {
            switch self {
            case .size: "more than 10240"
            case .form: "is malformed"
            case .noSignature: "no signature of version 2"
            case .noData: "no signed data"
            case .key: "another name's key"
            case .data: "malformed data"
            case .signature: "a wrong signature"
            case .legacy: "outside of what is signed"
            case .type: "unknown validity type"
            case .end: "a validity that is no time"
            case .age: "expired"
            }
        }
    }

    /// A record with all of the flaws that can stand beside each other.
    private func record(_ flaws: Set<Flaw>) -> [UInt8] {
        var fixture = RecordFixture(legacyWith: flaws.contains(.legacy) ? [5: .number(5)] : [:])
        if flaws.contains(.type) { fixture.data["ValidityType"] = .unsigned(1) }
        if flaws.contains(.age) { fixture.data["Validity"] = .bytes(Array("2001-01-01T00:00:00Z".utf8)) }
        if flaws.contains(.end) { fixture.data["Validity"] = .bytes(Array("soon".utf8)) }
        if flaws.contains(.data) { fixture.encodedData = [0x80] }
        // The older half says the same, unless it is what is wrong.
        for index in fixture.fields.indices {
            switch fixture.fields[index].0 {
            case 3 where flaws.contains(.type): fixture.fields[index].1 = .number(1)
            case 4: fixture.fields[index].1 = .bytes((fixture.data["Validity"]?.asBytes ?? [])[...])
            default: break
            }
        }
        var writer = FieldWriter()
        for (field, value) in fixture.fields { writer.field(field, value) }
        if flaws.contains(.key) {
            writer.bytes(7, hex("08011220") + RecordFixture.otherKey.publicKey)
        }
        var signature = fixture.signature
        if flaws.contains(.signature) { signature[0] ^= 1 }
        writer.bytes(8, flaws.contains(.noSignature) ? [] : signature)
        writer.bytes(9, flaws.contains(.noData) ? [] : fixture.signed)
        if flaws.contains(.form) { writer.number(20, 1) }
        if flaws.contains(.size) { writer.bytes(20, [UInt8](repeating: 0, count: NameLimits.recordBytes)) }
        return writer.bytes
    }

    private func refusal(of flaws: Set<Flaw>) throws -> Failure? {
        let (bytes, name) = (record(flaws), try RecordFixture.name)
        do throws(Failure) {
            _ = try NameRecord(verifying: bytes, for: name, at: Timestamp(seconds: 1_800_000_000))
            return nil
        } catch {
            return error
        }
    }

    @Test("without a flaw the record is genuine")
    func none() throws {
        #expect(try refusal(of: []) == nil)
    }

    @Test("of two flaws the first in the order of checks is named", arguments: Flaw.allCases, Flaw.allCases)
    func order(one: Flaw, two: Flaw) throws {
        let first = one.rawValue < two.rawValue ? one : two
        let failure = try refusal(of: [one, two])
        #expect(failure?.code == (first == .age ? .stale : .integrity))
        #expect(failure?.message.contains(first.words) == true, "\(String(describing: failure))")
    }

    @Test("with every flaw at once, and without the first of them, the first one left is named")
    func all() throws {
        for first in Flaw.allCases {
            let flaws = Set(Flaw.allCases.drop { $0 != first })
            #expect(try refusal(of: flaws)?.message.contains(first.words) == true, "\(first)")
        }
    }
}
