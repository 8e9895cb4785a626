import Core
import FuzzEntry
import StorageSupport
import Testing

/// What is demanded of every decoder: what was written is read, and any other bytes are refused or are a value's own.
///
/// `FuzzTarget.run` says for each decoder what "a value's own" means. The fuzzers run the same, for longer.
@Suite struct DecoderTests {
    /// Calls `body` with a valid input of each seed; the first inputs whose outcome must not be fail the test.
    private func broken(
        _ target: FuzzTarget, samples: Range<UInt64>,
        _ body: (_ sample: [UInt8], _ seed: UInt64, _ run: ([UInt8]) -> Void) -> Void
    ) throws -> [String] {
        var found: [String] = []
        for seed in samples {
            body(try target.sample(seed: seed), seed) { input in
                guard found.count < 5, case .broken(let what) = target.run(input) else { return }
                found.append("sample \(seed): \(what); input \(Hex.encode(input))")
            }
        }
        return found
    }

    @Test("what was written is accepted, for 200 random values", arguments: FuzzTarget.all)
    func samples(_ target: FuzzTarget) throws {
        for seed in 0..<200 as Range<UInt64> {
            let sample = try target.sample(seed: seed)
            let outcome = target.run(sample)
            #expect(outcome == .accepted, "sample \(seed), input \(Hex.encode(sample))")
            if outcome != .accepted { return }
        }
    }

    @Test("what is cut anywhere is refused, or is whole bytes of another value", arguments: FuzzTarget.all)
    func truncations(_ target: FuzzTarget) throws {
        #expect(try broken(target, samples: 0..<10) { sample, _, run in withEveryTruncation(of: sample, run) } == [])
    }

    @Test("what has a bit changed is refused, or is whole bytes of another value", arguments: FuzzTarget.all)
    func flips(_ target: FuzzTarget) throws {
        // All of them, but for sealed objects, whose every frame is like the others.
        #expect(
            try broken(target, samples: 0..<2) { sample, _, run in withEveryFlip(of: sample, atMost: 6000, run) } == [])
    }

    @Test("what is damaged in several places traps nobody", arguments: FuzzTarget.all)
    func damage(_ target: FuzzTarget) throws {
        let found = try broken(target, samples: 0..<25) { sample, seed, run in
            withDamage(of: sample, count: 60, seed: seed, run)
        }
        #expect(found == [])
    }

    @Test("random bytes trap nobody", arguments: FuzzTarget.all)
    func randomBytes(_ target: FuzzTarget) throws {
        let found = try broken(target, samples: 0..<25) { _, seed, run in
            var random = SeededRandom(seed: seed)
            for _ in 0..<40 { run(random.bytes(Int(random.next() % 300))) }
        }
        #expect(found == [])
    }
}
