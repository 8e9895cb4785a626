internal import Core
internal import Sealing

/// Content records to extents and back. Blocks on the disk where lists or chunks have to be read.
struct ContentLoader: Sendable {
    let objects: SealedObjects

    /// The extents of a record that needs no object to be read, or nil.
    static func immediateExtents(of record: ContentRecord) -> ExtentMap? {
        var map = ExtentMap()
        switch record.body {
        case .inline(let bytes): map.write(.bytes(bytes, skip: 0), count: UInt64(bytes.count), at: 0)
        case .chunk(let reference): map.write(.chunk(reference, skip: 0), count: reference.contentLength, at: 0)
        case .list: return nil
        }
        return map
    }

    /// Whether a record's extents can be told without the network, as far as one look shows: of lists in a list, nobody
    /// has looked.
    func isHere(_ record: ContentRecord) -> Bool {
        guard case .list(let reference, let depth) = record.body else { return true }
        return depth == 0 && objects.isHere(reference)
    }

    func extents(of record: ContentRecord) throws(Failure) -> ExtentMap {
        if let map = Self.immediateExtents(of: record) { return map }
        guard case .list(let reference, let depth) = record.body else { return ExtentMap() }
        let map = try extents(ofList: reference, depth: depth)
        guard map.size == record.size else {
            throw Failure(.integrity, "the chunk list \(reference.cid) covers \(map.size) bytes, not \(record.size)")
        }
        return map
    }

    /// The extents of a chunk list, whose depth may be that nobody told.
    func extents(ofList reference: ObjectReference, depth: Int? = nil) throws(Failure) -> ExtentMap {
        var map = ExtentMap()
        try ChunkList.walk(
            reference, depth: depth,
            open: { list throws(Failure) in try objects.content(of: list, as: .chunkList) },
            visit: { entry throws(Failure) in
                switch entry {
                case .hole(let count): map.write(.hole, count: count, at: map.size)
                case .chunk(let chunk):
                    map.write(.chunk(chunk, skip: 0), count: chunk.contentLength, at: map.size)
                case .list: break
                }
            })
        return map
    }

    /// Reads `range`, which lies inside the content.
    func bytes(of map: ExtentMap, in range: Range<UInt64>) throws(Failure) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        for piece in map.pieces(in: range) {
            switch piece.source {
            case .hole: result.append(contentsOf: repeatElement(0, count: Int(piece.count)))
            case .bytes(let bytes, let skip): result.append(contentsOf: bytes[skip..<skip + Int(piece.count)])
            case .chunk(let reference, let skip):
                let part = try objects.part(Int(skip)..<Int(skip + piece.count), of: reference, as: .chunk)
                result.append(contentsOf: part)
            }
        }
        return result
    }
}
