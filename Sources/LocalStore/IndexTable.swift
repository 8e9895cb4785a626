internal import Core

/// One shard of the index: an open-addressing table with linear probing, as parallel arrays of plain numbers.
struct IndexTable: ~Copyable {
    /// The first 128 bits of a digest.
    struct Key: Equatable {
        let high: UInt64
        let low: UInt64

        init(_ digest: Digest) {
            (high, low, _, _) = digest.words
        }

        init(high: UInt64, low: UInt64) {
            self.high = high
            self.low = low
        }

        /// Spreads digests in a way nobody outside can foresee, so that chosen ones cannot pile up in one place.
        func hash(_ spread: UInt64) -> UInt64 {
            let product = (high ^ low).multipliedFullWidth(by: spread)
            return product.high ^ product.low
        }
    }

    private(set) var count = 0
    private(set) var byteCount: UInt64 = 0

    private var highs: [UInt64] = []
    private var lows: [UInt64] = []
    /// 0 marks a free slot: no entry stands at the start of a segment.
    private var places: [UInt64] = []
    private var lengths: [UInt32] = []
    private var mask = 0
    private let spread: UInt64

    init(spread: UInt64) { self.spread = spread }

    func find(_ key: Key) -> ObjectIndex.Location? {
        guard let slot = slot(of: key) else { return nil }
        return ObjectIndex.Location(place: Place(packed: places[slot]), length: lengths[slot])
    }

    mutating func set(_ key: Key, _ location: ObjectIndex.Location) {
        if let slot = slot(of: key) {
            byteCount = byteCount - UInt64(lengths[slot]) + UInt64(location.length)
            places[slot] = location.place.packed
            lengths[slot] = location.length
            return
        }
        if (count + 1) * 5 > places.count * 4 { grow() }
        enter(key, at: location.place.packed, length: location.length)
        count += 1
        byteCount += UInt64(location.length)
    }

    mutating func remove(_ key: Key) -> ObjectIndex.Location? {
        guard var hole = slot(of: key) else { return nil }
        let removed = ObjectIndex.Location(place: Place(packed: places[hole]), length: lengths[hole])
        count -= 1
        byteCount -= UInt64(removed.length)
        // Entries behind the hole move up, unless that would put them before the slot where a search begins.
        var next = (hole + 1) & mask
        while places[next] != 0 {
            let home = home(Key(high: highs[next], low: lows[next]))
            if (next - home) & mask >= (next - hole) & mask {
                highs[hole] = highs[next]
                lows[hole] = lows[next]
                places[hole] = places[next]
                lengths[hole] = lengths[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        places[hole] = 0
        return removed
    }

    private func home(_ key: Key) -> Int {
        Int(truncatingIfNeeded: key.hash(spread)) & mask
    }

    private func slot(of key: Key) -> Int? {
        guard !places.isEmpty else { return nil }
        var slot = home(key)
        while places[slot] != 0 {
            if highs[slot] == key.high, lows[slot] == key.low { return slot }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private mutating func enter(_ key: Key, at place: UInt64, length: UInt32) {
        var slot = home(key)
        while places[slot] != 0 { slot = (slot + 1) & mask }
        highs[slot] = key.high
        lows[slot] = key.low
        places[slot] = place
        lengths[slot] = length
    }

    private mutating func grow() {
        let old = (highs: highs, lows: lows, places: places, lengths: lengths)
        let capacity = max(16, places.count * 2)
        highs = [UInt64](repeating: 0, count: capacity)
        lows = [UInt64](repeating: 0, count: capacity)
        places = [UInt64](repeating: 0, count: capacity)
        lengths = [UInt32](repeating: 0, count: capacity)
        mask = capacity - 1
        for index in old.places.indices where old.places[index] != 0 {
            let key = Key(high: old.highs[index], low: old.lows[index])
            enter(key, at: old.places[index], length: old.lengths[index])
        }
    }
}
