/// One numbered field: the two wire types of Protocol Buffers that every structure here uses.
package enum FieldValue: Sendable, Equatable {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)

    package func number(_ what: String) throws(MalformedBytes) -> UInt64 {
        guard case .number(let number) = self else { throw MalformedBytes("\(what) is not a number") }
        return number
    }

    /// A number that must lie in a range.
    package func number<Number: FixedWidthInteger>(
        _ what: String, in range: ClosedRange<Number>
    ) throws(MalformedBytes) -> Number {
        guard let number = Number(exactly: try number(what)), range.contains(number) else {
            throw MalformedBytes("\(what) is out of range")
        }
        return number
    }

    package func bytes(_ what: String, count: Int? = nil) throws(MalformedBytes) -> [UInt8] {
        guard case .bytes(let bytes) = self else { throw MalformedBytes("\(what) is not a byte string") }
        if let count, bytes.count != count { throw MalformedBytes("\(what) has \(bytes.count) bytes, not \(count)") }
        return Array(bytes)
    }
}

/// Writes numbered fields; call in ascending order of numbers, so that equal values have equal bytes.
package struct FieldWriter: Sendable {
    private var writer = ByteWriter()

    package init() {}
    package var bytes: [UInt8] { writer.bytes }

    package mutating func number(_ field: UInt64, _ value: some BinaryInteger) {
        writer.append(varint: field << 3)
        writer.append(varint: UInt64(truncatingIfNeeded: value))
    }

    package mutating func bytes(_ field: UInt64, _ value: some Collection<UInt8>) {
        writer.append(varint: field << 3 | 2)
        writer.append(lengthPrefixed: value)
    }

    package mutating func field(_ field: UInt64, _ value: FieldValue) {
        switch value {
        case .number(let value): number(field, value)
        case .bytes(let value): bytes(field, value)
        }
    }
}

/// Reads numbered fields one after the other; fields the caller does not know are its to keep.
package struct FieldReader: Sendable {
    private var reader: ByteReader

    package init(_ bytes: [UInt8]) { reader = ByteReader(bytes) }
    package init(_ bytes: ArraySlice<UInt8>) { reader = ByteReader(bytes) }

    /// Where the next field begins, as an index of the bytes read from.
    package var position: Int { reader.position }

    /// The next field, or nil at the end.
    package mutating func next() throws(MalformedBytes) -> (field: UInt64, value: FieldValue)? {
        if reader.isAtEnd { return nil }
        let tag = try reader.varint()
        switch tag & 7 {
        case 0: return (tag >> 3, .number(try reader.varint()))
        case 2: return (tag >> 3, .bytes(try reader.lengthPrefixed()))
        default: throw MalformedBytes("wire type \(tag & 7) is not used here")
        }
    }
}
