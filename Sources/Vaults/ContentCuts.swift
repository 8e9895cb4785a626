internal import Core
internal import Sealing

/// What covers some of a content before it is sealed.
enum ContentPlace: Sendable {
    /// A list that is left as it is.
    case list(StoredChunkList)
    /// No list. `isCut`: of what stood there before, this is what a change left.
    case extent(ExtentMap.Extent, isCut: Bool)
}

extension ExtentMap.Extent {
    /// Whether it is a part of a chunk, and not all of it.
    var isPartOfChunk: Bool {
        guard case .chunk(let reference, _) = source else { return false }
        return count < reference.contentLength
    }
}

/// Decides what of a content becomes new chunks, so that a change costs a block and not a chunk.
///
/// - Bytes that came one behind the other, enough for a chunk of a stream, and bytes that are all of a content, are cut
///   where they say themselves.
/// - All other bytes are cut at multiples of a block in the file. What lies beside them in their block is sealed with
///   them if it is small, or was cut by this change; chunks that reach out of the block stay and are referred to in
///   part.
/// - A chunk that this change cut, and of which less than half is left in what was looked at, is given up: what is left
///   is sealed anew like bytes.
///
/// What is not here is never sealed anew: no commit waits for the network.
struct ContentCuts {
    enum Step: Equatable {
        /// A list that stays as it is.
        case list(StoredChunkList)
        /// What stands already, and holes.
        case entry(ChunkList.Entry)
        /// One new chunk.
        case chunk(Range<UInt64>)
        /// As many new chunks as its bytes say.
        case stream(Range<UInt64>)
    }

    private let places: [ContentPlace]
    private let isHere: (ObjectReference) -> Bool
    private var size: UInt64 = 0
    /// Chunks of which too little is left.
    private var abandoned: Set<Digest> = []

    /// `isHere` says whether a chunk can be read without the network.
    init(_ places: [ContentPlace], isHere: @escaping (ObjectReference) -> Bool) {
        self.places = places
        self.isHere = isHere
        for place in places { size += place.count }
    }

    /// The whole multiples of a block around a range.
    static func blocks(around range: Range<UInt64>) -> Range<UInt64> {
        let block = UInt64(Limits.Content.block)
        let rest = range.upperBound % block
        // No file reaches the last block of what 64 bits say.
        return range.lowerBound / block * block..<(rest == 0 ? range.upperBound : range.upperBound - rest + block)
    }

    var steps: [Step] {
        var cuts = self
        let first = cuts.newChunks()
        cuts.abandoned = cuts.abandoned(by: first)
        return cuts.steps(with: cuts.abandoned.isEmpty ? first : cuts.newChunks())
    }

    // MARK: New chunks

    private struct NewChunk {
        let range: Range<UInt64>
        let isStream: Bool
    }

    /// Ascending and apart.
    private func newChunks() -> [NewChunk] {
        var chunks: [NewChunk] = []
        // What lies between holes and lists is looked at together.
        var run: [(extent: ExtentMap.Extent, isCut: Bool)] = []
        for place in places {
            if case .extent(let extent, let isCut) = place, !extent.isHole {
                run.append((extent, isCut))
            } else {
                addChunks(in: run[...], to: &chunks)
                run = []
            }
        }
        addChunks(in: run[...], to: &chunks)
        return chunks
    }

    private func addChunks(
        in run: ArraySlice<(extent: ExtentMap.Extent, isCut: Bool)>, to chunks: inout [NewChunk]
    ) {
        var rest = run.startIndex
        var index = run.startIndex
        while index < run.endIndex {
            guard run[index].extent.isBytes else {
                index += 1
                continue
            }
            let start = index
            while index < run.endIndex, run[index].extent.isBytes { index += 1 }
            let range = run[start].extent.offset..<run[index - 1].extent.end
            let count = range.upperBound - range.lowerBound
            guard count >= Limits.Content.chunkLeast || count == size else { continue }
            addBlocks(in: run[rest..<start], to: &chunks)
            chunks.append(NewChunk(range: range, isStream: true))
            rest = index
        }
        addBlocks(in: run[rest...], to: &chunks)
    }

