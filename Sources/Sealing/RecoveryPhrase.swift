package import Core
package import Primitives

/// The 24 words (BIP-39, English) that a vault can be rebuilt from: 256 random bits and a checksum of 8.
package struct RecoveryPhrase: Sendable, Equatable {
    package static let wordCount = 24
    package static let entropyLength = 32
    private static let bitsPerWord = 11

    package let entropy: SecretBytes

    /// A new phrase.
    package init() { entropy = SecretBytes(random: Self.entropyLength) }

    package init(entropy: SecretBytes) {
        precondition(entropy.count == Self.entropyLength, "a phrase has 256 bits")
        self.entropy = entropy
    }

    /// The phrase that `text` spells, in any case and with any white space between the words; throws `.invalid`.
    ///
    /// Four letters or more may stand for the word that begins with them.
    /// The message names a wrong word by its position only, as messages may be logged.
    package init(parsing text: String) throws(Failure) {
        let words = text.split { $0.isWhitespace }.map { $0.lowercased() }
        guard words.count == Self.wordCount else {
            throw Failure(.invalid, "a recovery phrase has \(Self.wordCount) words, not \(words.count)")
        }
        var bits: [UInt8] = []
        bits.reserveCapacity(Self.wordCount * Self.bitsPerWord)
        defer { Wipe.array(&bits) }
        for (position, word) in words.enumerated() {
            guard let index = EnglishWords.index(of: word) else {
                throw Failure(
                    .invalid, "word \(position + 1) of the recovery phrase is not in its word list",
                    advice: EnglishWords.nearest(to: word).map { "did you mean “\($0)”?" })
            }
            for bit in (0..<Self.bitsPerWord).reversed() { bits.append(UInt8(index >> bit & 1)) }
        }
        var bytes = stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<start + 8].reduce(0) { $0 << 1 | $1 }
        }
        defer { Wipe.array(&bytes) }
        let entropy = SecretBytes(copying: Array(bytes[..<Self.entropyLength]))
        guard bytes[Self.entropyLength] == Self.checksum(entropy) else {
            throw Failure(
                .invalid, "the words of the recovery phrase do not fit together",
                advice: "all are in the list, but one is wrong or two have changed places")
        }
        self.entropy = entropy
    }

    /// The words in order. They are ordinary strings: show them and let them go.
    package var words: [String] {
        var bytes = entropy.copy()
        bytes.append(Self.checksum(entropy))
        defer { Wipe.array(&bytes) }
        return (0..<Self.wordCount).map { position in
            var index = 0
            for bit in position * Self.bitsPerWord..<(position + 1) * Self.bitsPerWord {
                index = index << 1 | Int(bytes[bit / 8] >> UInt8(7 - bit % 8) & 1)
            }
            return EnglishWords.all[index]
        }
    }

    /// Whether a lower-case word, or four or more of its letters, stands at a position counted from 1.
    func hasWord(_ word: String, at position: Int) -> Bool {
        EnglishWords.index(of: word).map { EnglishWords.all[$0] } == words[position - 1]
    }

    private static func checksum(_ entropy: SecretBytes) -> UInt8 {
        unsafe entropy.withBytes { unsafe UInt8(SHA256.digest(of: $0).prefix >> 56) }
    }
}
