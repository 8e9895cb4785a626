package import ContentAddressing
package import Core
internal import Synchronization

/// What was asked of a store.
package enum StoreCall: String, Sendable, CaseIterable {
    case put, get, getMany, has, delete, pin, unpin
}

/// Counts what is asked of the store under it: requests, the objects in them, and the bytes that went through.
package final class CountingStore: ObjectStore {
    package struct Counts: Sendable, Equatable {
        package var requests: [StoreCall: Int] = [:]
        package var objects: [StoreCall: Int] = [:]
        package var bytesPut = 0
        package var bytesGot = 0

        package init() {}

        package var total: Int { requests.values.reduce(0, +) }
    }

    private let base: any ObjectStore
    private let state = Mutex(Counts())

    package init(_ base: any ObjectStore) { self.base = base }

    package var counts: Counts { state.withLock { $0 } }
    package func reset() { state.withLock { $0 = Counts() } }

    private func note(_ call: StoreCall, _ objects: Int) {
        state.withLock { counts in
            counts.requests[call, default: 0] += 1
            counts.objects[call, default: 0] += objects
        }
    }

    package func put(_ objects: [StoredObject]) async throws(Failure) {
        note(.put, objects.count)
        try await base.put(objects)
        let bytes = objects.reduce(0) { $0 + $1.bytes.count }
        state.withLock { $0.bytesPut += bytes }
    }

    package func get(_ cid: CID, range: Range<Int>?) async throws(Failure) -> [UInt8] {
        note(.get, 1)
        let bytes = try await base.get(cid, range: range)
        state.withLock { $0.bytesGot += bytes.count }
        return bytes
    }

    package func getMany(_ cids: [CID]) async throws(Failure) -> [[UInt8]?] {
        note(.getMany, cids.count)
        let found = try await base.getMany(cids)
        let bytes = found.reduce(0) { $0 + ($1?.count ?? 0) }
        state.withLock { $0.bytesGot += bytes }
        return found
    }

    package func has(_ cids: [CID]) async throws(Failure) -> [Bool] {
        note(.has, cids.count)
        return try await base.has(cids)
    }

    package func delete(_ cids: [CID]) async throws(Failure) {
        note(.delete, cids.count)
        try await base.delete(cids)
    }

    package func pin(_ cids: [CID]) async throws(Failure) {
        note(.pin, cids.count)
        try await base.pin(cids)
    }

    package func unpin(_ cids: [CID]) async throws(Failure) {
        note(.unpin, cids.count)
        try await base.unpin(cids)
    }
}
