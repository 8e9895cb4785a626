internal import Core

/// Content to compressed bodies: the table of groups, then each group in the shorter of its two forms.
enum Compression {
    /// Shorter content is left alone, so that the CIDs of small files do not depend on a version of zstd; a store keeps
    /// objects at multiples of 16 bytes with 64 before them, and of such a one little could be saved.
    static let minimumContentLength = 4 << 10
    /// The longest form of a group, and of the whole, that is worth what reading it costs: a sixteenth shorter.
    private static func limit(_ count: Int) -> Int { count - max(1, count / 16) }

    /// The body for `content`; nil when it is to be sealed as it is.
    static func body(of content: UnsafeRawBufferPointer, with compressor: Compressor) -> [UInt8]? {
        guard (minimumContentLength...GroupTable.maximumContentLength).contains(content.count),
            unsafe isPromising(content)
        else { return nil }
        var fits = false
        let room = limit(content.count)
        let body = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, written in
            let output = unsafe UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: room)
            guard let count = unsafe write(content, with: compressor, into: output) else { return }
            written = count
            fits = true
        }
        return fits ? body : nil
    }

    /// Writes a body and returns its length; nil when `output` has no room for it.
    private static func write(
        _ content: UnsafeRawBufferPointer, with compressor: Compressor, into output: UnsafeMutableRawBufferPointer
    ) -> Int? {
        var table = ByteWriter(reserving: GroupTable.length(forContent: content.count))
        table.append(varint: UInt64(content.count))
        var position = GroupTable.length(forContent: content.count)
        for group in 0..<GroupTable.groupCount(forContent: content.count) {
            let range = GroupTable.contentRange(ofGroup: group, in: content.count)
            let source = unsafe UnsafeRawBufferPointer(rebasing: content[range])
            let target = unsafe UnsafeMutableRawBufferPointer(rebasing: output[position...])
            guard let stored = unsafe store(source, with: compressor, into: target) else { return nil }
            table.append(integer: UInt16(stored - 1))
            position += stored
        }
        unsafe output.copyBytes(from: table.bytes)
        return position
    }

    /// Writes one group in its shorter form and returns that one's length.
    private static func store(
        _ group: UnsafeRawBufferPointer, with compressor: Compressor, into output: UnsafeMutableRawBufferPointer
    ) -> Int? {
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: output.prefix(limit(group.count)))
        if let count = unsafe compressor.run(group, room), count > 0 {
            precondition(count <= room.count, "a compressor stays in the room that it has")
            return count
        }
        guard group.count <= output.count else { return nil }
        unsafe output.copyMemory(from: group)
        return group.count
    }

    /// Whether some bytes of the content are so much more frequent than others that compressing is worth a try.
    ///
    /// Takes 512 bytes from 32 places and counts how often two of them are equal: in random bytes, and in such as were
    /// compressed before, one pair in 256 is; a quarter more than that is taken for promising. Costs about half a
    /// microsecond. Repetitions of random bytes are not seen.
    private static func isPromising(_ content: UnsafeRawBufferPointer) -> Bool {
        let (places, run) = (32, 16)
        let stride = (content.count - run) / (places - 1)
        let equalPairs = unsafe withUnsafeTemporaryAllocation(of: UInt16.self, capacity: 256) { counts in
            unsafe counts.initialize(repeating: 0)
            var equalPairs = 0
            for place in 0..<places {
                for offset in 0..<run {
                    let byte = unsafe Int(content[place * stride + offset])
                    equalPairs += unsafe Int(counts[byte])
                    unsafe counts[byte] += 1
                }
            }
            return equalPairs
        }
        let pairs = places * run * (places * run - 1) / 2
        return equalPairs * 4 * 256 > pairs * 5
    }
}
