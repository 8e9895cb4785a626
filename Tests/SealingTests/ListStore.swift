import Core
import Primitives
import Sealing

/// Chunk lists by reference, as a store has them; references are as real as it takes to be written and read.
final class ListStore {
    private(set) var contents: [ObjectReference: [UInt8]] = [:]
    /// Lists that were opened.
    private(set) var opened = 0
    private let sealer = Sealer(EpochSecret(number: 1))

    func put(_ list: ChunkList) -> ObjectReference { put(list.encoded()) }

    func put(_ content: [UInt8]) -> ObjectReference {
        let reference = sealer.seal(content, as: .chunkList).reference
        contents[reference] = content
        return reference
    }

    func open(_ reference: ObjectReference) throws(Failure) -> [UInt8] {
        guard let content = contents[reference] else { throw Failure(.notFound, "no such list") }
        opened += 1
        return content
    }

    func builder(_ cuts: ChunkListBuilder.Cuts) -> ChunkListBuilder {
        ChunkListBuilder(cuts: cuts) { [self] stored throws(Failure) in
            try stored.decode(try open(stored.reference))
        } put: { [self] list in
            put(list)
        }
    }

    /// The list over entries that are none.
    func list(_ entries: [ChunkList.Entry], cuts: ChunkListBuilder.Cuts) throws(Failure) -> StoredChunkList {
        var builder = builder(cuts)
        for entry in entries { try builder.append(entry) }
        guard case .list(let list) = try builder.finish() else { throw Failure(.invalid, "it is one chunk") }
        return list
    }

    /// What is below a list, and the lists in the order of their visit.
    func walk(
        _ list: StoredChunkList
    ) throws(Failure) -> (entries: [ChunkList.Entry], lists: [StoredChunkList], lengths: [Int]) {
        var (entries, lists, lengths): ([ChunkList.Entry], [StoredChunkList], [Int]) = ([], [], [])
        try list.walk { reference throws(Failure) in
            try open(reference)
        } visit: { stored, list in
            lists.append(stored)
            lengths.append(list.entries.count)
            if !stored.isNested { entries += list.entries }
            return true
        }
        return (entries, lists, lengths)
    }

    /// A reference with the digest of its length and `salt`.
    static func reference(
        _ contentLength: UInt64, flags: ObjectFlags = [], salt: Int = 0
    ) -> ObjectReference {
        let bodyLength: UInt64 = flags.contains(.compressed) ? contentLength / 2 + 4 : contentLength
        let digest = SHA256.digest(of: [UInt8](bigEndian: contentLength) + [UInt8](bigEndian: UInt64(salt)))
        return ObjectReference(
            digest: digest, key: ObjectKey(digest.bytes),
            bodyLength: flags.contains(.padded) ? bodyLength + 1 : bodyLength, contentLength: contentLength,
            flags: flags, epoch: 3)
    }
}

extension ChunkListBuilder.Cuts {
    /// Three entries in each list, whatever they are.
    static let three = ChunkListBuilder.Cuts(least: 3, spacing: .max, greatest: 3)
}
