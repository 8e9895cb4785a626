import Core
import Testing

@Suite struct NameTests {
    @Test(
        "a name shows as text, and nothing in it can steer a terminal",
        arguments: [
            ("plain.txt", "plain.txt"), ("héllo 世界 🙂", "héllo 世界 🙂"), ("", ""),
            ("a\u{1b}[31mb", "a\\x1b[31mb"), ("tab\tnl\n", "tab\\x09nl\\x0a"), ("back\\slash", "back\\x5cslash"),
            ("del\u{7f}", "del\\x7f"), ("c1\u{9b}", "c1\\xc2\\x9b"), ("rtl\u{202e}x", "rtl\\xe2\\x80\\xaex"),
            ("line\u{2028}", "line\\xe2\\x80\\xa8"),
        ])
    func escaping(_ text: String, _ shown: String) {
        #expect(Name(text).escaped == shown)
    }

    @Test(
        "bytes that are not UTF-8 show as hexadecimal and are no text",
        arguments: [
            ([0x61, 0xff, 0x62], "a\\xffb"), ([0xc3], "\\xc3"), ([0xc0, 0xaf], "\\xc0\\xaf"),
            ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"), ([0xf4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"),
            ([0xe4, 0xb8], "\\xe4\\xb8"),
        ] as [([UInt8], String)])
    func notUTF8(_ bytes: [UInt8], _ shown: String) {
        #expect(Name(bytes).escaped == shown)
        #expect(Name(bytes).string == nil)
    }

    @Test("names that only look alike are two names")
    func bytewise() {
        let composed = Name("\u{e9}")
        let decomposed = Name("e\u{301}")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(composed.string.map { Array($0.utf8) } == [0xc3, 0xa9])
    }

    @Test("order is by bytes, the shorter first")
    func order() {
        let sorted = [Name([0xff]), Name("b"), Name("ab"), Name("a"), Name("")].sorted()
        #expect(sorted == [Name(""), Name("a"), Name("ab"), Name("b"), Name([0xff])])
    }

    @Test(
        "what cannot stand between two slashes is no component",
        arguments: [
            ("", false), (".", false), ("..", false), ("a/b", false), ("a\0b", false), ("...", true), (".a", true),
            (" ", true), ("\n", true),
        ])
    func component(_ text: String, _ isComponent: Bool) {
        #expect(Name(text).isComponent == isComponent)
    }
}

@Suite struct UTF8TextTests {
    @Test(
        "the length of a scalar is told only when it is whole and well formed",
        arguments: [
            ([0x00], 1), ([0x7f], 1), ([0x80], 0), ([0xc1, 0x80], 0), ([0xc2, 0x80], 2), ([0xdf, 0xbf], 2),
            ([0xe0, 0x9f, 0x80], 0), ([0xe0, 0xa0, 0x80], 3), ([0xed, 0x9f, 0xbf], 3), ([0xed, 0xa0, 0x80], 0),
            ([0xef, 0xbf, 0xbf], 3), ([0xf0, 0x8f, 0xbf, 0xbf], 0), ([0xf0, 0x90, 0x80, 0x80], 4),
            ([0xf4, 0x8f, 0xbf, 0xbf], 4), ([0xf4, 0x90, 0x80, 0x80], 0), ([0xf5, 0x80, 0x80, 0x80], 0),
            ([0xe4, 0xb8], 0), ([0xc2], 0), ([0xff], 0),
        ] as [([UInt8], Int)])
    func lengths(_ bytes: [UInt8], _ length: Int) {
        #expect(UTF8Text.scalarLength(in: bytes, at: 0) == length)
        #expect(UTF8Text.scalarLength(in: [0x61] + bytes, at: 1) == length)
    }
}
