extension Timestamp {
    /// Bytes of a time as every record has it.
    package static let byteCount = 12

    /// Seconds and nanoseconds, both big-endian: 8 bytes and 4.
    package var bytes: [UInt8] { [UInt8](bigEndian: seconds) + [UInt8](bigEndian: nanoseconds) }
}

extension ByteReader {
    /// A time of twelve bytes; one with more nanoseconds than a second has is refused.
    package mutating func time() throws(MalformedBytes) -> Timestamp {
        let seconds: Int64 = try integer()
        let nanoseconds: UInt32 = try integer()
        guard nanoseconds < 1_000_000_000 else { throw MalformedBytes("a time has too many nanoseconds") }
        return Timestamp(seconds: seconds, nanoseconds: nanoseconds)
    }
}

extension FieldValue {
    /// The time in a field of twelve bytes.
    package func time(_ what: String) throws(MalformedBytes) -> Timestamp {
        var reader = ByteReader(try bytes(what, count: Timestamp.byteCount))
        return try reader.time()
    }
}
