/// Bytes that end or break before what should be there.
package struct MalformedBytes: Error, Sendable, CustomStringConvertible {
    package let what: String
    package init(_ what: String) { self.what = what }
    package var description: String { what }
}

/// Reads numbers and byte strings from the front of a buffer; every read checks its bounds.
package struct ByteReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    package private(set) var position: Int

    package init(_ bytes: [UInt8]) { self.init(bytes[...]) }
    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        self.position = bytes.startIndex
    }

    package var remaining: Int { bytes.endIndex - position }
    package var isAtEnd: Bool { position == bytes.endIndex }

    package mutating func slice(_ count: Int) throws(MalformedBytes) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw MalformedBytes("ends early: \(count) bytes wanted, \(remaining) left")
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    package mutating func array(_ count: Int) throws(MalformedBytes) -> [UInt8] { Array(try slice(count)) }

    package mutating func byte() throws(MalformedBytes) -> UInt8 {
        guard position < bytes.endIndex else { throw MalformedBytes("ends early: a byte wanted") }
        defer { position += 1 }
        return bytes[position]
    }

    /// A big-endian number of fixed width, at most 64 bits.
    package mutating func integer<Number: FixedWidthInteger>(_: Number.Type = Number.self) throws(MalformedBytes)
        -> Number
    {
        let raw = try slice(MemoryLayout<Number>.size)
        // In a type that is known here: arithmetic on an open one is called through tables.
        var number: UInt64 = 0
        for byte in raw { number = number << 8 | UInt64(byte) }
        return Number(truncatingIfNeeded: number)
    }

    /// An unsigned LEB128 number in its shortest form, at most 64 bits.
    package mutating func varint() throws(MalformedBytes) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            if shift == 63, byte > 1 { throw MalformedBytes("a varint exceeds 64 bits") }
            number |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 {
                if byte == 0, shift > 0 { throw MalformedBytes("a varint is padded") }
                return number
            }
            shift += 7
            if shift > 63 { throw MalformedBytes("a varint exceeds 64 bits") }
        }
    }

    /// A varint that must fit a length in memory.
    package mutating func count() throws(MalformedBytes) -> Int {
        let number = try varint()
        guard number <= UInt64(Int.max) else { throw MalformedBytes("a length exceeds the address space") }
        return Int(number)
    }

    /// A range as its start and its length.
    package mutating func range() throws(MalformedBytes) -> Range<Int> {
        let (start, length) = (try count(), try count())
        let (end, overflows) = start.addingReportingOverflow(length)
        guard !overflows else { throw MalformedBytes("a range ends beyond the address space") }
        return start..<end
    }

    /// A byte string with its length before it.
    package mutating func lengthPrefixed() throws(MalformedBytes) -> ArraySlice<UInt8> {
        try slice(try count())
    }
}
