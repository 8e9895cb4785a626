package import Core

/// What a store may be told at open; the defaults are for users, the small values for tests.
package struct StoreSettings: Sendable {
    /// Where an object segment ends and the next begins: few enough files for a terabyte (4096), small enough to scan.
    package var objectSegmentBytes = 256 << 20
    /// Length of a journal segment: 16 MiB are zero-filled in some 10 ms and hold 4096 small fsyncs.
    package var journalSegmentBytes = 16 << 20
    /// How long an appended record may stay in memory only, without a sync.
    package var flushInterval: Duration = .milliseconds(200)
    /// Bytes of records that are not yet durable; beyond it `append` refuses.
    package var pendingLimit = 64 << 20
    /// Entries of a segment that are gathered in memory until a table of them is written into it.
    package var tableEntries = StoreLimits.tableEntries
    /// Object segments of more bytes together are read by all processors when a store is opened; for fewer, starting
    /// threads costs more than it saves.
    package var parallelLoadBytes: UInt64 = 64 << 20
    /// Whether tree nodes, chunk lists and commits are written twice. Copies that are there serve in any case.
    package var keepsCopies = true
    /// Whether segments of which little is left are written anew in the background.
    package var compactsItself = true
    /// Garbage that starts it, if it is also a quarter of all: less would not be worth the wear of the disk.
    package var compactionBytes: UInt64 = 64 << 20
    /// Free space on the disk below which no content is taken; nil for what the disk's size suggests.
    package var keptFreeBytes: UInt64?
    /// Space held for what must go on when the disk is full: what one commit seals (32 MiB), a journal segment, and as
    /// much again for tree nodes and compaction.
    package var reserveBytes: UInt64 = 64 << 20
    package var time: any TimeSource = SystemTime()

    package init() {}
}

/// The store's fixed numbers.
enum StoreLimits {
    /// Length of the state a checkpoint carries.
    static let stateBytes = 64 << 10
    /// Journal blocks begin at multiples of this: a page that is durable is never written again.
    static let pageBytes = 4096
    /// Records gathered into one block; a longer record has a block of its own.
    static let blockBytes = 1 << 20
    /// Records written but not synced before the journal syncs of itself: they are kept in memory until then.
    static let unsyncedBytes = 4 << 20
    /// Object bytes written before the disk is asked to begin with them.
    static let writeBackBytes: UInt64 = 8 << 20
    /// Space reserved ahead for objects.
    static let allocationBytes: UInt64 = 16 << 20
    /// Journal segments kept for reuse.
    static let spareSegments = 3
    /// Object segments held open for reading: a process has 1024 descriptors by default.
    static let openSegments = 128
    /// Tries to put an object whose segment failed under it.
    static let putTries = 3
    /// Entries in one table: some 700 KB, in memory until it is written and when it is read.
    static let tableEntries = 16_384
    /// From this size on a shard of the index asks for pages of 2 MiB.
    static let largePageBytes = 2 << 20
    /// Kinds of objects that are written twice: chunk lists, tree nodes, commits. They are few and small beside chunks,
    /// and each of them leads to many others.
    static let copiedKinds: Set<UInt8> = [2, 3, 4]
    /// Findings kept while the store is open.
    static let findings = 1000
    /// A segment is written anew when more than one part in so many is garbage: at worst four bytes are written to win
    /// one, and at most a third is added to what the live objects take.
    static let compactionShare: UInt64 = 4
    /// Bytes that compaction moves before it lets writers go first, and for how long: some 80 MB/s at most, well below
    /// what a disk takes.
    static let compactionStepBytes = 4 << 20
    static let compactionPause: Duration = .milliseconds(50)
    /// One read of a scan.
    static let scanBytes = 1 << 20
    /// Content bytes between two looks at the disk's free space: some 50 ms of the fastest writer.
    static let spaceLookBytes: UInt64 = 64 << 20
    /// How old such a look may be.
    static let spaceLookInterval = Duration.seconds(1)
    /// Room for content there has to be before some is taken again: a sealed chunk of 1 MiB, and one more.
    static let readmittedBytes: UInt64 = 2 << 20
    /// Of a small disk, no more than this part is kept free, and as much again held as the reserve.
    static let greatestKeptPart: UInt64 = 16

    /// Free space that content leaves to everything else: a hundredth of the disk; at least 64 MiB, for a commit with its
    /// journal segments; at most 4 GiB, which no commit needs.
    static func keptFreeBytes(of total: UInt64) -> UInt64 {
        min(max(64 << 20, total / 100), 4 << 30, total / greatestKeptPart)
    }
}
