/// What the index knows of one entry: 32 bytes, so that two share a cache line and none straddles one.
package struct IndexSlot: BitwiseCopyable, Sendable {
    package let high: UInt64
    package let low: UInt64
    /// Packed; 0 marks a free slot: no entry stands at the start of a segment.
    package let place: UInt64
    package let length: UInt32
    package let kind: UInt8
    /// While segments are read in any order, what a removal took back must be known until all are read.
    package let isRemoval: Bool

    static let free = IndexSlot(IndexTable.Key(high: 0, low: 0), 0, 0, kind: 0, isRemoval: false)

    init(_ entry: PlacedEntry, in segment: UInt64) {
        self.init(
            IndexTable.Key(entry.digest), Place(segment: segment, offset: entry.offset).packed, entry.length,
            kind: entry.kind, isRemoval: entry.role == .removal)
    }

    package init(_ key: IndexTable.Key, _ place: UInt64, _ length: UInt32, kind: UInt8, isRemoval: Bool) {
        (high, low, self.place, self.length) = (key.high, key.low, place, length)
        (self.kind, self.isRemoval) = (kind, isRemoval)
    }

    var key: IndexTable.Key { IndexTable.Key(high: high, low: low) }
    var location: ObjectLocation {
        ObjectLocation(place: Place(packed: place), length: length, kind: kind)
    }
}
