import Core
import Primitives
import Sealing
import Testing
import Vaults

/// What a content's record keeps that this version does not know.
@Suite struct ContentRecordTests {
    private func payload(_ fields: [(UInt64, FieldValue)]) -> ArraySlice<UInt8> {
        var writer = FieldWriter()
        writer.number(1, 3)
        writer.number(2, 3)
        writer.bytes(3, [1, 2, 3] as [UInt8])
        for (field, value) in fields { writer.field(field, value) }
        return writer.bytes[...]
    }

    @Test("of unknown fields those from 64 on outlive a change of the content, in their order, and others do not")
    func unknownFields() throws {
        let lasting: [(UInt64, FieldValue)] = [
            (64, .number(7)), (64, .bytes([9])), (70, .bytes([])), (1 << 40, .number(.max)),
        ]
        let record = try ContentRecord(decoding: payload([(8, .number(1)), (63, .bytes([5]))] + lasting))
        #expect(record.encoded() == Array(payload(lasting)))
        var changed = ContentRecord(size: 1, allocated: 1, body: .inline([4]))
        changed.foreign = record.foreign
        let back = try ContentRecord(decoding: changed.encoded()[...])
        #expect(back == changed && back.body == .inline([4]) && back.foreign == record.foreign)
        #expect(try ContentRecord(decoding: payload([(63, .number(1))])).foreign.isEmpty)
    }

    @Test("a list of nothing, and one with more data than content, are refused")
    func lists() throws {
        let reference = ObjectReference(
            digest: SHA256.digest(of: []), key: ObjectKey([UInt8](repeating: 1, count: 32)), bodyLength: 300,
            contentLength: 300, flags: [], epoch: 1)
        for (size, allocated, isRight) in [(5, 5, true), (5, 0, true), (0, 0, false), (5, 6, false)] {
            let record = ContentRecord(
                size: UInt64(size), allocated: UInt64(allocated), body: .list(reference, depth: 1))
            #expect(((try? ContentRecord(decoding: record.encoded()[...])) != nil) == isRight)
        }
    }
}
