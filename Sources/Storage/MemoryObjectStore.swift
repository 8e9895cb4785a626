package import ContentAddressing
package import Core
internal import Synchronization

/// Objects in this process's memory, for tests and for what need not last.
package final class MemoryObjectStore: ObjectStore {
    private struct State {
        var objects: [CID: [UInt8]] = [:]
        var pinned: Set<CID> = []
    }

    private let state = Mutex(State())

    package init() {}

    package func put(_ objects: [StoredObject]) async throws(Failure) {
        state.withLock { state in
            for object in objects where state.objects[object.cid] == nil {
                state.objects[object.cid] = object.bytes
            }
        }
    }

    package func get(_ cid: CID, range: Range<Int>?) async throws(Failure) -> [UInt8] {
        guard let bytes = state.withLock({ $0.objects[cid] }) else {
            throw .objectNotFound(cid, in: "memory")
        }
        guard let range else { return bytes }
        return Array(bytes[range.clamped(to: bytes.indices)])
    }

    package func getMany(_ cids: [CID]) async throws(Failure) -> [[UInt8]?] {
        state.withLock { state in cids.map { state.objects[$0] } }
    }

    package func has(_ cids: [CID]) async throws(Failure) -> [Bool] {
        state.withLock { state in cids.map { state.objects[$0] != nil } }
    }

    package func delete(_ cids: [CID]) async throws(Failure) {
        state.withLock { state in
            for cid in cids {
                state.objects[cid] = nil
                state.pinned.remove(cid)
            }
        }
    }

    package func pin(_ cids: [CID]) async throws(Failure) {
        try state.withLock { (state) throws(Failure) in
            for cid in cids where state.objects[cid] == nil {
                throw .objectNotFound(cid, in: "memory")
            }
            state.pinned.formUnion(cids)
        }
    }

    package func unpin(_ cids: [CID]) async throws(Failure) {
        state.withLock { $0.pinned.subtract(cids) }
    }

    package var pinned: Set<CID> { state.withLock { $0.pinned } }
    package var count: Int { state.withLock { $0.objects.count } }
}
