internal import Core
internal import Sealing
internal import Synchronization
internal import Volumes

/// Values of extended attributes that stand in objects, under a bound of memory; what is not here is read on a thread
/// that may wait for it.
final class AttributeValues: Sendable {
    private let values = Mutex(
        Generations<Digest, [UInt8]>(limit: Limits.Content.attributeCacheBytes) { $0.count })
    private let objects: SealedObjects
    private let diskThreads: WorkerPool
    private let fetchThreads: WorkerPool

    init(objects: SealedObjects, diskThreads: WorkerPool, fetchThreads: WorkerPool) {
        self.objects = objects
        self.diskThreads = diskThreads
        self.fetchThreads = fetchThreads
    }

    /// The value of a record, from memory.
    func value(of record: AttributeRecord) throws(VolumeError) -> [UInt8] {
        switch record {
        case .inline(let value): return value
        case .object(let reference):
            if let value = values.withLock({ $0.use(reference.digest) }) { return value }
            throw .needs(need(reference))
        }
    }

    private func need(_ reference: ObjectReference) -> Need {
        let threads = objects.isHere(reference) ? diskThreads : fetchThreads
        return Need(on: threads) { [self] () throws(Failure) in
            let value = try objects.content(of: reference, as: .chunk)
            values.withLock { $0.insert(value, for: reference.digest) }
        }
    }
}
