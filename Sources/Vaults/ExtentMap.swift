internal import Core
internal import Sealing

/// A file's content as a run of extents without gaps: sealed chunks, bytes not yet sealed, holes, and stretches of
/// chunk lists that nobody has looked into.
///
/// So it is as large as what was changed, whatever the file's length. To cut a list somewhere it takes `HeldLists` that
/// lead there; to read takes them all.
struct ExtentMap: Sendable {
    enum Source: Sendable {
        case hole
        /// Bytes from `skip` on.
        case bytes([UInt8], skip: Int)
        /// A sealed chunk's content from `skip` on.
        case chunk(ObjectReference, skip: UInt64)
        /// What a list covers from `skip` on.
        case list(ListStretch)
    }

    /// Where in a list a stretch begins, and how much data lies before its ends.
    struct ListStretch: Sendable {
        let list: StoredChunkList
        var skip: UInt64
        /// The bytes in no hole before its beginning and before its end, counted from the list's.
        var allocated: Range<UInt64>
    }

    struct Extent: Sendable {
        var offset: UInt64
        var count: UInt64
        var source: Source
        /// Whether the layer below has the same here.
        var isInherited = false
        var end: UInt64 { offset + count }

        /// Bytes that are not holes.
        var allocated: UInt64 {
            switch source {
            case .hole: 0
            case .bytes, .chunk: count
            case .list(let stretch): stretch.allocated.upperBound - stretch.allocated.lowerBound
            }
        }

        var isHole: Bool {
            if case .hole = source { return true }
            return false
        }

        var isBytes: Bool {
            if case .bytes = source { return true }
            return false
        }

        /// The two parts of this extent, the first of `first` bytes, which must be some and not all.
        func split(after first: UInt64, _ lists: HeldLists) -> (head: Extent, tail: Extent) {
            var (head, tail) = (self, self)
            head.count = first
            tail.offset += first
            tail.count -= first
            switch source {
            case .hole: break
            case .bytes(let bytes, let skip): tail.source = .bytes(bytes, skip: skip + Int(first))
            case .chunk(let reference, let skip): tail.source = .chunk(reference, skip: skip + first)
            case .list(let stretch):
                let border = stretch.skip + first
                let allocated = lists.allocated(of: stretch.list, before: border)
                let (start, end) = (stretch.allocated.lowerBound, stretch.allocated.upperBound)
                head.source = .list(
                    ListStretch(list: stretch.list, skip: stretch.skip, allocated: start..<allocated))
                tail.source = .list(ListStretch(list: stretch.list, skip: border, allocated: allocated..<end))
            }
            return (head, tail)
        }
    }

    /// Ascending, adjacent, none empty.
    private(set) var extents: [Extent] = []
    /// Bytes that are not holes.
    private(set) var allocated: UInt64 = 0

    var size: UInt64 { extents.last?.end ?? 0 }

    init() {}

    /// What a file's record says.
    init(_ record: ContentRecord) {
        self.init()
        switch record.body {
        case .inline(let bytes):
            write(record.allocated > 0 ? .bytes(bytes, skip: 0) : .hole, count: UInt64(bytes.count), at: 0)
        case .chunk(let reference): write(.chunk(reference, skip: 0), count: reference.contentLength, at: 0)
        case .list: if let list = record.list { self = ExtentMap(list) }
        }
    }

    /// All that a list covers.
    init(_ list: StoredChunkList) {
        let stretch = ListStretch(list: list, skip: 0, allocated: 0..<list.allocated)
        write(.list(stretch), count: list.count, at: 0)
    }

    /// Puts `source` over `count` bytes at `offset`; a gap before it becomes a hole.
    ///
    /// The lists that lead to both its ends must be held.
    mutating func write(_ source: Source, count: UInt64, at offset: UInt64, _ lists: HeldLists = HeldLists()) {
        guard count > 0 else { return }
        if offset > size { setSize(offset) }
        if offset == size, case .hole = source { return setSize(offset + count) }
        let new = Extent(offset: offset, count: count, source: source)
        if offset == size {
            if !extendLast(with: new) { extents.append(new) }
            allocated += new.allocated
            return
        }
        let first = index(at: offset)
        var replacement: [Extent] = []
        if extents[first].offset < offset {
            replacement.append(extents[first].split(after: offset - extents[first].offset, lists).head)
        }
        replacement.append(new)
        var last = first
        while last < extents.count, case let old = extents[last], old.offset < new.end {
            if old.end > new.end { replacement.append(old.split(after: new.end - old.offset, lists).tail) }
            last += 1
        }
        for old in extents[first..<last] { allocated -= old.allocated }
        for extent in replacement { allocated += extent.allocated }
        extents.replaceSubrange(first..<last, with: replacement)
    }

    /// Cuts, or extends by a hole. The lists that lead to the new end must be held.
    mutating func setSize(_ newSize: UInt64, _ lists: HeldLists = HeldLists()) {
        if newSize > size {
            // Holes grow together: a sparse file has as many extents as it has runs of data.
            let start = extents.last?.isHole == true ? extents.removeLast().offset : size
            extents.append(Extent(offset: start, count: newSize - start, source: .hole))
            return
        }
        while let last = extents.last, last.end > newSize {
            extents.removeLast()
            allocated -= last.allocated
            guard last.offset < newSize else { continue }
            let head = last.split(after: newSize - last.offset, lists).head
            extents.append(head)
            allocated += head.allocated
        }
    }

