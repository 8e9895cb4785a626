import Core
import FuzzEntry
import StorageSupport
import Testing

extension FuzzTarget: @retroactive CustomTestStringConvertible {
    /// The name that a failed test shows.
    public var testDescription: String { name }
}

/// What is demanded of every decoder: what was written is read, and any other bytes are refused or are a value's own.
///
/// `FuzzTarget.run` says for each decoder what "a value's own" means. The fuzzers run the same, for longer.
@Suite struct DecoderTests {
    private static let samples: Range<UInt64> = 0..<40

    /// Runs an input; an outcome that must not be is recorded with the bytes that bring it back.
    private func run(_ target: FuzzTarget, _ input: [UInt8], _ origin: String) -> FuzzTarget.Outcome {
        let outcome = target.run(input)
        if case .broken(let what) = outcome { Issue.record("\(origin): \(what); input \(Hex.encode(input))") }
        return outcome
    }

    @Test("what was written is accepted, for 500 random values", arguments: FuzzTarget.all)
    func samples(_ target: FuzzTarget) throws {
        for seed in 0..<500 as Range<UInt64> {
            let sample = try target.sample(seed: seed)
            let outcome = run(target, sample, "sample \(seed)")
            #expect(outcome == .accepted, "sample \(seed), input \(Hex.encode(sample))")
            if outcome != .accepted { return }
        }
    }

    @Test("what is cut anywhere is refused, or is whole bytes of another value", arguments: FuzzTarget.all)
    func truncations(_ target: FuzzTarget) throws {
        for seed in Self.samples {
            withEveryTruncation(of: try target.sample(seed: seed)) { _ = run(target, $0, "sample \(seed), cut") }
        }
    }

    @Test("what has a bit changed is refused, or is whole bytes of another value", arguments: FuzzTarget.all)
    func flips(_ target: FuzzTarget) throws {
        for seed in Self.samples {
            withEveryFlip(of: try target.sample(seed: seed), atMost: 2000) {
                _ = run(target, $0, "sample \(seed), a bit changed")
            }
        }
    }

    @Test("what is damaged in several places traps nobody", arguments: FuzzTarget.all)
    func damage(_ target: FuzzTarget) throws {
        for seed in Self.samples {
            withDamage(of: try target.sample(seed: seed), count: 200, seed: seed) {
                _ = run(target, $0, "sample \(seed), damaged")
            }
        }
    }

    @Test("random bytes trap nobody", arguments: FuzzTarget.all)
    func randomBytes(_ target: FuzzTarget) {
        for seed in 0..<1000 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            _ = run(target, random.bytes(Int(random.next() % 300)), "random bytes \(seed)")
        }
    }
}
