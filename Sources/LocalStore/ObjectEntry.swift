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
    /// "cbso"
    private static let magic: UInt32 = 0x6362_736f

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
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.length + 16)
        bytes.append(half: Self.magic)
        bytes.append(role.rawValue)
        bytes.append(kind)
        bytes.append(contentsOf: [0, 0])
        bytes.append(half: bodyLength)
        bytes.append(half: 0)
        bytes.append(word: bodyChecksum)
        bytes.append(digest: digest)
        bytes.append(word: unsafe Checksum.of(bytes.span.bytes, from: 0, place.segment, place.offset, seed: seed))
        return bytes
    }

    /// The header in the 64 bytes from `offset`, if they hold a whole one that was made for this place.
    static func parse(_ bytes: RawSpan, from offset: Int = 0, at place: Place, seed: UInt64) -> EntryHeader? {
        guard bytes.byteCount >= offset + length, bytes.half(at: offset) == magic,
            let role = Role(rawValue: bytes.byte(at: offset + 4)),
            bytes.word(at: offset + length - 8)
                == Checksum.of(bytes, from: offset, place.segment, place.offset, seed: seed)
        else { return nil }
        return EntryHeader(
            role: role, kind: bytes.byte(at: offset + 5), digest: bytes.digest(at: offset + 24),
            bodyLength: bytes.half(at: offset + 8), bodyChecksum: bytes.word(at: offset + 16))
    }
}

/// Where an entry stands.
package struct Place: Hashable, Sendable {
    package let segment: UInt64
    package let offset: UInt64

    package init(segment: UInt64, offset: UInt64) {
        self.segment = segment
        self.offset = offset
    }

    /// Segment number and offset in one word: 2^40 segments, 2^24 steps of 16 bytes in each.
    package var packed: UInt64 { segment << 24 | offset / UInt64(EntryHeader.alignment) }

    package init(packed: UInt64) {
        segment = packed >> 24
        offset = (packed & 0xff_ffff) * UInt64(EntryHeader.alignment)
    }

    /// What `packed` can hold.
    static let greatestOffset: UInt64 = 0xff_ffff * UInt64(EntryHeader.alignment)
    /// One less, so that there is always a next one. A file with a greater number in its name is none of ours.
    static let greatestSegment: UInt64 = (1 << 40) - 2
}

/// What the index knows of an object.
package struct ObjectLocation: Equatable, Sendable {
    package let place: Place
    package let length: UInt32
    package let kind: UInt8

    package init(place: Place, length: UInt32, kind: UInt8) {
        self.place = place
        self.length = length
        self.kind = kind
    }

    /// Bytes of the entry in its segment.
    var span: UInt64 { EntryHeader.span(bodyLength: Int(length)) }
}

/// An entry and where it stands, as tables of contents and rebuilds use it.
struct PlacedEntry: Equatable {
    let role: EntryHeader.Role
    let kind: UInt8
    let digest: Digest
    let offset: UInt64
    let length: UInt32
}
