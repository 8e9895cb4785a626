import Core
import Glibc
import MountSupport
import Mounting
import Testing

extension MountTests {
    /// The serving process killed at any moment.
    @Suite struct CrashTests {
        @Test("50 times killed at any moment: what was acknowledged is there with its bytes, and the mount works on")
        func kills() throws {
            let seed =
                unsafe getenv("CBSTORE_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
                ?? .random(in: 0..<1_000_000)
            print("CBSTORE_SEED=\(seed)")
            var random = SplitMix(seed)
            try Scratch.with { scratch in
                let place = try scratch.mountpoint()
                let record = scratch.path("record")
                var acts = 0
                for round in 0..<50 {
                    let mounted = try scratch.expect(0, "mount", place)
                    try #require(mounted.status == 0)
                    if round > 0 {
                        #expect(mounted.errors.contains("was dead"), "\(mounted)")
                        try Self.compare(scratch, record, round - 1, isFull: false)
                    }
                    let worker = try scratch.startProgram("kill_work.py", ["\(round)", "\(seed)", record], in: place)
                    let count = Int(random.next() % 40) + 1
                    #expect(try worker.waitForLines(count, limit: .seconds(30)), "seed \(seed), round \(round)")
                    acts += count
                    let moment = SystemTime.monotonic() + .microseconds(Int64(random.next() % 8000))
                    while SystemTime.monotonic() < moment {}
                    try scratch.killServer()
                    let end = try worker.finish(limit: .seconds(20))
                    #expect(end.status == 0, "seed \(seed), round \(round): \(end)")
                }
                try scratch.expect(0, "mount", place)
                try Self.compare(scratch, record, 49, isFull: true)
                try scratch.expect(0, "umount", place)
                #expect(acts > 500)
            }
        }

        private static func compare(_ scratch: Scratch, _ record: String, _ round: Int, isFull: Bool) throws {
            let place = try scratch.mountpoint()
            let child = try scratch.startProgram(
                "kill_check.py", [record, "\(round)", isFull ? "full" : "newest"], in: place)
            let outcome = try child.finish(limit: .seconds(60))
            try #require(outcome.status == 0, "after round \(round): \(outcome)")
        }
    }
}

/// Random numbers that a seed gives again.
struct SplitMix {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
