import Core
import Naming
import Testing

@Suite struct DNSMessageTests {
    /// A record: its owner as a reference to the question, then kind, family, an hour, and the content.
    private func record(_ content: [UInt8], kind: UInt8 = 16, family: UInt8 = 1, owner: [UInt8] = [0xc0, 12]) -> [UInt8]
    {
        owner + [0, kind, 0, family, 0, 0, 0x0e, 0x10, UInt8(content.count >> 8), UInt8(content.count & 0xff)] + content
    }

    private func message(_ records: [[UInt8]], flags: [UInt8] = [0x81, 0x80], answers: Int? = nil) -> [UInt8] {
        let count = answers ?? records.count
        let head = [0x12, 0x34] + flags + [0, 1, UInt8(count >> 8), UInt8(count & 0xff), 0, 0, 0, 0]
        let question = [1, 0x61, 3, 0x6f, 0x72, 0x67, 0, 0, 16, 0, 1] as [UInt8]
        return head + question + records.joined()
    }

    private func texts(_ message: [UInt8]) throws -> [String] {
        try DNSMessage.texts(in: message).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("text records are read, their pieces joined, and other records passed over")
    func read() throws {
        let long = [255] + [UInt8](repeating: 0x78, count: 255) + [3, 0x61, 0x62, 0x63]
        let answer = message([
            record([2, 0x68, 0x69]), record([1, 0x62, 0], kind: 5), record(long), record([0]), record([]),
            record([1, 0x79], family: 3), record([1, 0x7a], owner: [1, 0x61, 0xc0, 14]), record([1, 0x7b], owner: [0]),
        ])
        #expect(try texts(answer) == ["hi", String(repeating: "x", count: 255) + "abc", "", "", "z", "{"])
        #expect(try texts(message([])).isEmpty)
    }

    @Test("no end of an answer can be missing")
    func cut() throws {
        let answer = message([record([2, 0x68, 0x69]), record([1, 0x61])])
        for count in answer.indices {
            #expect(throws: MalformedBytes.self) { try DNSMessage.texts(in: Array(answer[..<count])) }
        }
        // What stands behind the answers is other sections'.
        #expect(try texts(answer + [1, 2, 3]) == ["hi", "a"])
    }

    @Test("what is no whole answer is refused")
    func refusals() {
        let good = record([2, 0x68, 0x69])
        for bad in [
            message([good], flags: [0x01, 0x80]), message([good], flags: [0x83, 0x80]), message([good], answers: 2),
            message([good], answers: 513), message([record([3, 0x68, 0x69])]),
            message([record([1, 0x61], owner: [0x40])]),
            message([record([1, 0x61], owner: [0x80, 12])]),
        ] {
            #expect(throws: MalformedBytes.self) { try DNSMessage.texts(in: bad) }
        }
    }

    @Test("no damaged bit makes the reader do anything but answer or refuse")
    func damage() {
        let answer = message([record([2, 0x68, 0x69]), record([1, 0x61])])
        var answered = 0
        for bit in 0..<answer.count * 8 {
            var damaged = answer
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            if (try? DNSMessage.texts(in: damaged)) != nil { answered += 1 }
        }
        #expect(answered > 0 && answered < answer.count * 8)
    }
}
