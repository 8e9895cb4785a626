internal import Core

/// An object segment that still takes entries or has some that are not synced.
///
/// Its fields are touched with the lock of the log's state held, or by the one thread that has taken it out of there.
final class OpenSegment: @unchecked Sendable {  // Guarded as said above.
    let number: UInt64
    let file: any DiskFile
    /// Where the next entry goes.
    var end: UInt64
    /// Space reserved on the disk.
    var allocatedEnd: UInt64
    /// Offsets of entries whose writing has begun and not ended.
    var inFlight: [UInt64] = []
    /// Entries since the last table, in the order they were completed.
    var entries: [PlacedEntry] = []
    /// How many of `entries`, from the first, are on the disk.
    var syncedCount = 0
    var lastTable: UInt64 = 0
    /// Where it ended when it was closed before; entries behind it need a closing table again.
    var closedEnd: UInt64 = 0
    /// Writing a table failed: its entries are kept in memory until the segment is closed.
    var keepsEntries = false
    /// Everything before it is on the disk.
    var durableEnd: UInt64
    /// Where early write-back goes on.
    var writtenBack: UInt64
    /// A sync of it failed: nothing is appended to it, and what was not synced moves elsewhere.
    var isFailed = false

    init(number: UInt64, file: any DiskFile, end: UInt64) {
        self.number = number
        self.file = file
        self.end = end
        allocatedEnd = end
        durableEnd = end
        writtenBack = end
    }

    var hasUnsynced: Bool { syncedCount < entries.count }
    /// Everything before it has been written, synced or not.
    var writtenEnd: UInt64 { inFlight.min() ?? end }
}
