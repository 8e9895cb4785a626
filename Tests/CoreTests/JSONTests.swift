import Core
import Testing

@Suite struct JSONTests {
    @Test(
        "every kind of value survives writing and reading, compact and pretty",
        arguments: [
            nil, true, false, 0, -1, 1.5, "", "text", [], [:], [1, [2, [3]]], ["b": 1, "a": [nil, "x"]],
            .integer(.max), .integer(.min), .unsigned(.max), .number(-0.0),
            .number(.leastNonzeroMagnitude), .number(1.797e308),
            "\u{0}\u{1f}\"\\/\n\r\t\u{8}\u{c}", "é\u{1F642}\u{10FFFF}", "\u{9b}\u{202e}\u{2028}",
        ] as [JSON])
    func roundTrip(_ value: JSON) throws {
        #expect(try JSON(parsing: value.bytes()) == value)
        #expect(try JSON(parsing: value.bytes(.pretty)) == value)
    }

    @Test("members keep their order and layout is fixed")
    func layout() {
        let value: JSON = ["z": 1, "a": ["x", [:], []], "m": nil]
        #expect(value.text(.compact) == #"{"z":1,"a":["x",{},[]],"m":null}"#)
        #expect(
            value.text(.pretty) == """
                {
                  "z": 1,
                  "a": [
                    "x",
                    {},
                    []
                  ],
                  "m": null
                }
                """)
    }

    @Test("what could steer a terminal is written as an escape, all else as itself")
    func escapes() {
        let value: JSON = "\u{1b}[31m \u{7f} \u{9b} \u{202e} \u{e0001} é 世 \" \\"
        #expect(value.text(.compact) == #""\u001b[31m \u007f \u009b \u202e \udb40\udc01 é 世 \" \\""#)
    }

    @Test(
        "whole numbers are exact to the last of 64 bits",
        arguments: [
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .unsigned(1 << 63)), ("18446744073709551615", .unsigned(.max)),
            ("18446744073709551616", .number(18446744073709551616.0)),
            ("9007199254740993", .integer(9_007_199_254_740_993)),
            ("1e2", .number(100)), ("-0", .number(-0.0)), ("0", .integer(0)), ("1.0", .number(1)),
            ("2E-1", .number(0.2)),
        ] as [(String, JSON)])
    func numbers(_ text: String, _ value: JSON) throws {
        #expect(try JSON(parsing: text) == value)
    }

    @Test(
        "escapes are read, surrogate pairs joined",
        arguments: [
            (#""\u0041\/\b\f\n\r\t\"\\""#, "A/\u{8}\u{c}\n\r\t\"\\"), (#""\ud83d\ude42""#, "\u{1F642}"),
            (#""\uD83D\uDE42""#, "\u{1F642}"), (#""\u0000""#, "\0"), (" \t\r\n\"x\" ", "x"),
        ])
    func strings(_ text: String, _ value: String) throws {
        #expect(try JSON(parsing: text) == .string(value))
    }

    @Test(
        "what RFC 8259 does not allow is refused",
        arguments: [
            "", " ", "nul", "nulll", "True", "01", "-", "-01", "1.", ".5", "1e", "1e+", "+1", "0x1", "1e999", "NaN",
            "Infinity",
            "\"", "\"a", "\"\n\"", "\"\u{0}\"", #""\x""#, #""\u12""#, #""\u12g4""#, #""\ud800""#, #""\ud800x""#,
            #""\ud800A""#, #""\udc00""#, #""\ud800\ud800""#, #""\"#, "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "]",
            "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "1 2",
            "{}{}",
            "\u{feff}1", "'a'", "// c\n1", "{\"a\":1,\"a\":2}", "\u{a0}1",
        ])
    func refusing(_ text: String) {
        #expect(throws: MalformedJSON.self) { try JSON(parsing: text) }
    }

    @Test(
        "a string that is not UTF-8 is refused",
        arguments: [
            [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe4, 0xb8],
        ] as [[UInt8]])
    func notUTF8(_ bytes: [UInt8]) {
        #expect(throws: MalformedJSON.self) { try JSON(parsing: [0x22] + bytes + [0x22]) }
    }

    @Test(
        "the error names the byte at which it went wrong",
        arguments: [
            ("[1,x]", 3), ("{\"a\":1,\"a\":2}", 7), ("1 2", 2), ("[1", 2), ("\"\\q\"", 2),
        ])
    func offsets(_ text: String, _ offset: Int) {
        let error = #expect(throws: MalformedJSON.self) { try JSON(parsing: text) }
        #expect(error?.offset == offset)
    }

    @Test("nesting is read up to its bound and refused one deeper")
    func depth() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        #expect(try JSON(parsing: nested(JSON.maximumDepth)).elements?.count == 1)
        #expect(throws: MalformedJSON.self) { try JSON(parsing: nested(JSON.maximumDepth + 1)) }
        #expect(throws: MalformedJSON.self) { try JSON(parsing: String(repeating: "[", count: 1_000_000)) }
        #expect(throws: MalformedJSON.self) { try JSON(parsing: String(repeating: "{\"a\":", count: 1_000_000)) }
    }

    @Test("every prefix and every changed byte of a document is read or refused, never more")
    func mutations() {
        let document: [UInt8] = Array(#"{"a":[1,-2.5e3,"é\ud83d\ude42"],"b":{"c":null,"d":true}}"#.utf8)
        for length in 0..<document.count {
            #expect(throws: MalformedJSON.self) { try JSON(parsing: Array(document[..<length])) }
        }
        for index in document.indices {
            for byte: UInt8 in [0x00, 0x22, 0x5c, 0x7b, 0x5d, 0x80, 0xff] {
                var changed = document
                changed[index] = byte
                if let value = try? JSON(parsing: changed) {
                    #expect((try? JSON(parsing: value.bytes())) == value)
                }
            }
        }
    }

    @Test("lookups answer nil for what is not there")
    func lookups() {
        let value: JSON = ["n": 3, "s": "x", "l": [1, 2], "b": true, "big": .unsigned(.max), "d": 1.5, "e\u{301}": 1]
        #expect(value["n"]?.int == 3)
        #expect(value["n"]?.uint64 == 3)
        #expect(value["n"]?.double == 3)
        #expect(value["s"]?.text == "x")
        #expect(value["l"]?[1] == 2)
        #expect(value["l"]?[2] == nil)
        #expect(value["l"]?.elements?.count == 2)
        #expect(value["b"]?.boolean == true)
        #expect(value["big"]?.int == nil)
        #expect(value["big"]?.uint64 == .max)
        #expect(value["d"]?.int == nil)
        #expect(value["missing"] == nil)
        #expect(value["\u{e9}"] == nil)
        #expect(value["s"]?["x"] == nil)
        #expect(JSON(-1 as Int32).uint64 == nil)
        #expect(JSON(Double.infinity).text(.compact) == "null")
        #expect(JSON(nil as String?).isNull)
    }

    @Test("a name that is not UTF-8 carries its bytes beside its text")
    func names() {
        #expect(JSON.members("path", Name("é\\")) == [.init("path", "é\\")])
        #expect(
            JSON.members("path", Name([0x61, 0xff])) == [.init("path", "a\\xff"), .init("path_base64", "Yf8=")])
    }
}
