internal import Core

/// What a compressed body begins with: how much content it holds, and where each group of it is stored.
///
/// Content is cut into groups of 64 KiB, the last of which may be shorter. Each is stored as one zstd frame that is
/// shorter than the group, or as it is; so a range opens from the groups that it touches. The table is `varint(length
/// of the content) ‖ u16 (stored length − 1) for each group`, and groups follow in their order.
struct GroupTable: Sendable {
    /// 64 KiB: groups of half that save one to three percent of the content less, a whole MiB up to two more; and a
    /// read of 4 KiB has to decompress a group.
    static let groupLength = 64 << 10
    /// So that the table always lies in the first frame; the chunks that are written have at most 1 MiB.
    static let maximumContentLength = 64 << 20

    let contentLength: Int
    /// Where each group begins in the body, then where the last one ends.
    let bounds: [Int]

    static func groupCount(forContent length: Int) -> Int { (length + groupLength - 1) / groupLength }

    /// The bytes of a table for that much content.
    static func length(forContent length: Int) -> Int {
        // Seven bits of the number to a byte.
        let varint = max(1, (Int.bitWidth - length.leadingZeroBitCount + 6) / 7)
        return varint + 2 * groupCount(forContent: length)
    }

    /// The content in one group.
    static func contentRange(ofGroup group: Int, in length: Int) -> Range<Int> {
        group * groupLength..<min((group + 1) * groupLength, length)
    }

    /// The table at the front of a body, of which `start` is at least the first frame.
    init(parsing start: ArraySlice<UInt8>) throws(MalformedBytes) {
        var reader = ByteReader(start)
        let length = try reader.varint()
        guard (1...UInt64(Self.maximumContentLength)).contains(length) else {
            throw MalformedBytes("it holds \(length) bytes of content, which no compressed object does")
        }
        contentLength = Int(length)
        let count = Self.groupCount(forContent: contentLength)
        let table = ByteReader(try reader.slice(2 * count))
        self.bounds = try Self.bounds(table, count, contentLength, from: reader.position - start.startIndex)
    }

    private static func bounds(
        _ table: ByteReader, _ count: Int, _ contentLength: Int, from position: Int
    ) throws(MalformedBytes) -> [Int] {
        var table = table
        var bounds = [position]
        bounds.reserveCapacity(count + 1)
        for group in 0..<count {
            let stored = Int(try table.integer(UInt16.self)) + 1
            guard stored <= contentRange(ofGroup: group, in: contentLength).count else {
                throw MalformedBytes("a group of it is longer than its content")
            }
            bounds.append(bounds[group] + stored)
        }
        return bounds
    }

    /// Where the stored groups end: there the body ends, or its padding begins.
    var end: Int { bounds[bounds.count - 1] }

    /// The groups that hold `range` of the content, which is not empty.
    func groups(for range: Range<Int>) -> Range<Int> {
        range.lowerBound / Self.groupLength..<(range.upperBound - 1) / Self.groupLength + 1
    }

    func storedRange(ofGroups groups: Range<Int>) -> Range<Int> {
        bounds[groups.lowerBound]..<bounds[groups.upperBound]
    }

    /// `range` of the content, from `stored`: the groups that hold it, as they lie in the body.
    func content(_ range: Range<Int>, from stored: ArraySlice<UInt8>) throws(MalformedBytes) -> [UInt8] {
        guard !range.isEmpty else { return [] }
        let groups = groups(for: range)
        let origin = bounds[groups.lowerBound]
        precondition(stored.count == bounds[groups.upperBound] - origin, "stored groups are those of the range")
        var problem: MalformedBytes?
        let content = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, written in
            let output = unsafe UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: range.count)
            problem = unsafe stored.withUnsafeBytes { stored -> MalformedBytes? in
                do throws(MalformedBytes) {
                    for group in groups {
                        let source = unsafe UnsafeRawBufferPointer(
                            rebasing: stored[bounds[group] - origin..<bounds[group + 1] - origin])
                        unsafe try open(group, source, range, into: output)
                    }
                    return nil
                } catch {
                    return error
                }
            }
            written = problem == nil ? range.count : 0
        }
        if let problem { throw problem }
        return content
    }

    /// Writes what `range` wants of one group to its place in `output`, which holds the range.
    private func open(
        _ group: Int, _ source: UnsafeRawBufferPointer, _ range: Range<Int>, into output: UnsafeMutableRawBufferPointer
    ) throws(MalformedBytes) {
        let whole = Self.contentRange(ofGroup: group, in: contentLength)
        let wanted = whole.clamped(to: range)
        let target = unsafe UnsafeMutableRawBufferPointer(
            rebasing: output[wanted.lowerBound - range.lowerBound..<wanted.upperBound - range.lowerBound])
        let part = wanted.lowerBound - whole.lowerBound..<wanted.upperBound - whole.lowerBound
        if source.count == whole.count {
            return unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[part]))
        }
        if wanted == whole { return unsafe try Zstandard.decompress(source, into: target) }
        unsafe try withUnsafeTemporaryAllocation(byteCount: whole.count, alignment: 16) {
            (scratch) throws(MalformedBytes) in
            unsafe try Zstandard.decompress(source, into: scratch)
            unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: scratch[part]))
        }
    }
}
