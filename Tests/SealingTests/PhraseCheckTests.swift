import Core
import Primitives
import Sealing
import Testing

@Suite struct PhraseCheckTests {
    private let phrase = RecoveryPhrase()

    /// A generator of fixed numbers (SplitMix64).
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            return mixed ^ mixed >> 31
        }
    }

    private func position(_ check: PhraseCheck) -> Int? {
        if case .asking(let position, _) = check.standing { position } else { nil }
    }

    /// Answers rightly to the end; the positions that were asked for.
    private func confirm(_ check: inout PhraseCheck, by typing: (String) -> String = { $0 }) -> [Int] {
        var positions: [Int] = []
        while case .asking(let position, let tries) = check.standing {
            positions.append(position)
            let isRight = check.answer(typing(phrase.words[position - 1]))
            #expect(isRight && tries == 3)
            if !isRight { break }
        }
        #expect(check.standing == .confirmed)
        return positions
    }

    @Test("three different words are asked for in ascending order, and every position has its turn")
    func positions() throws {
        var numbers = Numbers(state: 1)
        var asked: Set<Int> = []
        for _ in 0..<200 {
            var check = PhraseCheck(phrase, using: &numbers)
            let positions = confirm(&check)
            #expect(positions.count == 3 && positions == Set(positions).sorted())
            asked.formUnion(positions)
        }
        #expect(asked == Set(1...24))
    }

    @Test("case, space around the word, and the letters after the fourth do not matter")
    func tolerance() throws {
        for typing: (String) -> String in [
            { $0.uppercased() }, { "  \($0)\t" }, { String($0.prefix(4)) }, { String($0.prefix(5)).uppercased() + " " },
        ] {
            var check = PhraseCheck(phrase)
            _ = confirm(&check, by: typing)
        }
    }

    @Test("a wrong word costs one of three tries, and the third ends the check", arguments: 0...2)
    func tries(wrongFirst: Int) throws {
        var check = PhraseCheck(phrase)
        let first = try #require(position(check))
        for used in 0..<wrongFirst {
            #expect(check.standing == .asking(position: first, triesLeft: 3 - used))
            let wasRight = check.answer("wrong")
            #expect(!wasRight)
        }
        #expect(check.standing == .asking(position: first, triesLeft: 3 - wrongFirst))
        var wasRight = check.answer(phrase.words[first - 1])
        let second = try #require(position(check))
        #expect(wasRight && second > first && check.standing == .asking(position: second, triesLeft: 3))
        for _ in 0..<3 {
            wasRight = check.answer("wrong")
            #expect(!wasRight)
        }
        #expect(check.standing == .failed)
        wasRight = check.answer(phrase.words[second - 1])
        #expect(!wasRight && check.standing == .failed)
    }

    @Test("what is not the word is wrong: nothing, part of it, more than it, another word", arguments: 1...24)
    func wrongAnswers(position: Int) throws {
        let phrase = try RecoveryPhrase(
            parsing:
                "abandon amount liar amount expire adjust cage candy arch gather drum bullet absurd math era live bid "
                + "rhythm alien crouch range attend journey unaware")
        let word = phrase.words[position - 1]
        var numbers = Numbers(state: 7)
        var check = PhraseCheck(phrase, using: &numbers)
        // Right answers lead to the position, in the first check that asks for it.
        while let asked = self.position(check), asked != position {
            _ = check.answer(phrase.words[asked - 1])
            if check.standing == .confirmed { check = PhraseCheck(phrase, using: &numbers) }
        }
        let short = [word.prefix(2), word.prefix(word.utf8.count > 3 ? 3 : 2)].map(String.init)
        for other in ["", " ", word + "s", "\(word) \(word)", "\(word.prefix(3))#", "zebra", "\(position)"] + short {
            var tried = check
            let wasRight = tried.answer(other)
            #expect(!wasRight, "'\(other)' for '\(word)'")
        }
        let wasRight = check.answer(word)
        #expect(wasRight)
    }

    @Test("a confirmed check takes no more answers, and none shows the phrase")
    func end() {
        var check = PhraseCheck(phrase)
        _ = confirm(&check)
        let wasRight = check.answer(phrase.words[0])
        #expect(!wasRight && check.standing == .confirmed)
        var dumped = ""
        dump(check, to: &dumped)
        #expect("\(check)" == "(a check of a recovery phrase: confirmed)")
        #expect(dumped.split(separator: "\n") == ["- (a check of a recovery phrase: confirmed)"])
    }
}
