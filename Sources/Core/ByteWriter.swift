/// Appends numbers and byte strings to a growing buffer.
package struct ByteWriter: Sendable {
    package private(set) var bytes: [UInt8]

    package init(reserving capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    package mutating func append(_ byte: UInt8) { bytes.append(byte) }
    package mutating func append(_ more: some Collection<UInt8>) { bytes.append(contentsOf: more) }

    /// A big-endian number of fixed width.
    package mutating func append(integer number: some FixedWidthInteger) {
        unsafe withUnsafeBytes(of: number.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    /// An unsigned LEB128 number.
    package mutating func append(varint number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    package mutating func append(lengthPrefixed more: some Collection<UInt8>) {
        append(varint: UInt64(more.count))
        append(more)
    }
}

extension [UInt8] {
    /// The big-endian bytes of a number.
    package init(bigEndian number: some FixedWidthInteger) {
        var writer = ByteWriter(reserving: 16)
        writer.append(integer: number)
        self = writer.bytes
    }
}
