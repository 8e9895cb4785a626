import Core
import Primitives
import Sealing
import Testing
import Vaults

/// What a content's record may say.
@Suite struct ContentRecordTests {
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
