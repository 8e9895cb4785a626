/// Random values that are the same ones each time.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func below(_ limit: Int) -> Int { Int(next() >> 1 % UInt64(limit)) }
    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 7) } }
    mutating func bytes(upTo limit: Int) -> [UInt8] { bytes(below(limit + 1)) }
    mutating func chance(_ oneIn: Int) -> Bool { below(oneIn) == 0 }
}
