/// What reading an object segment found, beside its entries.
struct SegmentContents {
    /// Whole entries that stand in no table, in the order of the file.
    var loose: [PlacedEntry] = []
    /// Where the newest table stands; 0 without one.
    var lastTable: UInt64 = 0
    /// Where the next entry may go: behind the last whole one.
    var end = UInt64(FileHeader.length)
    /// Space of unsynced entries that are not whole: once the store counts it as synced, it must say that it is void.
    var torn: [(offset: UInt64, bodyLength: UInt32)] = []
    /// Whether the file ends with a table, so that nothing had to be searched.
    var isListed = false
    /// Whether something that was on the disk before is unreadable now.
    var isDamaged = false
    var findings: [Finding] = []
}
