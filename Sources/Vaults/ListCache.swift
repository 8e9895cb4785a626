internal import Core
internal import Sealing
internal import Synchronization
internal import Volumes

/// Decoded chunk lists under a bound of memory; what is not here is read, on a thread that may wait for it.
final class ListCache: Sendable {
    private let lists: Mutex<Generations<ObjectReference, ChunkList>>
    private let objects: SealedObjects
    private let diskThreads: WorkerPool
    private let fetchThreads: WorkerPool

    init(objects: SealedObjects, diskThreads: WorkerPool, fetchThreads: WorkerPool, limitBytes: Int) {
        self.objects = objects
        self.diskThreads = diskThreads
        self.fetchThreads = fetchThreads
        lists = Mutex(
            Generations(limit: limitBytes) { list in
                list.entries.count * (MemoryLayout<ChunkList.Entry>.stride + MemoryLayout<UInt64>.stride)
            })
    }

    /// A list that is in memory; else throws what brings it there.
    func load(_ stored: StoredChunkList) throws(VolumeError) -> ChunkList {
        guard let list = cached(stored.reference) else { throw .needs(need(stored)) }
        do throws(Failure) {
            try stored.check(list)
        } catch {
            throw .failed(error)
        }
        return list
    }

    private func need(_ stored: StoredChunkList) -> Need {
        let threads = objects.isHere(stored.reference) ? diskThreads : fetchThreads
        return Need(on: threads) { [self] () throws(Failure) in _ = try read(stored) }
    }

    /// The list, read from the disk or brought from the remote if it must be; blocks.
    func read(_ stored: StoredChunkList) throws(Failure) -> ChunkList {
        if let list = cached(stored.reference) {
            try stored.check(list)
            return list
        }
        let list = try stored.decode(try objects.content(of: stored.reference, as: .chunkList))
        insert(list, stored.reference)
        return list
    }

    /// Seals and stores a list; blocks.
    func put(_ list: ChunkList) throws(Failure) -> ObjectReference {
        let reference = try objects.put(list.encoded(), as: .chunkList)
        insert(list, reference)
        return reference
    }

    private func cached(_ reference: ObjectReference) -> ChunkList? { lists.withLock { $0.use(reference) } }

    private func insert(_ list: ChunkList, _ reference: ObjectReference) {
        lists.withLock { $0.insert(list, for: reference) }
    }
}
