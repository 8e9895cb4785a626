internal import Core

/// The list of a segment's entries since the table before it, kept in the segment as an entry of its own.
///
/// The newest table is found from the end of the file, each other one from the table after it; so opening a closed
/// segment costs a read or two. A table is written after its entries were synced: what it lists is on the disk.
struct TableOfContents: Equatable {
    /// Where the table before this one stands; 0 when this is the first.
    let previous: UInt64
    let entries: [PlacedEntry]

    /// The closing bytes of a segment that ends with a table: its offset and this.
    private static let magic: [UInt8] = Array("cbs-toc0".utf8)
    static let trailerLength = 16
    private static let entryLength = 42

    /// The body for a table at `offset`, of a length that makes header and body end at the file's end.
    func encoded(at offset: UInt64) -> [UInt8] {
        var writer = ByteWriter(reserving: 48 + entries.count * Self.entryLength)
        writer.append(integer: previous)
        writer.append(integer: UInt32(entries.count))
        for entry in entries {
            writer.append(entry.digest.bytes)
            writer.append(entry.role.rawValue)
            writer.append(entry.kind)
            writer.append(integer: entry.length)
            writer.append(integer: UInt32(entry.offset / UInt64(EntryHeader.alignment)))
        }
        let loose = writer.bytes.count % EntryHeader.alignment
        if loose > 0 { writer.append(repeatElement(0, count: EntryHeader.alignment - loose)) }
        writer.append(integer: offset)
        writer.append(Self.magic)
        return writer.bytes
    }

    static func parse(_ body: [UInt8]) -> TableOfContents? {
        var reader = ByteReader(body)
        guard let previous = try? reader.integer(UInt64.self), let count = try? reader.integer(UInt32.self),
            Int(count) <= reader.remaining / entryLength
        else { return nil }
        var entries: [PlacedEntry] = []
        entries.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let digest = try? reader.slice(Digest.length), let role = try? reader.byte(),
                let role = EntryHeader.Role(rawValue: role), let kind = try? reader.byte(),
                let length = try? reader.integer(UInt32.self), let step = try? reader.integer(UInt32.self)
            else { return nil }
            let offset = UInt64(step) * UInt64(EntryHeader.alignment)
            entries.append(
                PlacedEntry(role: role, kind: kind, digest: Digest(digest), offset: offset, length: length))
        }
        return TableOfContents(previous: previous, entries: entries)
    }

    /// Where the table stands that these last bytes of a file speak of.
    static func place(inTrailer bytes: [UInt8]) -> UInt64? {
        guard bytes.count == trailerLength, bytes[8...].elementsEqual(magic) else { return nil }
        var reader = ByteReader(bytes)
        return try? reader.integer(UInt64.self)
    }
}
