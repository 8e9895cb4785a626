package import Core

/// The varints of multiformats: LEB128 in its shortest form, at most nine bytes (63 bits).
package enum Varint {
    package static let maximum = UInt64(Int64.max)

    package static func read(_ reader: inout ByteReader) throws(MalformedBytes) -> UInt64 {
        let number = try reader.varint()
        guard number <= maximum else { throw MalformedBytes("a varint has more than nine bytes") }
        return number
    }

    package static func encode(_ number: UInt64) -> [UInt8] {
        precondition(number <= maximum, "a varint has at most nine bytes")
        var writer = ByteWriter(reserving: 9)
        writer.append(varint: number)
        return writer.bytes
    }
}
