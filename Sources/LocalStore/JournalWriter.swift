internal import Core

/// Writes records into journal segments; owned by the journal's thread.
///
/// Order on the disk: objects put before a record, the block with the record, the acknowledgement. Whatever is not
/// durable stays in memory, so that a segment that fails to sync can be left and its records written to another.
final class JournalWriter {
    private struct Current {
        let segment: PreparedSegment
        let cipher: BlockCipher
        var offset = UInt64(StoreLimits.pageBytes)
        var lastPosition: UInt64 = 0
        var hasUnsynced = false
    }

    private let objects: ObjectLog
    private let keys: StoreKeys
    private let supply: SegmentSupply
    private let segmentBytes: UInt64
    private let blockBytes: Int
    private var slots: CheckpointSlots
    private var watermark: Watermark

    private var current: Current?
    /// Earlier segments with records that no checkpoint covers.
    private var older: [FoundSegment]
    /// Records that are not durable, in order; the first `writtenCount` stand in the current segment.
    private var backlog: [PositionedRecord] = []
    private var writtenCount = 0
    private(set) var backlogBytes = 0
    private(set) var unsyncedBytes = 0
    private(set) var bytesSinceCheckpoint: UInt64
    private var blockNumber: UInt64
    private var lastMark: UInt64
    private var hasWritten = false

    /// The position of this process's first record, and of the last one before it.
    let firstPosition: UInt64
    var previousPosition: UInt64 { didSet { durable = previousPosition } }
    /// The highest position that is on the disk, with its objects.
    private(set) var durable: UInt64

    init(
        objects: ObjectLog, keys: StoreKeys, supply: SegmentSupply, slots: CheckpointSlots, history: JournalHistory,
        segments: [FoundSegment], settings: StoreSettings
    ) {
        self.objects = objects
        self.keys = keys
        self.supply = supply
        self.slots = slots
        segmentBytes = UInt64(settings.journalSegmentBytes)
        blockBytes = min(StoreLimits.blockBytes, settings.journalSegmentBytes / 4)
        older = segments
        watermark = history.watermark
        bytesSinceCheckpoint = history.records.reduce(0) { $0 + UInt64($1.bytes.count) }
        blockNumber = history.greatestBlockNumber + 1
        firstPosition = history.greatestPosition + 1
        previousPosition = history.end
        durable = history.end
        lastMark = history.end
    }

    /// The longest record that a segment of this length takes.
    static func greatestRecord(segmentBytes: Int) -> Int {
        segmentBytes - 2 * StoreLimits.pageBytes - BlockHeader.length - BlockCipher.tagLength
    }

    func take(_ records: [PositionedRecord]) {
        backlog += records
        backlogBytes += records.reduce(0) { $0 + $1.bytes.count }
    }

    /// Hands the backlog to the page cache: it survives the process from here on.
    ///
    /// A power cut may then leave any of the blocks, and a block without the objects put before it.
    func write() throws(Failure) { try retrying { () throws(Failure) in try writeBlocks(followsObjects: false) } }

    /// Returns when the backlog, and every object put before, is on the disk.
    func synchronize() throws(Failure) {
        try retrying { () throws(Failure) in
            watermark = try objects.synchronize()
            try writeBlocks(followsObjects: true)
            try settle()
        }
    }

    /// A failed segment is left, and its unsynced records are tried once more in another; on a full disk, as often as
    /// the reserve lasts.
    private func retrying(_ body: () throws(Failure) -> Void) throws(Failure) {
        try supply.space.lending { () throws(Failure) in
            do throws(Failure) {
                try body()
            } catch {
                guard current == nil, writtenCount == 0, error.code != .noSpace, error.code != .overLimit else {
                    throw error
                }
                try body()
            }
        }
    }

    private func writeBlocks(followsObjects: Bool) throws(Failure) {
        while writtenCount < backlog.count {
            let (end, size) = nextBatch()
            let length = UInt64(BlockHeader.length + size + BlockCipher.tagLength)
            guard let current, current.offset + length <= segmentBytes else {
                // What has been written leaves the backlog when it is synced, so the batch is counted anew.
                try changeSegment()
                continue
            }
            try writeBlock(backlog[writtenCount..<end], followsObjects: followsObjects)
            writtenCount = end
            unsyncedBytes += size
        }
    }

    /// Where the records of the next block end, and what they take in it.
    private func nextBatch() -> (end: Int, size: Int) {
        var size = JournalBlock.plainLength(backlog[writtenCount].bytes.count)
        var end = writtenCount + 1
        while end < backlog.count {
            let next = JournalBlock.plainLength(backlog[end].bytes.count)
            guard size + next <= blockBytes else { break }
            size += next
            end += 1
        }
        return (end, size)
    }

