package import Core

/// One shard of the index: an open-addressing table with linear probing.
package struct IndexTable: ~Copyable {
    /// The first 128 bits of a digest.
    package struct Key: Equatable, Sendable {
        package let high: UInt64
        package let low: UInt64

        package init(_ digest: Digest) {
            (high, low, _, _) = digest.words
        }

        package init(high: UInt64, low: UInt64) {
            self.high = high
            self.low = low
        }

        /// Spreads digests in a way nobody outside can foresee, so that chosen ones cannot pile up in one place.
        func hash(_ secret: Secret) -> UInt64 {
            let product = (high ^ secret.first).multipliedFullWidth(by: low ^ secret.second)
            return product.high ^ product.low
        }
    }

    /// What hashes are keyed with, new in each process.
    package struct Secret: Sendable {
        let first: UInt64
        let second: UInt64

        package init(first: UInt64, second: UInt64) {
            self.first = first
            self.second = second
        }
    }

    /// What became of an entry.
    package enum Outcome: Sendable {
        case entered(before: IndexSlot?)
        /// A later entry of the digest is known, or this one already.
        case passedOver(isKnown: Bool)
    }

    package private(set) var count = 0
    package private(set) var byteCount: UInt64 = 0
    private var removals = 0

    private var slots = SlotMemory(0)
    private let secret: Secret
    /// The upper bits of a hash that chose this table: they say nothing more here.
    private let usedBits: UInt64

    package init(secret: Secret, usedBits: UInt64) {
        self.secret = secret
        self.usedBits = usedBits
    }

    package func find(_ key: Key) -> ObjectLocation? {
        guard let index = index(of: key), !slots[index].isRemoval else { return nil }
        return slots[index].location
    }

    package mutating func set(_ slot: IndexSlot) {
        if let index = index(of: slot.key) {
            discount(slots[index])
            slots[index] = slot
        } else {
            reserve(entries: count + removals + 1)
            place(slot)
        }
        account(slot)
    }

    /// Enters what was read from a segment, in whatever order segments are read: the entry that was written last
    /// counts.
    package mutating func merge(_ slot: IndexSlot) -> Outcome {
        guard let index = index(of: slot.key) else {
            reserve(entries: count + removals + 1)
            place(slot)
            account(slot)
            return .entered(before: nil)
        }
        let before = slots[index]
        guard before.place < slot.place else { return .passedOver(isKnown: before.place == slot.place) }
        discount(before)
        slots[index] = slot
        account(slot)
        return .entered(before: before)
    }

    /// Lets go of removals, when every segment is read.
    package mutating func dropRemovals() {
        guard removals > 0 else { return }
        var old = SlotMemory(Self.capacity(for: count))
        swap(&slots, &old)
        removals = 0
        for index in 0..<old.count where old[index].place != 0 && !old[index].isRemoval { place(old[index]) }
    }

    package mutating func remove(_ key: Key) -> ObjectLocation? {
        guard var hole = index(of: key) else { return nil }
        let removed = slots[hole]
        discount(removed)
        // Entries behind the hole move up, unless that would put them before the slot where a search begins.
        var next = following(hole)
        while slots[next].place != 0 {
            if distance(home(slots[next].key), next) >= distance(hole, next) {
                slots[hole] = slots[next]
                hole = next
            }
            next = following(next)
        }
        slots[hole] = .free
        return removed.location
    }

    /// Makes room for this many entries in all, at least half as much again as before when it grows.
    package mutating func reserve(entries: Int) {
        guard entries * 5 > slots.count * 4 else { return }
        var old = SlotMemory(max(Self.capacity(for: entries), slots.count * 3 / 2))
        swap(&slots, &old)
        for index in 0..<old.count where old[index].place != 0 { place(old[index]) }
    }

    /// Four fifths full at most: a search for what is not there then looks at 13 slots in the mean, side by side.
    private static func capacity(for entries: Int) -> Int { max(128, entries * 5 / 4 + 2) }

    private mutating func account(_ slot: IndexSlot) {
        if slot.isRemoval {
            removals += 1
        } else {
            count += 1
            byteCount += UInt64(slot.length)
        }
    }

    private mutating func discount(_ slot: IndexSlot) {
        if slot.isRemoval {
            removals -= 1
        } else {
            count -= 1
            byteCount -= UInt64(slot.length)
        }
    }

    private func following(_ index: Int) -> Int { index + 1 == slots.count ? 0 : index + 1 }

    private func distance(_ from: Int, _ to: Int) -> Int { to >= from ? to - from : to - from + slots.count }

    private func home(_ key: Key) -> Int {
        Int((key.hash(secret) << usedBits).multipliedFullWidth(by: UInt64(slots.count)).high)
    }

    /// Where the key's slot is.
    private func index(of key: Key) -> Int? {
        guard slots.count > 0 else { return nil }
        var index = home(key)
        while slots[index].place != 0 {
            if slots[index].high == key.high, slots[index].low == key.low { return index }
            index = following(index)
        }
        return nil
    }

    private func place(_ slot: IndexSlot) {
        var index = home(slot.key)
        while slots[index].place != 0 { index = following(index) }
        slots[index] = slot
    }
}
