/// The questions that show whether somebody wrote a recovery phrase down: some of its words, asked by their positions.
///
/// A value: its owner asks on a terminal and hands in what was typed.
package struct PhraseCheck: Sendable {
    /// Three words of 24: who copied 23 right is found out with one chance in eight, who copied none with certainty.
    package static let questions = 3
    /// Tries for each word: enough for slips of the hand, too few for a search.
    package static let tries = 3

    package enum Standing: Equatable, Sendable {
        /// A word is asked for, counted from 1.
        case asking(position: Int, triesLeft: Int)
        /// Every word that was asked for came.
        case confirmed
        /// One of them did not.
        case failed
    }

    package private(set) var standing: Standing

    private let phrase: RecoveryPhrase
    /// Those that come after the one that is asked for now.
    private var positions: ArraySlice<Int>

    /// Questions at random positions, in ascending order.
    package init(_ phrase: RecoveryPhrase, using generator: inout some RandomNumberGenerator) {
        self.phrase = phrase
        let positions = (1...RecoveryPhrase.wordCount).shuffled(using: &generator).prefix(Self.questions).sorted()
        self.positions = positions.dropFirst()
        standing = .asking(position: positions[0], triesLeft: Self.tries)
    }

    package init(_ phrase: RecoveryPhrase) {
        var generator = SystemRandomNumberGenerator()
        self.init(phrase, using: &generator)
    }

    /// Whether `text` is the word that is asked for, in any case and in four letters or more.
    ///
    /// A right word leads to the next question, a wrong one to another try. When nothing is asked for, nothing is right.
    package mutating func answer(_ text: String) -> Bool {
        guard case .asking(let position, let triesLeft) = standing else { return false }
        let words = text.split { $0.isWhitespace }.map { $0.lowercased() }
        let isRight = words.count == 1 && phrase.hasWord(words[0], at: position)
        if isRight {
            standing = positions.popFirst().map { .asking(position: $0, triesLeft: Self.tries) } ?? .confirmed
        } else {
            standing = triesLeft > 1 ? .asking(position: position, triesLeft: triesLeft - 1) : .failed
        }
        return isRight
    }
}

extension PhraseCheck: CustomStringConvertible, CustomReflectable {
    package var description: String { "(a check of a recovery phrase: \(standing))" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