    /// Goes on in another segment: what is in this one is synced first, so that whatever is not durable always stands
    /// in one segment.
    private func changeSegment() throws(Failure) {
        if current?.hasUnsynced == true {
            watermark = try objects.synchronize()
            try settle()
        }
        leave()
        let segment = try supply.take()
        current = Current(segment: segment, cipher: keys.journalCipher(salt: segment.salt))
    }

    private func leave() {
        if let current {
            older.append(FoundSegment(number: current.segment.number, last: current.lastPosition))
        }
        current = nil
        writtenCount = 0
        unsyncedBytes = 0
    }

    private func writeBlock(_ records: ArraySlice<PositionedRecord>, followsObjects: Bool) throws(Failure) {
        guard let writing = current else { return }
        let first = records.first?.position ?? durable + 1
        let header = BlockHeader(
            salt: writing.segment.salt, number: blockNumber, first: first,
            previous: first == firstPosition ? previousPosition : first - 1, durable: durable, watermark: watermark,
            recordCount: 0, sealedLength: 0, followsObjects: followsObjects)
        let block = JournalBlock.sealed(header, records, writing.cipher)
        blockNumber += 1
        do throws(SystemCallFailure) {
            try writing.segment.file.write(block, at: writing.offset)
        } catch {
            leave()
            throw error.storeFailure("writing \(SegmentName.journal(writing.segment.number))")
        }
        let page = UInt64(StoreLimits.pageBytes)
        let span = (UInt64(block.count) + page - 1) / page * page
        current?.offset += span
        current?.lastPosition = max(writing.lastPosition, records.last?.position ?? 0)
        current?.hasUnsynced = true
        bytesSinceCheckpoint += span
        lastMark = durable
        hasWritten = true
        if writing.offset + span > segmentBytes / 2 { supply.prepareAhead() }
    }

    /// Syncs the current segment, and with it everything written.
    private func settle() throws(Failure) {
        guard let writing = current, writing.hasUnsynced else { return }
        do throws(SystemCallFailure) {
            try writing.segment.file.synchronizeData()
        } catch {
            leave()
            throw error.storeFailure("syncing \(SegmentName.journal(writing.segment.number))")
        }
        current?.hasUnsynced = false
        if writtenCount > 0 {
            durable = max(durable, backlog[writtenCount - 1].position)
            backlogBytes -= backlog[..<writtenCount].reduce(0) { $0 + $1.bytes.count }
            backlog.removeFirst(writtenCount)
        }
        writtenCount = 0
        unsyncedBytes = 0
    }

    /// Makes a state durable, then forgets the records it covers and gives their segments back.
    func checkpoint(_ state: [UInt8], through position: UInt64) throws(Failure) {
        guard position >= slots.newest.through || position >= previousPosition else {
            throw Failure(.invalid, "a checkpoint through \(position) after one through \(slots.newest.through)")
        }
        // Positions between the last process's end and our first belong to cut-off records: they are covered too.
        let covers = position >= previousPosition && position < firstPosition
        let through = covers ? firstPosition - 1 : position
        watermark = try supply.space.lending { () throws(Failure) in try objects.synchronize() }
        let checkpoint = Checkpoint(
            sequence: slots.newest.sequence + 1, through: max(through, slots.newest.through), watermark: watermark,
            state: state)
        try supply.space.lending { () throws(Failure) in try slots.write(checkpoint) }
        forget(through)
        // What it cost may have been the last that was needed.
        supply.space.refill()
    }

    private func forget(_ through: UInt64) {
        let count = backlog.partitionPoint { $0.position > through }
        backlogBytes -= backlog[..<count].reduce(0) { $0 + $1.bytes.count }
        backlog.removeFirst(count)
        writtenCount = max(0, writtenCount - count)
        durable = max(durable, through)
        bytesSinceCheckpoint = 0
        for segment in older where segment.last <= through { supply.retire(segment.number) }
        older.removeAll { $0.last <= through }
    }

    /// Syncs everything and leaves a mark that says so, that later damage to any record is told from a torn tail.
    func close() throws(Failure) {
        try synchronize()
        if hasWritten, lastMark < durable, let writing = current,
            writing.offset + UInt64(StoreLimits.pageBytes) <= segmentBytes
        {
            try writeBlock([], followsObjects: true)
            try settle()
        }
    }
}
