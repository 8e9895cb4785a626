package import Core

/// The numbers of the fields, written in this order.
private enum Field {
    static let kind: UInt64 = 1
    static let data: UInt64 = 2
    static let fileSize: UInt64 = 3
    static let blockSizes: UInt64 = 4
    static let hashType: UInt64 = 5
    static let fanout: UInt64 = 6
    static let mode: UInt64 = 7
    static let modified: UInt64 = 8
}

extension UnixFSMessage {
    /// The message that is all of `bytes`.
    ///
    /// Refuses unknown fields, fields of another kind, out of order or too often, and numbers that are not in their shortest
    /// form. Whether sizes agree is for `checkFile`, which knows the links.
    package init(decoding bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        var reader = FieldReader(bytes)
        guard let (field, value) = try reader.next(), field == Field.kind else {
            throw MalformedBytes("a message of UnixFS without a kind")
        }
        let number = try value.number("the kind of a node")
        guard let kind = Kind(rawValue: number) else { throw MalformedBytes("UnixFS has no kind \(number)") }
        self.init(kind)
        var last = field
        while let (field, value) = try reader.next() {
            guard field > last || field == Field.blockSizes && last == Field.blockSizes else {
                throw MalformedBytes("fields of UnixFS are out of order or stand there twice")
            }
            last = field
            try set(field, to: value)
        }
    }

    package init(decoding bytes: [UInt8]) throws(MalformedBytes) { try self.init(decoding: bytes[...]) }

    private mutating func set(_ field: UInt64, to value: FieldValue) throws(MalformedBytes) {
        switch field {
        case Field.data:
            guard case .bytes(let bytes) = value else { throw MalformedBytes("the data of a file is a number") }
            data = bytes
        case Field.fileSize: fileSize = try value.number("the size of a file")
        case Field.blockSizes: blockSizes.append(try value.number("the size of a block"))
        case Field.hashType: hashType = try value.number("the hash function of a shard")
        case Field.fanout: fanout = try value.number("the fanout of a shard")
        case Field.mode:
            guard let mode = UInt32(exactly: try value.number("the mode of a file")) else {
                throw MalformedBytes("a mode has 32 bits")
            }
            self.mode = mode
        case Field.modified:
            guard case .bytes(let bytes) = value else { throw MalformedBytes("a time is a number") }
            modified = try Timestamp(decoding: bytes)
        default: throw MalformedBytes("UnixFS has no field \(field)")
        }
    }

    /// The one encoding; nanoseconds must be below a second.
    package var encoded: [UInt8] {
        var writer = FieldWriter()
        writer.number(Field.kind, kind.rawValue)
        if let data { writer.bytes(Field.data, data) }
        if let fileSize { writer.number(Field.fileSize, fileSize) }
        for size in blockSizes { writer.number(Field.blockSizes, size) }
        if let hashType { writer.number(Field.hashType, hashType) }
        if let fanout { writer.number(Field.fanout, fanout) }
        if let mode { writer.number(Field.mode, mode) }
        if let modified { writer.bytes(Field.modified, modified.encoded) }
        return writer.bytes
    }
}

extension Timestamp {
    /// Field 1, a varint, and field 2, the only one anywhere of four bytes, which come least significant first.
    private static let secondsTag: UInt64 = 1 << 3
    private static let nanosecondsTag: UInt64 = 2 << 3 | 5

    fileprivate init(decoding bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        guard try reader.varint() == Self.secondsTag else { throw MalformedBytes("a time without seconds") }
        let seconds = Int64(bitPattern: try reader.varint())
        var nanoseconds: UInt32 = 0
        if !reader.isAtEnd {
            guard try reader.varint() == Self.nanosecondsTag else {
                throw MalformedBytes("a time has something but seconds and nanoseconds")
            }
            nanoseconds = try reader.integer(UInt32.self).byteSwapped
            guard (1...999_999_999).contains(nanoseconds), reader.isAtEnd else {
                throw MalformedBytes("nanoseconds lie between 1 and 999999999, or are not there")
            }
        }
        self.init(seconds: seconds, nanoseconds: nanoseconds)
    }

    fileprivate var encoded: [UInt8] {
        precondition(nanoseconds < 1_000_000_000, "a second has so many nanoseconds")
        var writer = ByteWriter(reserving: 16)
        writer.append(varint: Self.secondsTag)
        writer.append(varint: UInt64(bitPattern: seconds))
        if nanoseconds > 0 {
            writer.append(varint: Self.nanosecondsTag)
            writer.append(integer: nanoseconds.byteSwapped)
        }
        return writer.bytes
    }
}
