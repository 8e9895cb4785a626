internal import Core

/// Reads the entries of an object segment: from its tables when it ends with one, else from header to header.
struct SegmentScan {
    /// A table that stands where another one, or the end of the file, says.
    struct Listed: Equatable {
        let offset: UInt64
        let header: EntryHeader
        let count: Int
    }

    let segment: UInt64
    let file: any DiskFile
    /// The file's, for findings.
    let name: String
    let fileSize: UInt64
    let seed: UInt64
    /// Entries before this were on the disk when the store last said so; behind it only what verifies counts. `.max`
    /// for a segment that was closed, with a table at its end.
    let durableEnd: UInt64

    private var window: [UInt8] = []
    private var windowStart: UInt64 = 0

    init(
        segment: UInt64, file: any DiskFile, name: String, seed: UInt64, durableEnd: UInt64
    ) throws(SystemCallFailure) {
        self.segment = segment
        self.file = file
        self.name = name
        self.seed = seed
        self.durableEnd = durableEnd
        fileSize = try file.size()
    }

    /// Gives `take` the segment's objects and removals, some thousands at once, and returns what else there is to know.
    ///
    /// `tables` are those that `tables()` found. Should one of them turn out damaged, entries come twice.
    mutating func contents(
        _ tables: [Listed]?, _ take: ([PlacedEntry]) -> Void
    ) throws(SystemCallFailure) -> SegmentContents {
        if let tables, let last = tables.last, try read(tables, take) {
            var contents = SegmentContents()
            contents.lastTable = last.offset
            contents.end = fileSize
            contents.isListed = true
            return contents
        }
        return try searched(take)
    }

    /// The tables that list the whole segment, from the first to the last; nil when it does not end with one, or one
    /// of them has no header. Two small reads, and one more for each table before the last.
    func tables() throws(SystemCallFailure) -> [Listed]? {
        let trailerLength = TableOfContents.trailerLength
        guard fileSize >= UInt64(FileHeader.length + EntryHeader.length + trailerLength) else { return nil }
        let trailer = try file.read(trailerLength, at: fileSize - UInt64(trailerLength))
        guard let newest = TableOfContents.place(inTrailer: trailer), let tables = try chain(from: newest),
            let last = tables.last, newest + last.header.span == fileSize
        else { return nil }
        return tables
    }

    /// The tables from the first to the one at `newest`; empty when that is 0, nil when one has no header.
    func chain(from newest: UInt64) throws(SystemCallFailure) -> [Listed]? {
        var tables: [Listed] = []
        var next = newest
        var limit = fileSize
        while next != 0 {
            guard next < limit else { return nil }
            let head = try file.read(EntryHeader.length + TableOfContents.outlineLength, at: next)
            let place = Place(segment: segment, offset: next)
            guard let header = unsafe EntryHeader.parse(head.span.bytes, at: place, seed: seed),
                header.role == .table, next + header.span <= limit,
                let outline = unsafe TableOfContents.outline(head.span.bytes, from: EntryHeader.length),
                // The body's sum is not compared yet, and room is made for what the count says.
                TableOfContents.bodyLength(outline.count) == Int(header.bodyLength)
            else { return nil }
            tables.append(Listed(offset: next, header: header, count: outline.count))
            limit = next
            next = outline.previous
        }
        return tables.reversed()
    }

    /// Gives `take` what the tables list; false when one is not whole.
    func read(_ tables: [Listed], _ take: ([PlacedEntry]) -> Void) throws(SystemCallFailure) -> Bool {
        for table in tables {
            let body = try file.read(
                Int(table.header.bodyLength), at: table.offset + UInt64(EntryHeader.length))
            guard body.count == Int(table.header.bodyLength),
                Checksum.of(body, seed: seed) == table.header.bodyChecksum, let parsed = TableOfContents.parse(body)
            else { return false }
            take(parsed.entries)
        }
        return true
    }

