internal import Core

/// A record and its place in the journal's order.
struct PositionedRecord: Sendable, Equatable {
    let position: UInt64
    let bytes: [UInt8]
}

/// What stands readable, but authenticated, before the sealed records of a journal block.
struct BlockHeader: Equatable {
    static let length = 108
    private static let magic: [UInt8] = Array("cbs-blk1".utf8)

    var salt: [UInt8]
    /// Counts blocks over all segments, and makes the nonce.
    var number: UInt64
    /// Position of the first record; of the next one to come when there is none.
    var first: UInt64
    /// Position of the record before the first. Not one less where a crash cut records off or a restart skipped some.
    var previous: UInt64
    /// Highest position known durable, with its objects, when the block was written.
    var durable: UInt64
    /// How far the object segments were on the disk then.
    var watermark: Watermark
    var recordCount: UInt32
    /// Bytes of the sealed records with their tag.
    var sealedLength: UInt32
    /// Whether the objects put before these records were synced before the block was written.
    var followsObjects: Bool

    var last: UInt64 { first + UInt64(recordCount) - 1 }

    /// Bytes of the block up to where the next may begin.
    var span: UInt64 {
        let page = UInt64(StoreLimits.pageBytes)
        return (UInt64(Self.length) + UInt64(sealedLength) + page - 1) / page * page
    }

    var encoded: [UInt8] {
        var writer = ByteWriter(reserving: Self.length)
        writer.append(Self.magic)
        writer.append(salt)
        for number in [number, first, previous, durable, watermark.segment, watermark.offset] {
            writer.append(integer: number)
        }
        writer.append(integer: recordCount)
        writer.append(integer: sealedLength)
        writer.append(followsObjects ? 1 : 0)
        writer.append(repeatElement(0, count: Self.length - writer.bytes.count))
        return writer.bytes
    }

    static func parse(_ bytes: ArraySlice<UInt8>) -> BlockHeader? {
        guard bytes.count >= length, bytes.starts(with: magic) else { return nil }
        return try? read(bytes.dropFirst(magic.count))
    }

    private static func read(_ bytes: ArraySlice<UInt8>) throws(MalformedBytes) -> BlockHeader? {
        var reader = ByteReader(bytes)
        let header = BlockHeader(
            salt: try reader.array(StoreKeys.saltLength), number: try reader.integer(), first: try reader.integer(),
            previous: try reader.integer(), durable: try reader.integer(),
            watermark: Watermark(segment: try reader.integer(), offset: try reader.integer()),
            recordCount: try reader.integer(), sealedLength: try reader.integer(),
            followsObjects: try reader.byte() & 1 == 1)
        // Nothing is verified yet: the numbers must not overflow whoever adds them up.
        guard header.first > 0, header.first < .max / 2, header.sealedLength >= UInt32(BlockCipher.tagLength)
        else { return nil }
        return header
    }
}

/// A block that opened: header and records.
struct JournalBlock {
    let header: BlockHeader
    let records: [PositionedRecord]

    /// The block's bytes; the header's lengths are set from the records.
    static func sealed(_ header: BlockHeader, _ records: ArraySlice<PositionedRecord>, _ cipher: BlockCipher) -> [UInt8]
    {
        let size = records.reduce(0) { $0 + plainLength($1.bytes.count) }
        var header = header
        header.recordCount = UInt32(records.count)
        header.sealedLength = UInt32(size + BlockCipher.tagLength)
        var block = header.encoded
        block.reserveCapacity(Int(header.span))
        for record in records {
            appendVarint(UInt64(record.bytes.count), to: &block)
            block.append(contentsOf: record.bytes)
        }
        cipher.seal(&block, headerCount: BlockHeader.length, number: header.number)
        return block
    }

    /// What a record takes inside a block, at most.
    static func plainLength(_ count: Int) -> Int { count + varintLength(UInt64(count)) }

    private static func varintLength(_ number: UInt64) -> Int { max(1, (64 - number.leadingZeroBitCount + 6) / 7) }

    private static func appendVarint(_ number: UInt64, to bytes: inout [UInt8]) {
        var writer = ByteWriter()
        writer.append(varint: number)
        bytes.append(contentsOf: writer.bytes)
    }

    /// The block, if `sealed` opens under its header.
    static func open(_ header: BlockHeader, headerBytes: [UInt8], sealed: [UInt8], _ cipher: BlockCipher)
        -> JournalBlock?
    {
        guard let plain = cipher.open(sealed, header: headerBytes, number: header.number) else { return nil }
        var reader = ByteReader(plain)
        var records: [PositionedRecord] = []
        for index in 0..<UInt64(header.recordCount) {
            guard let bytes = try? reader.lengthPrefixed() else { return nil }
            records.append(PositionedRecord(position: header.first + index, bytes: Array(bytes)))
        }
        return reader.isAtEnd ? JournalBlock(header: header, records: records) : nil
    }
}
