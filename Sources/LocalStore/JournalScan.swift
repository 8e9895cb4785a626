internal import Core

/// A journal segment as opening found it.
struct FoundSegment {
    let number: UInt64
    /// The greatest position in it; 0 when no block of it opens.
    var last: UInt64
}

/// Everything in the journal's files that opens with the store's key.
struct JournalScan {
    private(set) var blocks: [JournalBlock] = []
    private(set) var segments: [FoundSegment] = []
    private(set) var spares: [UInt64] = []
    private(set) var greatestNumber: UInt64 = 0

    private let disk: any Disk
    private let keys: StoreKeys
    private var ciphers: [[UInt8]: BlockCipher] = [:]

    init(_ disk: any Disk, _ keys: StoreKeys) throws(Failure) {
        self.disk = disk
        self.keys = keys
        let names = try onDisk("listing the journal in \(disk.shown)") { () throws(SystemCallFailure) in
            try disk.list("journal")
        }
        spares = names.compactMap { SegmentName.number($0, suffix: ".free") }.sorted()
        let numbers = names.compactMap { SegmentName.number($0, suffix: ".seg") }.sorted()
        greatestNumber = max(spares.last ?? 0, numbers.last ?? 0)
        for number in numbers { try scan(number) }
    }

    /// Opens every block of one segment, page by page where the chain of blocks is broken.
    private mutating func scan(_ number: UInt64) throws(Failure) {
        let name = SegmentName.journal(number)
        let (file, size, head) = try onDisk("opening \(name)") { () throws(SystemCallFailure) in
            let file = try disk.open(name, for: .read)
            return (file, try file.size(), try file.read(FileHeader.length, at: 0))
        }
        let header = try FileHeader.parse(head, kind: .journal, seed: keys.headerSeed, file: name)
        var segment = FoundSegment(number: number, last: 0)
        // Under a whole header only its salt counts: other blocks are left from an earlier use of the file. Without
        // one, each block's own salt opens it.
        let isUsed = header == nil || header?.number == number
        var offset = UInt64(StoreLimits.pageBytes)
        var pages = PageReader(file: file, size: size)
        while isUsed, offset + UInt64(StoreLimits.pageBytes) <= size {
            let bytes = try onDisk("reading \(name)") { () throws(SystemCallFailure) in try pages.page(at: offset) }
            guard let found = BlockHeader.parse(bytes), header == nil || found.salt == header?.salt,
                let block = try open(found, Array(bytes.prefix(BlockHeader.length)), file, offset, size, name)
            else {
                offset += UInt64(StoreLimits.pageBytes)
                continue
            }
            segment.last = max(segment.last, found.last)
            blocks.append(block)
            offset += found.span
        }
        segments.append(segment)
    }

    private mutating func open(
        _ header: BlockHeader, _ bytes: [UInt8], _ file: any DiskFile, _ offset: UInt64, _ size: UInt64, _ name: String
    ) throws(Failure) -> JournalBlock? {
        let start = offset + UInt64(BlockHeader.length)
        guard start + UInt64(header.sealedLength) <= size else { return nil }
        let sealed = try onDisk("reading \(name)") { () throws(SystemCallFailure) in
            try file.read(Int(header.sealedLength), at: start)
        }
        let cipher = ciphers[header.salt] ?? keys.journalCipher(salt: header.salt)
        guard let block = JournalBlock.open(header, headerBytes: bytes, sealed: sealed, cipher) else { return nil }
        ciphers[header.salt] = cipher
        return block
    }
}

/// Reads a segment's pages in long pieces.
private struct PageReader {
    let file: any DiskFile
    let size: UInt64
    private var window: [UInt8] = []
    private var start: UInt64 = 0

    init(file: any DiskFile, size: UInt64) {
        self.file = file
        self.size = size
    }

    mutating func page(at offset: UInt64) throws(SystemCallFailure) -> ArraySlice<UInt8> {
        let page = StoreLimits.pageBytes
        if offset < start || offset + UInt64(page) > start + UInt64(window.count) {
            start = offset
            window = try file.read(Int(min(UInt64(StoreLimits.scanBytes), size - offset)), at: offset)
        }
        let index = Int(offset - start)
        return window[index..<min(index + page, window.count)]
    }
}
