internal import Core

/// Bodies to the content they stand for. What is authentic may still be malformed: another device wrote it.
enum Unpacking {
    /// All the content of a body.
    static func content(of body: consuming [UInt8], _ flags: ObjectFlags) throws(MalformedBytes) -> [UInt8] {
        if flags.contains(.padded) { body.removeSubrange(try Padding.unpaddedLength(of: body)...) }
        guard flags.contains(.compressed) else { return body }
        let table = try GroupTable(parsing: body[...])
        guard table.end == body.count else { throw MalformedBytes("its groups are not all of it") }
        return try table.content(0..<table.contentLength, from: body[table.bounds[0]...])
    }

    /// The table of a compressed body that a reference leads to, from its first frame.
    static func table(
        _ firstFrame: ArraySlice<UInt8>, _ reference: ObjectReference
    ) throws(MalformedBytes) -> GroupTable {
        let table = try GroupTable(parsing: firstFrame)
        guard UInt64(table.contentLength) == reference.contentLength else {
            throw MalformedBytes("it holds \(table.contentLength) bytes of content, not \(reference.contentLength)")
        }
        let (end, length) = (UInt64(table.end), reference.bodyLength)
        guard reference.flags.contains(.padded) ? end < length : end == length else {
            throw MalformedBytes("its groups are not all of it")
        }
        return table
    }
}
