internal import Core
internal import Sealing

/// Turns extents into chunks and a record that holds them.
///
/// Content is cut on a grid of cells. A cell that came in one piece is one chunk; a cell changed in place is cut into
/// blocks, so that the next change to it costs a block. Chunks that already lie on the grid stay as they are.
struct ContentSealer: Sendable {
    let loader: ContentLoader

    /// The record for `map`, and the extents that now stand for it (nothing unsealed is left in them).
    func seal(_ map: ExtentMap) throws(Failure) -> (record: ContentRecord, extents: ExtentMap) {
        let size = map.size
        if size <= Limits.Content.inlineContent {
            let bytes = try loader.bytes(of: map, in: 0..<size)
            var extents = ExtentMap()
            extents.write(.bytes(bytes, skip: 0), count: size, at: 0)
            return (ContentRecord(size: size, allocated: map.allocated, body: .inline(bytes)), extents)
        }
        var extents = ExtentMap()
        let cell = UInt64(Limits.Content.cell)
        while extents.size < size {
            let start = extents.size
            // All the cells of a hole at once: a sparse file may have more of them than anybody can count.
            let hole = map.endOfHole(at: start)
            let whole = hole == size ? size : hole / cell * cell
            if whole > start {
                extents.setSize(whole)
            } else {
                // Short of the sum only at the very end of what a size can say.
                try sealCell(start..<min(start + min(cell, size - start), size), of: map, into: &extents)
            }
        }
        var entries: [ChunkList.Entry] = []
        for extent in extents.extents {
            if let chunk = extent.wholeChunk {
                entries.append(.chunk(chunk))
            } else if extent.isHole {
                entries.append(.hole(extent.count))
            } else {
                throw Failure(.integrity, "content was cut beside its chunks")
            }
        }
        return (try record(of: entries, size: size, allocated: extents.allocated), extents)
    }

    private func sealCell(_ cell: Range<UInt64>, of map: ExtentMap, into result: inout ExtentMap) throws(Failure) {
        let pieces = map.pieces(in: cell)
        if pieces.allSatisfy({ $0.isHole || $0.wholeChunk != nil }) {
            for piece in pieces { result.write(piece.source, count: piece.count, at: piece.offset) }
            return
        }
        let isFresh = pieces.allSatisfy { piece in
            if case .bytes = piece.source { return true }
            return false
        }
        let step = UInt64(isFresh ? Limits.Content.cell : Limits.Content.block)
        for start in stride(from: cell.lowerBound, to: cell.upperBound, by: Int(step)) {
            try sealBlock(start..<min(start + step, cell.upperBound), of: map, into: &result)
        }
    }

    private func sealBlock(_ block: Range<UInt64>, of map: ExtentMap, into result: inout ExtentMap) throws(Failure) {
        let pieces = map.pieces(in: block)
        if pieces.count == 1, pieces[0].isHole || pieces[0].wholeChunk != nil {
            result.write(pieces[0].source, count: pieces[0].count, at: block.lowerBound)
            return
        }
        if pieces.allSatisfy(\.isHole) {
            result.write(.hole, count: UInt64(block.count), at: block.lowerBound)
            return
        }
        // What is sealed here stands in the journal, which a commit makes shorter.
        let reference = try loader.objects.put(try loader.bytes(of: map, in: block), as: .chunk, isOwed: true)
        result.write(.chunk(reference, skip: 0), count: UInt64(block.count), at: block.lowerBound)
    }

    private func record(
        of entries: [ChunkList.Entry], size: UInt64, allocated: UInt64
    ) throws(Failure) -> ContentRecord {
        if entries.count == 1, case .chunk(let reference) = entries[0] {
            return ContentRecord(size: size, allocated: allocated, body: .chunk(reference))
        }
        let list = try ChunkList.nest(entries) { list throws(Failure) in
            try loader.objects.put(list.encoded(), as: .chunkList)
        }
        return ContentRecord(size: size, allocated: allocated, body: .list(list.reference, depth: list.depth))
    }
}
