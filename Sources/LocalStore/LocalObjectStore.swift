package import ContentAddressing
package import Core
package import Storage

/// The local store's objects as an `ObjectStore`; disk work runs on a pool's threads, never on Swift's.
///
/// Nothing is dropped of its own accord here, so a pin only checks that the object is there. `put` returns when the
/// objects are in the page cache; the local store's own syncs make them durable.
package struct LocalObjectStore: ObjectStore {
    private let store: LocalStore
    private let pool: WorkerPool

    package init(_ store: LocalStore, on pool: WorkerPool) {
        self.store = store
        self.pool = pool
    }

    /// Runs `body` on the pool.
    private func perform<Value: Sendable>(
        _ body: @escaping @Sendable (LocalStore) throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, Failure>, Never>) in
            let accepted = pool.submit { [store] in
                continuation.resume(returning: Result { () throws(Failure) in try body(store) })
            }
            if !accepted {
                let full = Failure(.busy, "too many requests wait for the local store", advice: "try again")
                continuation.resume(returning: .failure(full))
            }
        }
        return try result.get()
    }

    package func put(_ objects: [StoredObject]) async throws(Failure) {
        try await perform { (store) throws(Failure) in
            for object in objects {
                try store.put(try ObjectCID.digest(of: object.cid), kind: object.kind, object.bytes)
            }
        }
    }

    package func get(_ cid: CID, range: Range<Int>?) async throws(Failure) -> [UInt8] {
        try await perform { (store) throws(Failure) in try store.get(try ObjectCID.digest(of: cid), range: range) }
    }

    package func getMany(_ cids: [CID]) async throws(Failure) -> [[UInt8]?] {
        try await perform { (store) throws(Failure) in
            var found: [[UInt8]?] = []
            for cid in cids { found.append(try store.find(try ObjectCID.digest(of: cid))) }
            return found
        }
    }

    package func has(_ cids: [CID]) async throws(Failure) -> [Bool] { cids.map(contains) }

    private func contains(_ cid: CID) -> Bool {
        guard let digest = try? ObjectCID.digest(of: cid) else { return false }
        return store.contains(digest)
    }

    package func delete(_ cids: [CID]) async throws(Failure) {
        try await perform { (store) throws(Failure) in
            for cid in cids { try store.remove(try ObjectCID.digest(of: cid)) }
        }
    }

    package func pin(_ cids: [CID]) async throws(Failure) {
        for cid in cids where !contains(cid) { throw .objectNotFound(cid, in: "the local store") }
    }

    package func unpin(_ cids: [CID]) async throws(Failure) {}
}
