internal import Core

/// What reading an object segment found.
struct SegmentContents {
    /// Every whole entry but tables, in the order of the file.
    var entries: [PlacedEntry] = []
    /// Where the newest table stands; 0 without one.
    var lastTable: UInt64 = 0
    /// How many of `entries`, from the first, stand in tables.
    var listedCount = 0
    /// Where the next entry may go: behind the last whole one.
    var end = UInt64(FileHeader.length)
    /// Space of unsynced entries that are not whole: once the store counts it as synced, it must say that it is void.
    var torn: [(offset: UInt64, bodyLength: UInt32)] = []
    /// Whether the file ends with a table, so that nothing had to be searched.
    var isListed = false
    /// Whether something that was on the disk before is unreadable now.
    var isDamaged = false
    var notes: [String] = []
}

/// Reads object segments: by their tables when they end with one, else from header to header.
struct SegmentScan {
    let segment: UInt64
    let file: any DiskFile
    let fileSize: UInt64
    let seed: UInt64
    /// Entries before this were on the disk when the store last said so; behind it only what verifies counts.
    let durableEnd: UInt64

    private var window: [UInt8] = []
    private var windowStart: UInt64 = 0

    init(segment: UInt64, file: any DiskFile, seed: UInt64, durableEnd: UInt64) throws(SystemCallFailure) {
        self.segment = segment
        self.file = file
        self.seed = seed
        self.durableEnd = durableEnd
        fileSize = try file.size()
    }

    /// The segment's entries.
    mutating func contents() throws(SystemCallFailure) -> SegmentContents {
        if let listed = try listed() { return listed }
        return try searched()
    }

    /// What the tables say, from the one at the end of the file back to the first; nil when one is not whole.
    private mutating func listed() throws(SystemCallFailure) -> SegmentContents? {
        let trailerLength = TableOfContents.trailerLength
        guard fileSize >= UInt64(FileHeader.length + EntryHeader.length + trailerLength) else { return nil }
        let trailer = try file.read(trailerLength, at: fileSize - UInt64(trailerLength))
        guard let newest = TableOfContents.place(inTrailer: trailer), newest < fileSize else { return nil }
        guard let (last, _) = try entry(at: newest), newest + last.span == fileSize,
            let tables = try chain(from: newest)
        else { return nil }
        var contents = SegmentContents()
        contents.entries = tables.flatMap(\.entries)
        contents.listedCount = contents.entries.count
        contents.lastTable = newest
        contents.end = fileSize
        contents.isListed = true
        return contents
    }

    /// The tables from the first to the one at `newest`; empty when that is 0, nil when one is not whole.
    func chain(from newest: UInt64) throws(SystemCallFailure) -> [TableOfContents]? {
        var tables: [TableOfContents] = []
        var next = newest
        var limit = fileSize
        while next != 0 {
            guard next < limit, let (header, body) = try entry(at: next), header.role == .table,
                let table = TableOfContents.parse(body)
            else { return nil }
            tables.append(table)
            limit = next
            next = table.previous
        }
        return tables.reversed()
    }

    /// A whole entry with its body, checksum compared.
    func entry(at offset: UInt64) throws(SystemCallFailure) -> (header: EntryHeader, body: [UInt8])? {
        guard offset < fileSize else { return nil }
        let head = try file.read(EntryHeader.length, at: offset)
        let place = Place(segment: segment, offset: offset)
        guard let header = EntryHeader.parse(head[...], at: place, seed: seed) else { return nil }
        let start = offset + UInt64(EntryHeader.length)
        guard start + UInt64(header.bodyLength) <= fileSize else { return nil }
        let body = try file.read(Int(header.bodyLength), at: start)
        guard body.count == Int(header.bodyLength), Checksum.of(body, seed: seed) == header.bodyChecksum
        else { return nil }
        return (header, body)
    }

    private mutating func searched() throws(SystemCallFailure) -> SegmentContents {
        var contents = SegmentContents()
        var offset = contents.end
        while offset + UInt64(EntryHeader.length) <= fileSize {
            guard let header = try header(at: offset), offset + header.span <= alignedSize else {
                let next = try nextHeader(after: offset)
                report(offset, next, &contents)
                guard let next else { break }
                offset = next
                continue
            }
            try take(header, at: offset, &contents)
            offset += header.span
        }
        if durableEnd > alignedSize {
            contents.isDamaged = true
            contents.notes.append(
                "\(SegmentName.objects(segment)) ends at byte \(fileSize), but \(durableEnd) were on the disk before")
        }
        return contents
    }

    /// An object's last padding may be missing from the file's length.
    private var alignedSize: UInt64 {
        (fileSize + UInt64(EntryHeader.alignment) - 1) & ~UInt64(EntryHeader.alignment - 1)
    }

    private mutating func take(
        _ header: EntryHeader, at offset: UInt64, _ contents: inout SegmentContents
    ) throws(SystemCallFailure) {
        let end = offset + header.span
        // What was synced is whole or will be found rotten when it is read; what was not may have any of its parts.
        if end > durableEnd, header.role == .object || header.role == .table, try entry(at: offset) == nil {
            contents.notes.append("\(SegmentName.objects(segment)): an unsynced object at byte \(offset) is not whole")
            contents.torn.append((offset, header.bodyLength))
            return
        }
        contents.end = end
        switch header.role {
        case .void: break
        case .table:
            contents.lastTable = offset
            contents.listedCount = contents.entries.count
        case .object, .removal:
            contents.entries.append(
                PlacedEntry(
                    role: header.role, kind: header.kind, digest: header.digest, offset: offset,
                    length: header.bodyLength))
        }
    }

    private func report(_ offset: UInt64, _ next: UInt64?, _ contents: inout SegmentContents) {
        let name = SegmentName.objects(segment)
        if offset < min(durableEnd, next ?? .max) {
            contents.isDamaged = true
            contents.notes.append("\(name) is damaged at byte \(offset): what stood there cannot be read")
        } else if let next {
            contents.notes.append("\(name): bytes \(offset)..<\(next) were not written before a crash")
            if next - offset >= UInt64(EntryHeader.length) {
                contents.torn.append((offset, UInt32(next - offset) - UInt32(EntryHeader.length)))
            }
        }
    }

    private mutating func header(at offset: UInt64) throws(SystemCallFailure) -> EntryHeader? {
        try fill(offset, EntryHeader.length)
        let start = Int(offset - windowStart)
        guard start + EntryHeader.length <= window.count else { return nil }
        return EntryHeader.parse(
            window[start..<start + EntryHeader.length], at: Place(segment: segment, offset: offset), seed: seed)
    }

    /// The next offset where a header stands, step by step; only damage and crashes bring a scan here.
    private mutating func nextHeader(after offset: UInt64) throws(SystemCallFailure) -> UInt64? {
        var next = offset + UInt64(EntryHeader.alignment)
        while next + UInt64(EntryHeader.length) <= fileSize {
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
        let wanted = continues ? StoreLimits.scanBytes : StoreLimits.pageBytes
        windowStart = offset
        window = try file.read(Int(min(UInt64(wanted), fileSize - min(offset, fileSize))), at: offset)
    }
}
