package import Core

/// A way to write bytes as text, named by the text's first character.
package enum Multibase: Character, Sendable, CaseIterable {
    case base16 = "f"
    case base16Upper = "F"
    case base32 = "b"
    case base32Upper = "B"
    case base36 = "k"
    case base36Upper = "K"
    case base58btc = "z"
    case base64 = "m"
    case base64pad = "M"
    case base64url = "u"
    case base64urlpad = "U"

    /// The most digits of a big-number base that are read: those take time with the square of their count.
    package static let maximumBigNumberDigits = 512

    /// The name in the multibase table.
    package var name: String {
        switch self {
        case .base16: "base16"
        case .base16Upper: "base16upper"
        case .base32: "base32"
        case .base32Upper: "base32upper"
        case .base36: "base36"
        case .base36Upper: "base36upper"
        case .base58btc: "base58btc"
        case .base64: "base64"
        case .base64pad: "base64pad"
        case .base64url: "base64url"
        case .base64urlpad: "base64urlpad"
        }
    }

    /// The base that the multibase table calls so.
    package init?(named name: String) {
        guard let base = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = base
    }

    /// The text of `bytes` with the letter that names the base before it.
    package func encode(_ bytes: [UInt8]) -> String { String(rawValue) + encodeWithoutPrefix(bytes) }

    package func encodeWithoutPrefix(_ bytes: [UInt8]) -> String {
        let digits =
            switch grouping {
            case .bits(let width), .padded(let width): BitGroups.encode(bytes, width: width)
            case .number(let base): base.digits(of: bytes)
            }
        let characters = alphabet.characters
        var text = digits.map { characters[Int($0)] }
        if case .padded = grouping { while !text.count.isMultiple(of: 4) { text.append(Self.padding) } }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text with its prefix, and the base that the prefix names.
    package static func decode(_ text: String) throws(MalformedBytes) -> (base: Multibase, bytes: [UInt8]) {
        guard let first = text.first else { throw MalformedBytes("an empty text") }
        guard let base = Multibase(rawValue: first) else { throw MalformedBytes("no known multibase begins like this") }
        return (base, try base.decodeWithoutPrefix(text.dropFirst()))
    }

    /// The bytes of a text that is all digits; each byte string has one text, but for the case of letters.
    package func decodeWithoutPrefix(_ text: some StringProtocol) throws(MalformedBytes) -> [UInt8] {
        // Before the characters are copied.
        if case .number = grouping, text.utf8.count > Self.maximumBigNumberDigits {
            throw MalformedBytes("a text of \(text.utf8.count) characters is too long for its base")
        }
        var characters = Array(text.utf8)[...]
        if case .padded = grouping { characters = try Self.removingPadding(characters) }
        let alphabet = self.alphabet
        var digits: [UInt8] = []
        digits.reserveCapacity(characters.count)
        for character in characters {
            guard let digit = alphabet.digit(of: character) else {
                throw MalformedBytes("a character outside its base")
            }
            digits.append(digit)
        }
        switch grouping {
        case .bits(let width), .padded(let width): return try BitGroups.decode(digits, width: width)
        case .number(let base): return base.bytes(of: digits)
        }
    }
}

extension Multibase {
    private enum Grouping {
        /// Each digit stands for so many bits.
        case bits(Int)
        /// The same, in groups of four characters, the last one filled up.
        case padded(Int)
        /// All digits together are one number.
        case number(BigNumber)
    }

    private static let padding = UInt8(ascii: "=")
    private static let number36 = BigNumber(base: 36)
    private static let number58 = BigNumber(base: 58)

    private var grouping: Grouping {
        switch self {
        case .base16, .base16Upper: .bits(4)
        case .base32, .base32Upper: .bits(5)
        case .base36, .base36Upper: .number(Self.number36)
        case .base58btc: .number(Self.number58)
        case .base64, .base64url: .bits(6)
        case .base64pad, .base64urlpad: .padded(6)
        }
    }

    private var alphabet: Alphabet {
        switch self {
        case .base16: .hex
        case .base16Upper: .hexUpper
        case .base32: .base32
        case .base32Upper: .base32Upper
        case .base36: .base36
        case .base36Upper: .base36Upper
        case .base58btc: .base58
        case .base64, .base64pad: .base64
        case .base64url, .base64urlpad: .base64url
        }
    }

    /// The digits in front of the padding, of which there must be exactly what fills the last group.
    private static func removingPadding(_ text: ArraySlice<UInt8>) throws(MalformedBytes) -> ArraySlice<UInt8> {
        let count = text.reversed().prefix { $0 == padding }.count
        guard text.count.isMultiple(of: 4), count <= 2 else {
            throw MalformedBytes("a text that is not padded as its base asks for")
        }
        return text.dropLast(count)
    }
}
