internal import Core
internal import Sealing

/// The bytes and lists of contents. Blocks on the disk, and on the network for what is not here.
struct ContentLoader: Sendable {
    let objects: SealedObjects
    let lists: ListCache

    /// Reads `range`, which lies inside the content.
    func bytes(of map: ExtentMap, in range: Range<UInt64>) throws(Failure) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        for piece in try map.pieces(in: range, open: { stored throws(Failure) in try lists.read(stored) }) {
            switch piece.source {
            case .hole: result.append(contentsOf: repeatElement(0, count: Int(piece.count)))
            case .bytes(let bytes, let skip): result.append(contentsOf: bytes[skip..<skip + Int(piece.count)])
            case .chunk(let reference, let skip):
                let part = try objects.part(Int(skip)..<Int(skip + piece.count), of: reference, as: .chunk)
                result.append(contentsOf: part)
            case .list: preconditionFailure("a piece is no list")
            }
        }
        return result
    }

    /// A list that a commit would look into and need not: nil where it is not here, and where it is damaged, which is
    /// for those to know who read it.
    func readable(_ list: StoredChunkList) throws(Failure) -> ChunkList? {
        guard objects.isHere(list.reference) else { return nil }
        do throws(Failure) {
            return try lists.read(list)
        } catch {
            guard error.isDamage else { throw error }
            return nil
        }
    }

    /// A chunk list of which nobody told more than its reference.
    func list(at reference: ObjectReference) throws(Failure) -> StoredChunkList {
        let outermost = try contents(of: reference)
        var (list, depth) = (outermost, 0)
        while case .list(let inner, _, _) = list.entries[0] {
            depth += 1
            guard depth <= ChunkList.greatestDepth else {
                throw Failure(.integrity, "the chunk list \(reference.cid) is nested too deep")
            }
            list = try contents(of: inner)
        }
        return StoredChunkList(reference, depth: depth, count: outermost.count, allocated: outermost.allocated)
    }

    private func contents(of reference: ObjectReference) throws(Failure) -> ChunkList {
        try ChunkList(content: try objects.content(of: reference, as: .chunkList), of: reference)
    }
}
