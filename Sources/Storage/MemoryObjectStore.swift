package import Core
internal import Synchronization

/// Objects in this process's memory, for tests and for what need not last.
package final class MemoryObjectStore: ObjectStore {
    private struct State {
        var objects: [Digest: [UInt8]] = [:]
        var pinned: Set<Digest> = []
    }

    private let state = Mutex(State())

    package init() {}

    package func put(_ objects: [StoredObject]) async throws(Failure) {
        state.withLock { state in
            for object in objects where state.objects[object.digest] == nil {
                state.objects[object.digest] = object.bytes
            }
        }
    }

    package func get(_ digest: Digest, range: Range<Int>?) async throws(Failure) -> [UInt8] {
        guard let bytes = state.withLock({ $0.objects[digest] }) else {
            throw .objectNotFound(digest, in: "memory")
        }
        guard let range else { return bytes }
        return Array(bytes[range.clamped(to: bytes.indices)])
    }

    package func getMany(_ digests: [Digest]) async throws(Failure) -> [[UInt8]?] {
        state.withLock { state in digests.map { state.objects[$0] } }
    }

    package func has(_ digests: [Digest]) async throws(Failure) -> [Bool] {
        state.withLock { state in digests.map { state.objects[$0] != nil } }
    }

    package func delete(_ digests: [Digest]) async throws(Failure) {
        state.withLock { state in
            for digest in digests {
                state.objects[digest] = nil
                state.pinned.remove(digest)
            }
        }
    }

    package func pin(_ digests: [Digest]) async throws(Failure) {
        try state.withLock { (state) throws(Failure) in
            for digest in digests where state.objects[digest] == nil {
                throw .objectNotFound(digest, in: "memory")
            }
            state.pinned.formUnion(digests)
        }
    }

    package func unpin(_ digests: [Digest]) async throws(Failure) {
        state.withLock { $0.pinned.subtract(digests) }
    }

    package var pinned: Set<Digest> { state.withLock { $0.pinned } }
    package var count: Int { state.withLock { $0.objects.count } }
}
