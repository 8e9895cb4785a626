/// The characters of the digits of a base, and the digits that characters stand for.
struct Alphabet: Sendable {
    /// The character of each digit.
    let characters: [UInt8]
    /// The digit of each possible character; `none` where there is none.
    private let digits: [UInt8]
    private static let none: UInt8 = 0xff

    /// With `foldsCase` either case of a letter is read, as bases without a case of their own ask for.
    init(_ text: String, foldsCase: Bool = false) {
        characters = Array(text.utf8)
        var digits = [UInt8](repeating: Self.none, count: 256)
        for (digit, character) in characters.enumerated() {
            digits[Int(character)] = UInt8(digit)
            let isLetter = (0x41...0x5a).contains(character & ~0x20)
            if foldsCase, isLetter { digits[Int(character ^ 0x20)] = UInt8(digit) }
        }
        self.digits = digits
    }

    func digit(of character: UInt8) -> UInt8? {
        let digit = digits[Int(character)]
        return digit == Self.none ? nil : digit
    }
}

extension Alphabet {
    static let hex = Alphabet("0123456789abcdef", foldsCase: true)
    static let hexUpper = Alphabet("0123456789ABCDEF", foldsCase: true)
    static let base32 = Alphabet("abcdefghijklmnopqrstuvwxyz234567", foldsCase: true)
    static let base32Upper = Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", foldsCase: true)
    static let base36 = Alphabet("0123456789abcdefghijklmnopqrstuvwxyz", foldsCase: true)
    static let base36Upper = Alphabet("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", foldsCase: true)
    static let base58 = Alphabet("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
    static let base64 = Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    static let base64url = Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
}
