internal import Core
internal import Sealing
internal import Synchronization
internal import Volumes

/// Values of extended attributes that stand in objects, under a bound of memory; what is not here is read on a thread
/// that may wait for it.
final class AttributeValues: Sendable {
    private struct Memory {
        var values: [Digest: [UInt8]] = [:]
        var bytes = 0
    }

    private let memory = Mutex(Memory())
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
            if let value = memory.withLock({ $0.values[reference.digest] }) { return value }
            throw .needs(need(reference))
        }
    }

    private func need(_ reference: ObjectReference) -> Need {
        Need { [self] completion in
            let threads = objects.isHere(reference) ? diskThreads : fetchThreads
            let isAccepted = threads.submit { [self] in
                do throws(Failure) {
                    remember(try objects.content(of: reference, as: .chunk), of: reference.digest)
                    completion(nil)
                } catch {
                    completion(error)
                }
            }
            if !isAccepted { completion(Failure(.busy, "too many reads wait already")) }
        }
    }

    private func remember(_ value: [UInt8], of digest: Digest) {
        memory.withLock { memory in
            if memory.bytes + value.count > Limits.Content.attributeCacheBytes { memory = Memory() }
            if memory.values.updateValue(value, forKey: digest) == nil { memory.bytes += value.count }
        }
    }
}
