internal import Core

/// The list of a segment's entries since the table before it, kept in the segment as an entry of its own.
///
/// The newest table is found from the end of the file, each other one from the table after it; so opening a closed
/// segment costs a few reads. A table is written after its entries were synced: what it lists is on the disk.
struct TableOfContents: Equatable {
    /// Where the table before this one stands; 0 when this is the first.
    let previous: UInt64
    let entries: [PlacedEntry]

    /// Ends a table, behind the offset of the table if it closes its segment.
    private static let magic: [UInt8] = Array("cbs-toc1".utf8)
    static let trailerLength = 16
    private static let headerLength = 12
    private static let entryLength = 42

    /// The body for a table at `offset`, of a length that makes header and body end at the file's end.
    ///
    /// One that does not close the segment says so: entries before it may be in a later table.
    func encoded(at offset: UInt64, closes: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(48 + entries.count * Self.entryLength)
        bytes.append(word: previous)
        bytes.append(half: UInt32(entries.count))
        for entry in entries {
            bytes.append(digest: entry.digest)
            bytes.append(entry.role.rawValue)
            bytes.append(entry.kind)
            bytes.append(half: entry.length)
            bytes.append(half: UInt32(entry.offset / UInt64(EntryHeader.alignment)))
        }
        let loose = bytes.count % EntryHeader.alignment
        if loose > 0 { bytes.append(contentsOf: repeatElement(0, count: EntryHeader.alignment - loose)) }
        bytes.append(word: closes ? offset : 0)
        bytes.append(contentsOf: Self.magic)
        return bytes
    }

    static func parse(_ body: [UInt8]) -> TableOfContents? {
        let raw = unsafe body.span.bytes
        guard raw.byteCount >= headerLength else { return nil }
        let count = Int(raw.half(at: 8))
        guard count <= (raw.byteCount - headerLength) / entryLength else { return nil }
        var entries: [PlacedEntry] = []
        entries.reserveCapacity(count)
        for index in 0..<count {
            let start = headerLength + index * entryLength
            guard let role = EntryHeader.Role(rawValue: raw.byte(at: start + 32)) else { return nil }
            entries.append(
                PlacedEntry(
                    role: role, kind: raw.byte(at: start + 33), digest: raw.digest(at: start),
                    offset: UInt64(raw.half(at: start + 38)) * UInt64(EntryHeader.alignment),
                    length: raw.half(at: start + 34)))
        }
        return TableOfContents(previous: raw.word(at: 0), entries: entries)
    }

    static func bodyLength(_ count: Int) -> Int {
        let listed = headerLength + count * entryLength
        let alignment = EntryHeader.alignment
        return (listed + alignment - 1) / alignment * alignment + trailerLength
    }

    /// How far `outline` has to read.
    static let outlineLength = headerLength

    /// The place of the table before and the number of entries, from the first bytes of a body.
    static func outline(_ bytes: RawSpan, from offset: Int) -> (previous: UInt64, count: Int)? {
        guard bytes.byteCount >= offset + headerLength else { return nil }
        return (bytes.word(at: offset), Int(bytes.half(at: offset + 8)))
    }

    /// Where the table stands that these last bytes of a file speak of.
    static func place(inTrailer bytes: [UInt8]) -> UInt64? {
        guard bytes.count == trailerLength, bytes[8...].elementsEqual(magic) else { return nil }
        return unsafe bytes.span.bytes.word(at: 0)
    }
}
