import StorageSupport

/// Calls `body` with every beginning of `bytes` but the whole.
func withEveryTruncation(of bytes: [UInt8], _ body: ([UInt8]) -> Void) {
    for end in bytes.indices { body(Array(bytes[..<end])) }
}

/// Calls `body` with `bytes` after each change of a single bit; of many bits, with as many as `most`, evenly spread.
func withEveryFlip(of bytes: [UInt8], atMost most: Int = .max, _ body: ([UInt8]) -> Void) {
    let bits = bytes.count * 8
    let step = max(1, (bits + most - 1) / most)
    for bit in stride(from: 0, to: bits, by: step) {
        var flipped = bytes
        flipped[bit / 8] ^= 1 << UInt8(bit % 8)
        body(flipped)
    }
}

/// Calls `body` with copies of `bytes` that are damaged in several places: numbers made large, pieces moved or doubled.
func withDamage(of bytes: [UInt8], count: Int, seed: UInt64, _ body: ([UInt8]) -> Void) {
    guard !bytes.isEmpty else { return }
    var random = SeededRandom(seed: seed)
    for _ in 0..<count {
        var damaged = bytes
        for _ in 0..<1 + random.next() % 3 {
            let place = Int(random.next() % UInt64(damaged.count))
            switch random.next() % 5 {
            case 0: damaged[place] = 0xff
            case 1: damaged[place] = UInt8(truncatingIfNeeded: random.next())
            case 2: damaged.insert(contentsOf: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], at: place)
            case 3: damaged.insert(contentsOf: damaged[place...].prefix(40), at: place)
            default:
                damaged.removeSubrange(place..<min(place + 1 + Int(random.next() % 8), damaged.count))
                if damaged.isEmpty { damaged = [0] }
            }
        }
        body(damaged)
    }
}
