/// Bytes that are not JSON: what is wrong, and at which byte.
package struct MalformedJSON: Error, Sendable, Equatable, CustomStringConvertible {
    package let what: String
    package let offset: Int

    package var description: String { "\(what) at byte \(offset)" }
}

extension JSON {
    /// How deep arrays and objects may nest: no document of ours needs 10, and each level costs stack.
    package static let maximumDepth = 128

    /// Reads exactly one value by RFC 8259: nothing before or after it but white space, no duplicate key, no
    /// lone surrogate, no byte order mark, no number beyond a double.
    package init(parsing bytes: [UInt8]) throws(MalformedJSON) {
        var parser = JSONParser(bytes: bytes)
        self = try parser.document()
    }

    package init(parsing text: String) throws(MalformedJSON) { try self.init(parsing: Array(text.utf8)) }
}

private struct JSONParser {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(MalformedJSON) -> JSON {
        skipSpace()
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw malformed("more text after the value") }
        return value
    }

    private func malformed(_ what: String) -> MalformedJSON { MalformedJSON(what: what, offset: position) }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(MalformedJSON) -> JSON {
        guard depth < JSON.maximumDepth else { throw malformed("nested deeper than \(JSON.maximumDepth)") }
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), .some(0x30...0x39): return try number()
        case nil: throw malformed("the text ends where a value should stand")
        default: throw malformed("no value begins like this")
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(MalformedJSON) -> JSON {
        let text = Array("\(word)".utf8)
        guard bytes[position...].starts(with: text) else { throw malformed("no value begins like this") }
        position += text.count
        return value
    }

    private mutating func array(depth: Int) throws(MalformedJSON) -> JSON {
        position += 1
        var elements: [JSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            skipSpace()
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(UInt8(ascii: ",")) else { throw malformed("a comma or ] is missing") }
        }
    }

    private mutating func object(depth: Int) throws(MalformedJSON) -> JSON {
        position += 1
        var members: [JSON.Member] = []
        var keys: Set<[UInt8]> = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw malformed("a key is missing") }
            let start = position
            let key = try string()
            guard keys.insert(Array(key.utf8)).inserted else {
                throw MalformedJSON(what: "a key stands twice in one object", offset: start)
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw malformed("a colon is missing") }
            skipSpace()
            members.append(JSON.Member(key, try value(depth: depth + 1)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw malformed("a comma or } is missing") }
        }
    }

    private mutating func digits() throws(MalformedJSON) {
        let start = position
        while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw malformed("a digit is missing") }
    }

    private mutating func number() throws(MalformedJSON) -> JSON {
        let start = position
        var isWhole = true
        _ = take(UInt8(ascii: "-"))
        if take(UInt8(ascii: "0")) {
            if let byte = current, (0x30...0x39).contains(byte) { throw malformed("a number begins with 0") }
        } else {
            try digits()
        }
        if take(UInt8(ascii: ".")) {
            isWhole = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        // "-0" is a double: no integer keeps its sign.
        if isWhole, text != "-0" {
            if let small = Int64(text) { return .integer(small) }
            if let large = UInt64(text) { return .unsigned(large) }
        }
        guard let double = Double(text), double.isFinite else {
            throw MalformedJSON(what: "a number exceeds a double", offset: start)
        }
        return .number(double)
    }

    private mutating func string() throws(MalformedJSON) -> String {
        let start = position
        position += 1
        var text: [UInt8] = []
        while true {
            let plain = position
            while let byte = current, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                position += 1
            }
            text.append(contentsOf: bytes[plain..<position])
            switch current {
            case UInt8(ascii: "\""):
                position += 1
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw MalformedJSON(what: "a string is not UTF-8", offset: start)
                }
                return string
            case UInt8(ascii: "\\"): try escape(into: &text)
            case nil: throw malformed("a string does not end")
            default: throw malformed("a control character stands in a string")
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(MalformedJSON) {
        position += 1
        guard let byte = current else { throw malformed("a string does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: try unicodeEscape().utf8)
        default:
            position -= 1
            throw malformed("no escape is written like this")
        }
    }

    private mutating func unicodeEscape() throws(MalformedJSON) -> String {
        let start = position
        let lone = MalformedJSON(what: "half of a surrogate pair stands alone", offset: start)
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return String(scalar) }
        guard (0xd800...0xdbff).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw lone }
        let second = try fourDigits()
        guard (0xdc00...0xdfff).contains(second) else { throw lone }
        let value = 0x10000 + (UInt32(first) - 0xd800) << 10 + (UInt32(second) - 0xdc00)
        guard let scalar = Unicode.Scalar(value) else { throw lone }
        return String(scalar)
    }

    private mutating func fourDigits() throws(MalformedJSON) -> UInt16 {
        guard position + 4 <= bytes.count,
            let raw = Hex.decode(String(decoding: bytes[position..<position + 4], as: UTF8.self)), raw.count == 2
        else { throw malformed("four hexadecimal digits are missing") }
        position += 4
        return UInt16(raw[0]) << 8 | UInt16(raw[1])
    }
}
