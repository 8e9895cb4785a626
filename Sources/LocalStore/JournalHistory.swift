/// The one order of records that the blocks found in the journal tell of.
///
/// Positions are never used twice while a block with them can be read. Each block names the position before its own, so
/// what an earlier process wrote behind the place where a later one went on is recognised as cut off.
struct JournalHistory {
    private(set) var records: [RecoveredRecord] = []
    /// The position of the last record; the checkpoint's when there is none.
    private(set) var end: UInt64
    /// The highest position known to have been durable.
    private(set) var durable: UInt64
    /// The highest position in any block, connected or not.
    private(set) var greatestPosition: UInt64
    private(set) var greatestBlockNumber: UInt64 = 0
    private(set) var watermark: Watermark
    /// Blocks that open but are not part of the order: the rest of a tail that was cut.
    private(set) var looseBlocks = 0

    init(_ checkpoint: Checkpoint, _ blocks: [JournalBlock]) {
        let through = checkpoint.through
        end = through
        durable = through
        greatestPosition = through
        watermark = checkpoint.watermark
        for block in blocks {
            durable = max(durable, block.header.durable)
            greatestPosition = max(greatestPosition, block.header.last)
            greatestBlockNumber = max(greatestBlockNumber, block.header.number)
            watermark = max(watermark, block.header.watermark)
        }
        let sorted = blocks.filter { $0.header.last > through && !$0.records.isEmpty }.sorted {
            ($0.header.first, $0.header.number) < ($1.header.first, $1.header.number)
        }
        for block in sorted { join(block, after: through) }
        records = records.map {
            RecoveredRecord(
                position: $0.position, bytes: $0.bytes, isDurable: $0.position <= durable,
                objectsWereSynced: $0.objectsWereSynced)
        }
    }

    /// Whether records are missing that were acknowledged.
    var isDamaged: Bool { end < durable }

    private mutating func join(_ block: JournalBlock, after through: UInt64) {
        let header = block.header
        if header.first > end {
            guard header.previous <= end else {
                looseBlocks += 1
                return
            }
            while let last = records.last, last.position > header.previous { records.removeLast() }
        }
        // A block at or before the end repeats records: its segment failed to sync and they went to another.
        let known = max(through, header.first > end ? 0 : end)
        for record in block.records where record.position > known {
            records.append(
                RecoveredRecord(
                    position: record.position, bytes: record.bytes, isDurable: false,
                    objectsWereSynced: header.followsObjects))
        }
        end = max(end, header.last)
    }
}
