/// Decides after which entry a node ends, from a keyed hash of the entry's key and its level.
///
/// The choice depends only on the entries since the last cut, so equal maps have equal nodes whatever the order of edits;
/// the hash is keyed, so that where a node ends tells a stranger nothing about names.
package struct CutRule: Sendable {
    /// The weights between which nodes of a level are cut.
    package struct Bounds: Sendable, Equatable {
        /// No cut before this weight: nodes below it cost more in links and requests than they save.
        package var minimum: Int
        /// The expected distance from the minimum to a cut.
        package var mean: Int
        /// A cut at the latest here, so that no run of unlucky keys makes a node huge.
        package var maximum: Int

        package init(minimum: Int, mean: Int, maximum: Int) {
            self.minimum = minimum
            self.mean = mean
            self.maximum = maximum
        }
    }

    /// For nodes of records: some 40 files each.
    package static let leaves = Bounds(minimum: 4 << 10, mean: 12 << 10, maximum: 48 << 10)
    /// For the nodes above, some 240 children each: a million files have three levels. Wider than leaves, as a level
    /// less is an object less in every commit; see decision 32.
    package static let inner = Bounds(minimum: 8 << 10, mean: 24 << 10, maximum: 96 << 10)

    private let leaves: Bounds
    private let inner: Bounds
    private let key: (UInt64, UInt64)

    /// A rule with 16 bytes of key. Other bounds than the format's make trees that are nobody else's: they are for
    /// measuring.
    package init(key bytes: [UInt8], leaves: Bounds = Self.leaves, inner: Bounds = Self.inner) {
        precondition(bytes.count == 16, "the cut rule takes a key of 16 bytes")
        func word(_ slice: ArraySlice<UInt8>) -> UInt64 { slice.reduce(0) { $0 << 8 | UInt64($1) } }
        key = (word(bytes[..<8]), word(bytes[8...]))
        self.leaves = leaves
        self.inner = inner
    }

    /// Whether a node of this weight, its last entry included, ends behind that entry.
    func cuts(after entry: TreeEntry, level: Int, weight: Int) -> Bool {
        let bounds = level == 0 ? leaves : inner
        if weight >= bounds.maximum { return true }
        if weight < bounds.minimum { return false }
        let share = UInt64(min(entry.weight(level: level), bounds.mean))
        let chance = UInt64.max / UInt64(bounds.mean) * share
        return SipHash.hash(entry.key, key: key, tweak: UInt64(level)) <= chance
    }
}

/// SipHash-2-4, the keyed hash of the cut rule.
enum SipHash {
    static func hash(_ bytes: [UInt8], key: (UInt64, UInt64), tweak: UInt64) -> UInt64 {
        var state = State(key)
        var index = 0
        while index + 8 <= bytes.count {
            var word: UInt64 = 0
            for byte in bytes[index..<index + 8].reversed() { word = word << 8 | UInt64(byte) }
            state.absorb(word)
            index += 8
        }
        var last = UInt64(bytes.count & 0xff) << 56
        for (shift, byte) in bytes[index...].enumerated() { last |= UInt64(byte) << (8 * UInt64(shift)) }
        state.absorb(last)
        // The level goes in as a word of its own: the same key cuts differently on each level.
        state.absorb(tweak)
        return state.finish()
    }

    private struct State {
        var v0: UInt64, v1: UInt64, v2: UInt64, v3: UInt64

        init(_ key: (UInt64, UInt64)) {
            v0 = key.0 ^ 0x736f_6d65_7073_6575
            v1 = key.1 ^ 0x646f_7261_6e64_6f6d
            v2 = key.0 ^ 0x6c79_6765_6e65_7261
            v3 = key.1 ^ 0x7465_6462_7974_6573
        }

        mutating func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        mutating func finish() -> UInt64 {
            v2 ^= 0xff
            for _ in 0..<4 { round() }
            return v0 ^ v1 ^ v2 ^ v3
        }

        private mutating func round() {
            v0 &+= v1
            v1 = v1 << 13 | v1 >> 51
            v1 ^= v0
            v0 = v0 << 32 | v0 >> 32
            v2 &+= v3
            v3 = v3 << 16 | v3 >> 48
            v3 ^= v2
            v0 &+= v3
            v3 = v3 << 21 | v3 >> 43
            v3 ^= v0
            v2 &+= v1
            v1 = v1 << 17 | v1 >> 47
            v1 ^= v2
            v2 = v2 << 32 | v2 >> 32
        }
    }
}
