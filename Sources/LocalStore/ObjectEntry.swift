package import Core

/// An object as the store lists it.
package struct ObjectEntry: Sendable, Equatable {
    package let digest: Digest
    package let kind: UInt8
    package let length: Int
}

/// The 64 bytes before each piece of an object segment.
struct EntryHeader: Equatable {
    enum Role: UInt8 {
        case object = 0
        /// The digest's earlier entries are gone.
        case removal = 1
        /// A table of the entries before it.
        case table = 2
        /// Space that a failed write left.
        case void = 3
    }

    static let length = 64
    static let alignment = 16
    private static let magic: [UInt8] = Array("cbso".utf8)

    let role: Role
    let kind: UInt8
    let digest: Digest
    let bodyLength: UInt32
    let bodyChecksum: UInt64

    /// For entries that are no object's.
    static let noDigest = Digest([UInt8](repeating: 0, count: Digest.length))

    static func void(bodyLength: UInt32) -> EntryHeader {
        EntryHeader(role: .void, kind: 0, digest: noDigest, bodyLength: bodyLength, bodyChecksum: 0)
    }

    /// Bytes of header, body and padding in the segment.
    var span: UInt64 { Self.span(bodyLength: Int(bodyLength)) }

    static func span(bodyLength: Int) -> UInt64 {
        let whole = UInt64(length + bodyLength)
        return (whole + UInt64(alignment) - 1) & ~UInt64(alignment - 1)
    }

    /// The bytes for one place only: a copy of them elsewhere, inside an object perhaps, is no header there.
    func encoded(at place: Place, seed: UInt64) -> [UInt8] {
        var writer = ByteWriter(reserving: Self.length + 16)
        writer.append(Self.magic)
        writer.append(role.rawValue)
        writer.append(kind)
        writer.append(repeatElement(0, count: 2))
        writer.append(integer: bodyLength)
        writer.append(integer: UInt32(0))
        writer.append(integer: bodyChecksum)
        writer.append(digest.bytes)
        writer.append(integer: Self.checksum(writer.bytes[...], place, seed))
        return writer.bytes
    }

    /// The header in `bytes`, if they hold a whole one that was made for this place.
    static func parse(_ bytes: ArraySlice<UInt8>, at place: Place, seed: UInt64) -> EntryHeader? {
        guard bytes.count >= length, bytes.starts(with: magic) else { return nil }
        let start = bytes.startIndex
        var tail = ByteReader(bytes[start + 56..<start + 64])
        guard let stored = try? tail.integer(UInt64.self),
            stored == checksum(bytes[start..<start + 56], place, seed),
            let role = Role(rawValue: bytes[start + 4])
        else { return nil }
        var reader = ByteReader(bytes[start + 8..<start + 24])
        guard let bodyLength = try? reader.integer(UInt32.self), (try? reader.slice(4)) != nil,
            let bodyChecksum = try? reader.integer(UInt64.self)
        else { return nil }
        return EntryHeader(
            role: role, kind: bytes[start + 5], digest: Digest(bytes[start + 24..<start + 56]),
            bodyLength: bodyLength, bodyChecksum: bodyChecksum)
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>, _ place: Place, _ seed: UInt64) -> UInt64 {
        var all = Array(bytes)
        all.append(contentsOf: [UInt8](bigEndian: place.segment))
        all.append(contentsOf: [UInt8](bigEndian: place.offset))
        return Checksum.of(all, seed: seed)
    }
}

/// Where an entry stands.
struct Place: Hashable {
    let segment: UInt64
    let offset: UInt64

    init(segment: UInt64, offset: UInt64) {
        self.segment = segment
        self.offset = offset
    }

    /// Segment number and offset in one word: 2^40 segments, 2^24 steps of 16 bytes in each.
    var packed: UInt64 { segment << 24 | offset / UInt64(EntryHeader.alignment) }

    init(packed: UInt64) {
        segment = packed >> 24
        offset = (packed & 0xff_ffff) * UInt64(EntryHeader.alignment)
    }

    /// What `packed` can hold.
    static let greatestOffset: UInt64 = 0xff_ffff * UInt64(EntryHeader.alignment)
}

/// An entry and where it stands, as tables of contents and rebuilds use it.
struct PlacedEntry: Equatable {
    let role: EntryHeader.Role
    let kind: UInt8
    let digest: Digest
    let offset: UInt64
    let length: UInt32
}