    /// A whole entry with its body, checksum compared.
    func entry(at offset: UInt64) throws(SystemCallFailure) -> (header: EntryHeader, body: [UInt8])? {
        guard offset < fileSize else { return nil }
        let head = try file.read(EntryHeader.length, at: offset)
        let place = Place(segment: segment, offset: offset)
        guard let header = unsafe EntryHeader.parse(head.span.bytes, at: place, seed: seed) else { return nil }
        let start = offset + UInt64(EntryHeader.length)
        guard start + UInt64(header.bodyLength) <= fileSize else { return nil }
        let body = try file.read(Int(header.bodyLength), at: start)
        guard body.count == Int(header.bodyLength), Checksum.of(body, seed: seed) == header.bodyChecksum
        else { return nil }
        return (header, body)
    }

    /// Reads every entry before `end` with its body, and says of each whether it is whole, and where none stands.
    /// `visit` ends it with false.
    mutating func verify(
        until end: UInt64, _ visit: (_ header: EntryHeader, _ offset: UInt64, _ isWhole: Bool) -> Bool,
        gap: (Range<UInt64>) -> Void
    ) throws(SystemCallFailure) {
        var offset = UInt64(FileHeader.length)
        while offset < end {
            if let header = try header(at: offset), offset + header.span <= alignedSize {
                var isGood = header.role == .void
                if !isGood { isGood = try isWhole(header, at: offset) }
                guard visit(header, offset, isGood) else { return }
                offset += header.span
            } else {
                let next = min(try nextHeader(after: offset) ?? end, end)
                gap(offset..<next)
                offset = next
            }
        }
    }

    private mutating func searched(_ take: ([PlacedEntry]) -> Void) throws(SystemCallFailure) -> SegmentContents {
        var search = Search()
        var offset = search.contents.end
        while offset + UInt64(EntryHeader.length) <= fileSize {
            guard let header = try header(at: offset), offset + header.span <= alignedSize else {
                let next = try nextHeader(after: offset)
                report(offset, next, &search.contents)
                search.hasGap = true
                guard let next else { break }
                offset = next
                continue
            }
            try enter(header, at: offset, &search)
            if search.batch.count >= StoreLimits.tableEntries { search.hand(to: take) }
            offset += header.span
        }
        search.hand(to: take)
        if durableEnd == .max, !search.endsWithTable, !search.hasGap, offset == alignedSize {
            // A full disk had no room for it.
            let words = "the file ends here without its table; its entries were read one by one"
            search.contents.findings.append(Finding(.rebuilt, name, at: fileSize, words))
            return search.contents
        }
        let isCut = durableEnd < .max ? durableEnd > alignedSize : !search.endsWithTable
        if isCut {
            let words = durableEnd < .max ? "but \(durableEnd) bytes were on the disk" : "without its table"
            search.contents.findings.append(Finding(.missing, name, at: fileSize, "the file ends here, \(words)"))
            if durableEnd < .max { search.contents.isDamaged = true }
        }
        return search.contents
    }

    /// A search under way.
    private struct Search {
        var contents = SegmentContents()
        /// What has not been given away yet.
        var batch: [PlacedEntry] = []
        /// A table was damaged, so later ones, which lead to it, are as good as none.
        var isChainBroken = false
        var endsWithTable = false
        /// Somewhere no entry stood.
        var hasGap = false

        mutating func hand(to take: ([PlacedEntry]) -> Void) {
            if !batch.isEmpty { take(batch) }
            batch.removeAll(keepingCapacity: true)
        }
    }

    /// An object's last padding may be missing from the file's length.
    private var alignedSize: UInt64 {
        (fileSize + UInt64(EntryHeader.alignment) - 1) & ~UInt64(EntryHeader.alignment - 1)
    }

    private mutating func enter(
        _ header: EntryHeader, at offset: UInt64, _ search: inout Search
    ) throws(SystemCallFailure) {
        let end = offset + header.span
        // What was synced is whole or will be found rotten when it is read; what was not may have any of its parts.
        if end > durableEnd, header.role == .object || header.role == .table, try !isWhole(header, at: offset) {
            search.contents.findings.append(
                Finding(
                    .torn, name, at: offset, digest: header.digest, kind: header.kind,
                    "an unsynced object is not whole"))
            search.contents.torn.append((offset, header.bodyLength))
            return
        }
        search.contents.end = end
        search.endsWithTable = header.role == .table
        switch header.role {
        case .void: break
        case .table: try enterTable(at: offset, &search)
        case .object, .removal:
            let entry = PlacedEntry(
                role: header.role, kind: header.kind, digest: header.digest, offset: offset, length: header.bodyLength)
            search.batch.append(entry)
            search.contents.loose.append(entry)
        }
    }

