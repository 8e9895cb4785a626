/// How many bytes of each segment still count.
struct SegmentTally {
    /// What entries of one segment take in it, header and padding included.
    struct Use: Equatable {
        /// Entries of objects, whether they count or not.
        var objects: UInt64 = 0
        /// Entries of objects that are there.
        var live: UInt64 = 0
        var removals: UInt64 = 0

        /// Bytes of objects that were removed, replaced or written twice; in the oldest segment of removals too, behind
        /// which nothing is left that they hold down.
        func garbage(isOldest: Bool) -> UInt64 {
            (objects > live ? objects - live : 0) + (isOldest ? removals : 0)
        }

        mutating func add(_ other: Use) {
            objects &+= other.objects
            live &+= other.live
            removals &+= other.removals
        }
    }

    /// Of one tally alone a number may be below zero, modulo 2^64: what another one counted is taken off here.
    private(set) var uses: [UInt64: Use] = [:]

    subscript(_ segment: UInt64) -> Use { uses[segment] ?? Use() }

    mutating func add(_ use: Use, in segment: UInt64) { uses[segment, default: Use()].add(use) }

    mutating func entered(_ location: ObjectLocation) {
        add(Use(objects: location.span, live: location.span), in: location.place.segment)
    }

    mutating func died(_ location: ObjectLocation) {
        uses[location.place.segment, default: Use()].live &-= location.span
    }

    mutating func removalEntered(in segment: UInt64) {
        add(Use(removals: UInt64(EntryHeader.length)), in: segment)
    }

    mutating func forget(_ segment: UInt64) { uses[segment] = nil }

    /// Notes what became of an entry that was read; what its own segment gets goes to `own`.
    mutating func note(_ slot: IndexSlot, _ outcome: IndexTable.Outcome, _ own: inout Use) {
        if case .passedOver(isKnown: true) = outcome { return }
        if slot.isRemoval {
            own.removals &+= UInt64(EntryHeader.length)
        } else {
            own.objects &+= slot.location.span
        }
        guard case .entered(let before) = outcome else { return }
        if !slot.isRemoval { own.live &+= slot.location.span }
        if let before, !before.isRemoval { died(before.location) }
    }

    mutating func add(_ other: SegmentTally) {
        for (segment, use) in other.uses { add(use, in: segment) }
    }
}
