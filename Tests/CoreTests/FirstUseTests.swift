import Core
import Synchronization
import Testing

@Suite struct FirstUseTests {
    @Test("the value is made at the first use, and once, however many ask at the same time")
    func madeOnce() {
        let made = Atomic(0)
        let value = FirstUse { () throws(Failure) -> Int in made.add(1, ordering: .relaxed).newValue }
        #expect(made.load(ordering: .relaxed) == 0)
        let answers = Gate<[Int?]>([])
        for _ in 0..<8 {
            Threads.start("asker") {
                let answer = try? value.value
                answers.withLock { $0.append(answer) }
                answers.wakeAll()
            }
        }
        let all = answers.wait { $0.count == 8 ? .done($0) : .wait(until: nil) }
        #expect(all == Array(repeating: 1, count: 8))
    }

    @Test("a failure reaches who asked, and the next one tries again")
    func triedAgain() throws {
        let tries = Atomic(0)
        let value = FirstUse { () throws(Failure) -> Int in
            let number = tries.add(1, ordering: .relaxed).newValue
            if number == 1 { throw Failure(.busy, "not yet") }
            return number
        }
        #expect(throws: Failure.self) { try value.value }
        #expect(try value.value == 2)
        #expect(try value.value == 2)
    }
}
