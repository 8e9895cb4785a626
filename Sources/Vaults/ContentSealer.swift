internal import Core
internal import Sealing
internal import Trees

/// Turns extents into chunks, the lists over them, and a record that holds those.
///
/// Looks into lists where something was changed, and leaves all others as they are. `ContentCuts` says what becomes a
/// chunk. Blocks.
struct ContentSealer: Sendable {
    let loader: ContentLoader
    let chunker: Chunker

    /// The record for `map`; all that it refers to is stored, except what was missing before.
    func seal(_ map: ExtentMap) throws(Failure) -> ContentRecord {
        var unreadable: Set<Digest> = []
        while true {
            var reading: Range<UInt64> = 0..<0
            do throws(Failure) {
                return try seal(map, without: unreadable, &reading)
            } catch {
                // Chunks that cannot be read stay where they are, which is for those to know who read them.
                let found = try self.unreadable(in: reading, of: map, after: error)
                guard !found.isSubset(of: unreadable) else { throw error }
                unreadable.formUnion(found)
            }
        }
    }

    /// The record for `map`, for which none of these chunks is read; when it throws, `reading` is what was read last.
    private func seal(
        _ map: ExtentMap, without unreadable: Set<Digest>, _ reading: inout Range<UInt64>
    ) throws(Failure) -> ContentRecord {
        let size = map.size
        let places = try pieces(of: map)
        func isReadable(_ chunk: ObjectReference) -> Bool {
            loader.objects.isHere(chunk) && !unreadable.contains(chunk.digest)
        }
        if size <= Limits.Content.inlineContent, places.allSatisfy({ $0.isReadable(isReadable) }) {
            reading = 0..<size
            let bytes = try loader.bytes(of: map, in: 0..<size)
            // A record does not tell holes from zeros: what has any data is data.
            return ContentRecord(size: size, allocated: map.allocated > 0 ? size : 0, body: .inline(bytes))
        }
        var builder = ChunkListBuilder { [loader] list throws(Failure) in
            try loader.readable(list)
        } put: { [loader] list throws(Failure) in
            try loader.lists.put(list)
        }
        let plan = ContentCuts(places, isHere: isReadable)
        for step in plan.steps {
            switch step {
            case .list(let list): try builder.append(list)
            case .entry(let entry): try builder.append(entry)
            case .chunk(let range):
                reading = range
                try builder.append(.chunk(try sealChunk(range, of: map)))
            case .stream(let range): try sealStream(range, of: map, into: &builder)
            }
        }
        switch try builder.finish() {
        case .chunk(let chunk): return ContentRecord(size: size, allocated: size, body: .chunk(chunk))
        case .list(let list):
            guard list.count == size else {
                throw Failure(.integrity, "content of \(size) bytes was sealed as \(list.count)")
            }
            return ContentRecord(
                size: size, allocated: list.allocated, body: .list(list.reference, depth: list.depth))
        }
    }

    /// The chunks in `range` that cannot be read; none unless `failure` says that something is damaged.
    private func unreadable(
        in range: Range<UInt64>, of map: ExtentMap, after failure: Failure
    ) throws(Failure) -> Set<Digest> {
        guard failure.isDamage else { return [] }
        var found: Set<Digest> = []
        for extent in try map.pieces(in: range, open: { list throws(Failure) in try loader.lists.read(list) }) {
            guard case .chunk(let reference, let skip) = extent.source else { continue }
            do throws(Failure) {
                let range = Int(skip)..<Int(skip + extent.count)
                _ = try loader.objects.part(range, of: reference, as: .chunk)
            } catch {
                guard error.isDamage else { throw error }
                found.insert(reference.digest)
            }
        }
        return found
    }

    private func sealChunk(_ range: Range<UInt64>, of map: ExtentMap) throws(Failure) -> ObjectReference {
        try loader.objects.put(try loader.bytes(of: map, in: range), as: .chunk, isOwed: true)
    }

    /// Cuts where the bytes say.
    private func sealStream(
        _ range: Range<UInt64>, of map: ExtentMap, into builder: inout ChunkListBuilder
    ) throws(Failure) {
        var start = range.lowerBound
        while start < range.upperBound {
            let count = min(range.upperBound - start, UInt64(Limits.Content.chunkGreatest))
            let bytes = try loader.bytes(of: map, in: start..<start + count)
            // Bytes have no padding that could be read.
            let length = unsafe chunker.firstChunk(of: bytes.span.bytes)
            try builder.append(.chunk(try loader.objects.put(Array(bytes[..<length]), as: .chunk, isOwed: true)))
            start += UInt64(length)
        }
    }

    // MARK: What stands there

    /// The content as chunks, parts, bytes and holes wherever something was changed, and whole lists elsewhere.
    private func pieces(of map: ExtentMap) throws(Failure) -> [ContentPlace] {
        let near = NearBytes(map)
        var places: [ContentPlace] = []
        for extent in map.extents {
            if case .list(let stretch) = extent.source {
                let range = stretch.skip..<stretch.skip + extent.count
                try append(range, of: stretch.list, at: extent.offset, near, to: &places)
            } else {
                places.append(.extent(extent, isCut: extent.isPartOfChunk))
            }
        }
        return places
    }

    private func append(
        _ stretch: Range<UInt64>, of stored: StoredChunkList, at offset: UInt64, _ near: NearBytes,
        to places: inout [ContentPlace]
    ) throws(Failure) {
        let list: ChunkList
        if stretch == 0..<stored.count {
            guard near.touches(offset..<offset + stored.count), let readable = try loader.readable(stored) else {
                return places.append(.list(stored))
            }
            list = readable
        } else {
            list = try loader.lists.read(stored)
        }
        for part in list.parts(in: stretch) {
            if let inner = stored.inner(part.entry) {
                try append(part.inside, of: inner, at: offset + part.offset, near, to: &places)
            } else if let extent = ExtentMap.Extent(part, at: offset + part.offset) {
                places.append(.extent(extent, isCut: extent.count < part.entry.count))
            }
        }
    }
}

extension ContentPlace {
    /// Whether its bytes can be had without the network, and without looking into a list.
    fileprivate func isReadable(_ isReadable: (ObjectReference) -> Bool) -> Bool {
        switch self {
        case .list: return false
        case .extent(let extent, _):
            guard case .chunk(let reference, _) = extent.source else { return true }
            return isReadable(reference)
        }
    }
}

/// The blocks that hold bytes not yet sealed: what lies in them is looked at, since it may be sealed with them.
private struct NearBytes {
    /// Ascending, apart from one another.
    private var ranges: [Range<UInt64>] = []

    init(_ map: ExtentMap) {
        for extent in map.extents where extent.isBytes {
            let blocks = ContentCuts.blocks(around: extent.offset..<extent.end)
            if let last = ranges.last, last.upperBound >= blocks.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<blocks.upperBound
            } else {
                ranges.append(blocks)
            }
        }
    }

    func touches(_ range: Range<UInt64>) -> Bool {
        let index = ranges.partitionPoint { $0.upperBound > range.lowerBound }
        return index < ranges.count && ranges[index].lowerBound < range.upperBound
    }
}
