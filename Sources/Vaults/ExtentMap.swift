internal import Core
internal import Sealing

/// A file's content as a run of extents without gaps: sealed chunks, bytes not yet sealed, and holes.
struct ExtentMap: Sendable {
    enum Source: Sendable {
        case hole
        /// Bytes from `skip` on.
        case bytes([UInt8], skip: Int)
        /// A sealed chunk's content from `skip` on.
        case chunk(ObjectReference, skip: UInt64)
    }

    struct Extent: Sendable {
        var offset: UInt64
        var count: UInt64
        var source: Source
        var end: UInt64 { offset + count }

        /// This extent without its first `count` bytes.
        func dropping(_ dropped: UInt64) -> Extent {
            let source: Source =
                switch source {
                case .hole: .hole
                case .bytes(let bytes, let skip): .bytes(bytes, skip: skip + Int(dropped))
                case .chunk(let reference, let skip): .chunk(reference, skip: skip + dropped)
                }
            return Extent(offset: offset + dropped, count: count - dropped, source: source)
        }

        /// The part of this extent that lies in `range`, which it must touch.
        func clamped(to range: Range<UInt64>) -> Extent {
            var part = offset < range.lowerBound ? dropping(range.lowerBound - offset) : self
            part.count = min(part.end, range.upperBound) - part.offset
            return part
        }

        /// The whole chunk this extent is, if it is one.
        var wholeChunk: ObjectReference? {
            guard case .chunk(let reference, skip: 0) = source, reference.contentLength == count else { return nil }
            return reference
        }

        var isHole: Bool {
            if case .hole = source { return true }
            return false
        }
    }

    /// Ascending, adjacent, none empty.
    private(set) var extents: [Extent] = []

    var size: UInt64 { extents.last?.end ?? 0 }

    /// Bytes that are not holes.
    var allocated: UInt64 { extents.reduce(0) { $0 + ($1.isHole ? 0 : $1.count) } }

    /// Bytes held in memory because they are not sealed yet.
    var inlineBytes: Int {
        extents.reduce(0) { total, extent in
            if case .bytes = extent.source { return total + Int(extent.count) }
            return total
        }
    }

    init() {}

    /// The extents that `range` touches, cut to it.
    func pieces(in range: Range<UInt64>) -> [Extent] {
        let range = range.clamped(to: 0..<size)
        guard !range.isEmpty else { return [] }
        var pieces: [Extent] = []
        for extent in extents[index(at: range.lowerBound)...] {
            if extent.offset >= range.upperBound { break }
            pieces.append(extent.clamped(to: range))
        }
        return pieces
    }

    /// Puts `source` over `count` bytes at `offset`; a gap before it becomes a hole.
    mutating func write(_ source: Source, count: UInt64, at offset: UInt64) {
        guard count > 0 else { return }
        if offset > size { setSize(offset) }
        if offset == size, case .hole = source { return setSize(offset + count) }
        let new = Extent(offset: offset, count: count, source: source)
        if offset == size {
            if !extendLast(with: new) { extents.append(new) }
            return
        }
        let first = index(at: offset)
        var replacement: [Extent] = []
        if extents[first].offset < offset { replacement.append(extents[first].clamped(to: 0..<offset)) }
        replacement.append(new)
        var last = first
        while last < extents.count, extents[last].offset < new.end {
            if extents[last].end > new.end {
                replacement.append(extents[last].dropping(new.end - extents[last].offset))
            }
            last += 1
        }
        extents.replaceSubrange(first..<last, with: replacement)
    }

    mutating func setSize(_ newSize: UInt64) {
        if newSize > size {
            // Holes grow together: a sparse file has as many extents as it has runs of data.
            let start = extents.last?.isHole == true ? extents.removeLast().offset : size
            extents.append(Extent(offset: start, count: newSize - start, source: .hole))
            return
        }
        while let last = extents.last, last.end > newSize {
            extents.removeLast()
            if last.offset < newSize { extents.append(last.clamped(to: 0..<newSize)) }
        }
    }

    /// Joins small appends, so that a log written line by line stays one extent; false when it does not fit.
    private mutating func extendLast(with new: Extent) -> Bool {
        guard case .bytes(let more, skip: let skip) = new.source, let last = extents.last,
            case .bytes(_, skip: 0) = last.source, last.count + new.count <= Limits.Content.inlineWrite
        else { return false }
        extents.removeLast()
        guard case .bytes(var bytes, _) = last.source else { return false }
        if bytes.count > Int(last.count) { bytes.removeSubrange(Int(last.count)...) }
        bytes.append(contentsOf: more[skip..<skip + Int(new.count)])
        extents.append(Extent(offset: last.offset, count: last.count + new.count, source: .bytes(bytes, skip: 0)))
        return true
    }

    /// Where the hole that holds `offset` ends; `offset` itself when there is none.
    func endOfHole(at offset: UInt64) -> UInt64 {
        var end = offset
        while end < size, case let extent = extents[index(at: end)], extent.isHole { end = extent.end }
        return end
    }

    /// The index of the extent that holds `offset`, which must lie inside.
    private func index(at offset: UInt64) -> Int { extents.partitionPoint { $0.end > offset } }
}
