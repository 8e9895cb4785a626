import Core
import Primitives
import Sealing
import Testing

@Suite struct RecoveryPhraseTests {
    private static let counting =
        "abandon amount liar amount expire adjust cage candy arch gather drum bullet absurd math era live bid rhythm "
        + "alien crouch range attend journey unaware"

    private static let vectors: [(entropy: String, words: String)] = [
        (String(repeating: "00", count: 32), String(repeating: "abandon ", count: 23) + "art"),
        (String(repeating: "ff", count: 32), String(repeating: "zoo ", count: 23) + "vote"),
        (
            String(repeating: "80", count: 32),
            String(repeating: "letter advice cage absurd amount doctor acoustic avoid ", count: 2)
                + "letter advice cage absurd amount doctor acoustic bless"
        ),
        (Hex.encode((0..<32).map { UInt8($0) }), counting),
    ]

    @Test("entropy and words are those of BIP-39", arguments: RecoveryPhraseTests.vectors.indices)
    func knownPhrase(index: Int) throws {
        let (text, words) = Self.vectors[index]
        let entropy = try #require(Hex.decode(text))
        #expect(RecoveryPhrase(entropy: SecretBytes(copying: entropy)).words.joined(separator: " ") == words)
        #expect(try RecoveryPhrase(parsing: words).entropy.copy() == entropy)
    }

    @Test("a new phrase has 24 words and leads back to itself")
    func roundTrip() throws {
        for _ in 0..<20 {
            let phrase = RecoveryPhrase()
            #expect(phrase.words.count == 24)
            #expect(try RecoveryPhrase(parsing: phrase.words.joined(separator: " ")) == phrase)
            #expect(RecoveryPhrase() != phrase)
            #expect("\(phrase)" == "RecoveryPhrase(entropy: (32 secret bytes))")
        }
    }

    @Test("case and white space do not matter")
    func tolerance() throws {
        let text = "\n\t " + Self.counting.uppercased().split(separator: " ").joined(separator: "  \r\n\t") + " \n"
        #expect(try RecoveryPhrase(parsing: text).words.joined(separator: " ") == Self.counting)
    }

    @Test("four letters stand for their word, for every word of the list")
    func abbreviations() throws {
        // Phrases whose first 23 words go through the whole list in its order; the last holds the checksum.
        for start in stride(from: 0, to: 2048, by: 23) {
            let bits =
                (0..<23).flatMap { word in
                    (0..<11).map { (start + word) % 2048 >> (10 - $0) & 1 }
                } + [0, 0, 0]
            let entropy = stride(from: 0, to: 256, by: 8).map { place in
                UInt8(bits[place..<place + 8].reduce(0) { $0 << 1 | $1 })
            }
            let phrase = RecoveryPhrase(entropy: SecretBytes(copying: entropy))
            for length in 4...6 {
                let text = phrase.words.map { String($0.prefix(length)).uppercased() }.joined(separator: " ")
                #expect(try RecoveryPhrase(parsing: text) == phrase)
            }
        }
    }

    @Test("fewer than four letters stand for no word but their own", arguments: ["aba", "a", "zo"])
    func shortAbbreviations(word: String) {
        let words = [word] + Self.counting.split(separator: " ").dropFirst().map(String.init)
        let failure = #expect(throws: Failure.self) { try RecoveryPhrase(parsing: words.joined(separator: " ")) }
        #expect(failure?.message.hasPrefix("word 1 ") == true)
    }

    private static let mistakes: [(position: Int, word: String, suggestion: String?)] = [
        (3, "liarr", "liar"), (10, "gahter", "gather"), (24, "unawere", "unaware"), (1, "xxxxxxxx", nil),
    ]

    @Test(
        "a wrong word is named by its position, with the nearest word as advice",
        arguments: RecoveryPhraseTests.mistakes.indices)
    func wrongWord(index: Int) {
        let (position, word, suggestion) = Self.mistakes[index]
        var words = Self.counting.split(separator: " ").map(String.init)
        words[position - 1] = word
        let failure = #expect(throws: Failure.self) { try RecoveryPhrase(parsing: words.joined(separator: " ")) }
        #expect(failure?.code == .invalid)
        #expect(failure?.message.hasPrefix("word \(position) ") == true)
        #expect(failure?.message.contains(word) == false)
        #expect(failure?.advice == suggestion.map { "did you mean “\($0)”?" })
    }

    @Test("too few words, too many, or words in another order are refused")
    func wrongShape() {
        let words = Self.counting.split(separator: " ").map(String.init)
        for text in ["", words.dropLast().joined(separator: " "), (words + ["zoo"]).joined(separator: " ")] {
            #expect(throws: Failure.self) { try RecoveryPhrase(parsing: text) }
        }
        var swapped = words
        swapped.swapAt(0, 1)
        let failure = #expect(throws: Failure.self) { try RecoveryPhrase(parsing: swapped.joined(separator: " ")) }
        #expect(failure?.message.contains("do not fit together") == true)
    }

    @Test("each key of a phrase is its own, and always the same")
    func keys() throws {
        let phrase = try RecoveryPhrase(parsing: Self.counting)
        let keys = RecoveryKeys(phrase)
        #expect(Hex.encode(keys.signingKey.publicKey) == KeyFixture.ownerKey)
        #expect(Hex.encode(keys.anchorKey.seed.copy()) == KeyFixture.anchorSeed)
        let seeds = [keys.signingKey.seed, keys.anchorKey.seed, keys.wrapKey.secret, keys.entropy].map { $0.copy() }
        #expect(Set(seeds).count == 4)
        #expect(RecoveryKeys(RecoveryPhrase()).signingKey.publicKey != keys.signingKey.publicKey)
    }
}