    /// Adds chunks for what is to be sealed, none longer than a block.
    private func addBlocks(
        in run: ArraySlice<(extent: ExtentMap.Extent, isCut: Bool)>, to chunks: inout [NewChunk]
    ) {
        var open: (range: Range<UInt64>, isNew: Bool)?
        func end() {
            if let open, open.isNew { chunks.append(NewChunk(range: open.range, isStream: false)) }
            open = nil
        }
        for (extent, isCut) in run {
            let isNew = mustSeal(extent)
            let mayJoin = isNew || self.mayJoin(extent, isCut: isCut)
            var start = extent.offset
            while start < extent.end {
                let block = Self.blocks(around: start..<start + 1)
                let piece = start..<min(extent.end, block.upperBound)
                start = piece.upperBound
                if let before = open, mayJoin, before.range.lowerBound >= block.lowerBound {
                    open = (before.range.lowerBound..<piece.upperBound, before.isNew || isNew)
                    continue
                }
                end()
                guard mayJoin else { break }
                open = (piece, isNew)
                // Blocks in the middle of what need not be sealed have no neighbours in them.
                let last = Self.blocks(around: extent.end - 1..<extent.end).lowerBound
                if !isNew, start < last { start = last }
            }
        }
        end()
    }

    private func mustSeal(_ extent: ExtentMap.Extent) -> Bool {
        switch extent.source {
        case .bytes: true
        case .chunk(let reference, _): abandoned.contains(reference.digest)
        case .hole, .list: false
        }
    }

    /// Whether an extent may be sealed with bytes in a block of it.
    private func mayJoin(_ extent: ExtentMap.Extent, isCut: Bool) -> Bool {
        guard case .chunk(let reference, _) = extent.source else { return false }
        let block = UInt64(Limits.Content.block)
        let isSmall = extent.offset / block == (extent.end - 1) / block
        return (isCut || isSmall) && isHere(reference)
    }

    // MARK: What is left of chunks

    /// Chunks that were cut, and of which less than half is left beside these new ones.
    private func abandoned(by chunks: [NewChunk]) -> Set<Digest> {
        var left: [Digest: UInt64] = [:]
        for place in places {
            guard case .extent(let extent, isCut: true) = place, case .chunk(let reference, _) = extent.source
            else { continue }
            left[reference.digest] = 0
        }
        if left.isEmpty { return [] }
        var lengths: [Digest: ObjectReference] = [:]
        forEachRest(chunks) { rest in
            guard case .chunk(let reference, _) = rest.source, let count = left[reference.digest] else { return }
            // More than 2⁶³ bytes of one chunk are enough of it.
            left[reference.digest] = count.addingReportingOverflow(rest.count).overflow ? .max : count + rest.count
            lengths[reference.digest] = reference
        }
        return Set(lengths.values.filter { (left[$0.digest] ?? 0) < $0.contentLength / 2 && isHere($0) }.map(\.digest))
    }

    // MARK: Steps

    private func steps(with chunks: [NewChunk]) -> [Step] {
        var steps: [Step] = []
        forEachRest(chunks) { rest in
            if let entry = rest.entry { steps.append(.entry(entry)) }
        } list: { list in
            steps.append(.list(list))
        } chunk: { chunk in
            steps.append(chunk.isStream ? .stream(chunk.range) : .chunk(chunk.range))
        }
        return steps
    }

    /// Calls back, in order, with what is not in the new chunks, with lists, and with the new chunks.
    private func forEachRest(
        _ chunks: [NewChunk], rest: (ExtentMap.Extent) -> Void, list: (StoredChunkList) -> Void = { _ in },
        chunk: (NewChunk) -> Void = { _ in }
    ) {
        var next = 0
        for place in places {
            guard case .extent(let extent, _) = place else {
                if case .list(let stored) = place { list(stored) }
                continue
            }
            var start = extent.offset
            while start < extent.end {
                while next < chunks.count, chunks[next].range.upperBound <= start { next += 1 }
                let covered = next < chunks.count ? chunks[next].range : extent.end..<extent.end
                if covered.lowerBound > start {
                    let end = min(covered.lowerBound, extent.end)
                    rest(extent.part(behind: start - extent.offset, count: end - start))
                    start = end
                } else {
                    if covered.lowerBound == start { chunk(chunks[next]) }
                    start = min(covered.upperBound, extent.end)
                }
            }
        }
    }
}

extension ContentPlace {
    fileprivate var count: UInt64 {
        switch self {
        case .list(let list): list.count
        case .extent(let extent, _): extent.count
        }
    }
}

extension ExtentMap.Extent {
    /// How a list says this; nil for bytes, which are no entry before they are sealed.
    fileprivate var entry: ChunkList.Entry? {
        switch source {
        case .hole: .hole(count)
        case .chunk(let reference, skip: 0) where count == reference.contentLength: .chunk(reference)
        case .chunk(let reference, let skip): .part(reference, skip: skip, count: count)
        case .bytes, .list: nil
        }
    }
}