    /// What lies in `range`, from its beginning on, as far as there is any. The lists that lead to both its ends must be
    /// held.
    func cut(to range: Range<UInt64>, _ lists: HeldLists) -> [Extent] {
        var result: [Extent] = []
        var index = range.lowerBound < size ? index(at: range.lowerBound) : extents.count
        while index < extents.count, case var extent = extents[index], extent.offset < range.upperBound {
            index += 1
            if extent.offset < range.lowerBound {
                extent = extent.split(after: range.lowerBound - extent.offset, lists).tail
            }
            if extent.end > range.upperBound {
                extent = extent.split(after: range.upperBound - extent.offset, lists).head
            }
            extent.offset -= range.lowerBound
            result.append(extent)
        }
        return result
    }

    /// Puts `pieces`, which `cut` gave, over `range`, and a hole over what they leave of it. The lists that lead to both
    /// its ends must be held.
    mutating func put(_ pieces: [Extent], over range: Range<UInt64>, _ lists: HeldLists) {
        // A hole is cut without looking into anything.
        write(.hole, count: range.upperBound - range.lowerBound, at: range.lowerBound, lists)
        for piece in pieces where !piece.isHole {
            write(piece.source, count: piece.count, at: range.lowerBound + piece.offset)
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

    /// Says of all extents whether the layer below has the same.
    mutating func setInherited(_ isInherited: Bool) {
        for index in extents.indices { extents[index].isInherited = isInherited }
    }

    /// This content, with what it inherited as `below` has it, which covers the same with fewer extents.
    ///
    /// `open` gives a list that has been compared with what was said of it; what it throws ends the attempt.
    func rebased<Refusal: Error>(
        on below: ExtentMap, open: (StoredChunkList) throws(Refusal) -> ChunkList
    ) throws(Refusal) -> ExtentMap {
        var lists = HeldLists()
        var result = below
        for own in extents where !own.isInherited {
            try lists.hold(own.offset, in: below, open: open)
            try lists.hold(own.end, in: below, open: open)
            result.write(own.source, count: own.count, at: own.offset, lists)
        }
        try lists.hold(size, in: below, open: open)
        result.setSize(size, lists)
        return result
    }

    /// The extent in which `position` lies, and not at its beginning; nil where none is cut by cutting there.
    func extent(across position: UInt64) -> Extent? {
        guard position < size else { return nil }
        let extent = extents[index(at: position)]
        return extent.offset < position ? extent : nil
    }

    /// The index of the extent that holds `offset`, which must lie inside.
    private func index(at offset: UInt64) -> Int { extents.partitionPoint { $0.end > offset } }
}

// MARK: Reading

extension ExtentMap {
    /// The extents that `range` touches, cut to it, with what lists name there in the place of lists.
    ///
    /// `open` gives a list that has been compared with what was said of it; what it throws ends the reading.
    func pieces<Refusal: Error>(
        in range: Range<UInt64>, open: (StoredChunkList) throws(Refusal) -> ChunkList
    ) throws(Refusal) -> [Extent] {
        let range = range.clamped(to: 0..<size)
        guard !range.isEmpty else { return [] }
        var pieces: [Extent] = []
        var index = index(at: range.lowerBound)
        while index < extents.count, extents[index].offset < range.upperBound {
            let extent = extents[index]
            index += 1
            let start = max(extent.offset, range.lowerBound)
            let count = min(extent.end, range.upperBound) - start
            if case .list(let stretch) = extent.source {
                let skip = stretch.skip + (start - extent.offset)
                try Self.append(skip..<skip + count, of: stretch.list, at: start, to: &pieces, open)
            } else {
                pieces.append(extent.part(behind: start - extent.offset, count: count))
            }
        }
        return pieces
    }

    private static func append<Refusal: Error>(
        _ stretch: Range<UInt64>, of stored: StoredChunkList, at offset: UInt64, to pieces: inout [Extent],
        _ open: (StoredChunkList) throws(Refusal) -> ChunkList
    ) throws(Refusal) {
        for part in try open(stored).parts(in: stretch) {
            if let inner = stored.inner(part.entry) {
                try append(part.inside, of: inner, at: offset + part.offset, to: &pieces, open)
            } else if let extent = Extent(part, at: offset + part.offset) {
                pieces.append(extent)
            }
        }
    }
}

extension ExtentMap.Extent {
    /// What a list has of one entry, if that is no list itself.
    init?(_ part: ChunkList.Part, at offset: UInt64) {
        let range = part.inside
        let source: ExtentMap.Source
        switch part.entry {
        case .hole: source = .hole
        case .chunk(let reference): source = .chunk(reference, skip: range.lowerBound)
        case .part(let reference, let skip, _): source = .chunk(reference, skip: skip + range.lowerBound)
        case .list: return nil
        }
        self.init(offset: offset, count: range.upperBound - range.lowerBound, source: source)
    }

    /// `count` bytes of this extent behind its first `skipped`; of an extent that is no list.
    func part(behind skipped: UInt64, count: UInt64) -> Self {
        var part = self
        part.offset += skipped
        part.count = count
        switch source {
        case .hole, .list: break
        case .bytes(let bytes, let skip): part.source = .bytes(bytes, skip: skip + Int(skipped))
        case .chunk(let reference, let skip): part.source = .chunk(reference, skip: skip + skipped)
        }
        return part
    }
}
