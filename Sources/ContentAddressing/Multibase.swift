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
    case base64url = "u"

    /// The most digits of a big-number base that are read: those take time with the square of their count.
    package static let maximumBigNumberDigits = 512

    /// The text of `bytes` with the letter that names the base before it.
    package func encode(_ bytes: [UInt8]) -> String { String(rawValue) + encodeWithoutPrefix(bytes) }

    package func encodeWithoutPrefix(_ bytes: [UInt8]) -> String {
        let digits =
            switch grouping {
            case .bits(let width): BitGroups.encode(bytes, width: width)
            case .number(let base): BigNumber.digits(of: bytes, base: base)
            }
        let alphabet = self.alphabet
        return String(decoding: digits.map { alphabet[Int($0)] }, as: UTF8.self)
    }

    /// The bytes of a text with its prefix, and the base that the prefix names.
    package static func decode(_ text: String) throws(MalformedBytes) -> (base: Multibase, bytes: [UInt8]) {
        guard let first = text.first, let base = Multibase(rawValue: first) else {
            throw MalformedBytes("no known multibase begins like this")
        }
        return (base, try base.decodeWithoutPrefix(text.dropFirst()))
    }

    package func decodeWithoutPrefix(_ text: some StringProtocol) throws(MalformedBytes) -> [UInt8] {
        let characters = Array(text.utf8)
        if case .number = grouping, characters.count > Self.maximumBigNumberDigits {
            throw MalformedBytes("a text of \(characters.count) characters is too long for its base")
        }
        var digits: [UInt8] = []
        digits.reserveCapacity(characters.count)
        for character in characters {
            guard let digit = digit(of: character) else { throw MalformedBytes("a character outside its base") }
            digits.append(digit)
        }
        switch grouping {
        case .bits(let width): return try BitGroups.decode(digits, width: width)
        case .number(let base): return BigNumber.bytes(of: digits, base: base)
        }
    }
}

extension Multibase {
    private enum Grouping {
        /// Each digit stands for so many bits.
        case bits(Int)
        /// All digits together are one number.
        case number(base: Int)
    }

    private var grouping: Grouping {
        switch self {
        case .base16, .base16Upper: .bits(4)
        case .base32, .base32Upper: .bits(5)
        case .base36, .base36Upper: .number(base: 36)
        case .base58btc: .number(base: 58)
        case .base64, .base64url: .bits(6)
        }
    }

    private var alphabet: [UInt8] {
        switch self {
        case .base16: Alphabets.hex
        case .base16Upper: Alphabets.hexUpper
        case .base32: Alphabets.base32
        case .base32Upper: Alphabets.base32Upper
        case .base36: Alphabets.base36
        case .base36Upper: Alphabets.base36Upper
        case .base58btc: Alphabets.base58
        case .base64: Alphabets.base64
        case .base64url: Alphabets.base64url
        }
    }

    /// The value of a character; where letters have no case of their own either case is read.
    private func digit(of character: UInt8) -> UInt8? {
        let folded: UInt8
        switch self {
        case .base16, .base32, .base36: folded = (0x41...0x5a).contains(character) ? character + 0x20 : character
        case .base16Upper, .base32Upper, .base36Upper:
            folded = (0x61...0x7a).contains(character) ? character - 0x20 : character
        case .base58btc, .base64, .base64url: folded = character
        }
        return alphabet.firstIndex(of: folded).map { UInt8($0) }
    }

    private enum Alphabets {
        static let hex = Array("0123456789abcdef".utf8)
        static let hexUpper = Array("0123456789ABCDEF".utf8)
        static let base32 = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        static let base32Upper = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        static let base36 = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
        static let base36Upper = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        static let base58 = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)
        static let base64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        static let base64url = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    }
}
