import Core
import Primitives
import Testing

@Suite struct DERReaderTests {
    private func string(_ bytes: [UInt8]) throws(MalformedBytes) -> [UInt8] {
        var reader = DERReader(bytes[...])
        let content = try reader.content(DERReader.Tag.octetString, "a string")
        try reader.expectEnd("a string")
        return Array(content)
    }

    @Test("a length is read in its shortest form", arguments: [0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000])
    func lengths(count: Int) throws {
        let head: [UInt8] =
            switch count {
            case ..<0x80: [UInt8(count)]
            case ..<0x100: [0x81, UInt8(count)]
            case ..<0x10000: [0x82, UInt8(count >> 8), UInt8(count & 0xff)]
            default: [0x83, UInt8(count >> 16), UInt8(count >> 8 & 0xff), UInt8(count & 0xff)]
            }
        let content = [UInt8](repeating: 7, count: count)
        #expect(try string([4] + head + content) == content)
        #expect(throws: MalformedBytes.self) { try string([4] + head + content.dropLast() + (count == 0 ? [1] : [])) }
    }

    @Test(
        "every other length is refused",
        arguments: [
            "04", "0480", "048000", "0481", "04817f", "0481" + "00", "048200", "048200ff", "04820080", "0483010001",
            "0484000000" + "01", "04ff", "04840000000107", "0488ffffffffffffffff", "0502", "0101",
        ])
    func refusals(text: String) {
        // Enough bytes behind, so that it is the length that is refused and not the end.
        let filling = [UInt8](repeating: 7, count: text.hasPrefix("04830") ? 70_000 : 300)
        #expect(throws: MalformedBytes.self) { try string(hex(text) + filling) }
    }

    @Test(
        "a number is read in its shortest form, and never negative",
        arguments: [
            ("020100", ""), ("020101", "01"), ("02017f", "7f"), ("02020080", "80"), ("0202ff", nil), ("0200", nil),
            ("020180", nil), ("0202007f", nil), ("02020000", nil), ("0203000080", nil), ("0101ff", nil),
        ] as [(String, String?)])
    func numbers(text: String, number: String?) throws {
        var reader = DERReader(hex(text)[...])
        if let number {
            #expect(try Array(reader.number("a number")) == hex(number))
            #expect(reader.isAtEnd)
        } else {
            #expect(throws: MalformedBytes.self) { try reader.number("a number") }
        }
    }

    @Test("a bit string has whole bytes", arguments: [("0302" + "00aa", true), ("030201aa", false), ("0300", false)])
    func bits(text: String, isTaken: Bool) {
        var reader = DERReader(hex(text)[...])
        #expect((try? Array(reader.bits("bits"))) == (isTaken ? [0xaa] : nil))
    }
}