    /// Lets go of the entries that a whole table lists: a table written later need not repeat them.
    private func enterTable(at offset: UInt64, _ search: inout Search) throws(SystemCallFailure) {
        guard let (_, body) = try entry(at: offset), let table = TableOfContents.parse(body) else {
            search.isChainBroken = true
            search.contents.findings.append(
                Finding(.rebuilt, name, at: offset, "the table here is damaged; its entries were read one by one"))
            return
        }
        if table.previous != search.contents.lastTable { search.isChainBroken = true }
        guard !search.isChainBroken else { return }
        let listed = Set(table.entries.map(\.offset))
        search.contents.loose.removeAll { listed.contains($0.offset) }
        search.contents.lastTable = offset
    }

    private func report(_ offset: UInt64, _ next: UInt64?, _ contents: inout SegmentContents) {
        if offset < min(durableEnd, next ?? .max) {
            contents.isDamaged = true
            contents.findings.append(Finding(.damaged, name, at: offset, "what stood here cannot be read"))
        } else if let next {
            contents.findings.append(
                Finding(.torn, name, at: offset, "\(next - offset) bytes were not written before a crash"))
            if next - offset >= UInt64(EntryHeader.length) {
                contents.torn.append((offset, UInt32(next - offset) - UInt32(EntryHeader.length)))
            }
        }
    }

    private mutating func header(at offset: UInt64) throws(SystemCallFailure) -> EntryHeader? {
        try fill(offset, EntryHeader.length)
        return unsafe EntryHeader.parse(
            window.span.bytes, from: Int(offset - windowStart), at: Place(segment: segment, offset: offset),
            seed: seed)
    }

    private mutating func isWhole(_ header: EntryHeader, at offset: UInt64) throws(SystemCallFailure) -> Bool {
        guard header.bodyLength <= StoreLimits.scanBytes / 2 else { return try entry(at: offset) != nil }
        try fill(offset, EntryHeader.length + Int(header.bodyLength))
        let start = Int(offset - windowStart) + EntryHeader.length
        guard start + Int(header.bodyLength) <= window.count else { return false }
        let body = unsafe window.span.bytes.extracting(start..<start + Int(header.bodyLength))
        return Checksum.of(body, seed: seed) == header.bodyChecksum
    }

    /// No segment is longer: tables come behind the last entry, and are shorter than the entries they list. A file may
    /// be, when its length is damaged.
    private static var greatestEnd: UInt64 { 2 * Place.greatestOffset }

    /// The next offset where a header stands, step by step; only damage and crashes bring a scan here.
    private mutating func nextHeader(after offset: UInt64) throws(SystemCallFailure) -> UInt64? {
        var next = offset + UInt64(EntryHeader.alignment)
        let end = min(fileSize, Self.greatestEnd)
        while next + UInt64(EntryHeader.length) <= end {
            if try header(at: next) != nil { return next }
            next += UInt64(EntryHeader.alignment)
        }
        return nil
    }

    /// Makes the window hold `count` bytes from `offset`, as far as the file has them.
    private mutating func fill(_ offset: UInt64, _ count: Int) throws(SystemCallFailure) {
        if offset >= windowStart, offset + UInt64(count) <= windowStart + UInt64(window.count) { return }
        // A jump reads little, for large objects have far headers; going on reads much.
        let continues = offset >= windowStart && offset <= windowStart + UInt64(window.count)
        let wanted = max(count, continues ? StoreLimits.scanBytes : StoreLimits.pageBytes)
        windowStart = offset
        window = try file.read(Int(min(UInt64(wanted), fileSize - min(offset, fileSize))), at: offset)
    }
}
