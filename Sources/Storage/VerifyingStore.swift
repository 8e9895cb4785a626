package import ContentAddressing
package import Core

/// Compares objects with their CIDs on the way in and, whole ones, on the way out.
///
/// A part of an object cannot be compared; what is read by range must prove itself in another way.
package struct VerifyingStore: ObjectStore {
    private let base: any ObjectStore
    private let place: String

    /// `place` names the store under this one in messages.
    package init(_ base: any ObjectStore, place: String) {
        self.base = base
        self.place = place
    }

    private func check(_ bytes: [UInt8], _ expected: CID, _ way: String) throws(Failure) {
        guard ObjectCID.cid(of: bytes) == expected else {
            throw Failure(
                .integrity, "object \(expected) \(way) \(place) is not what its name says",
                advice: "nothing of it was used; restore it from a copy")
        }
    }

    package func put(_ objects: [StoredObject]) async throws(Failure) {
        for object in objects { try check(object.bytes, object.cid, "on its way to") }
        try await base.put(objects)
    }

    package func get(_ cid: CID, range: Range<Int>?) async throws(Failure) -> [UInt8] {
        let bytes = try await base.get(cid, range: range)
        if range == nil { try check(bytes, cid, "from") }
        return bytes
    }

    package func getMany(_ cids: [CID]) async throws(Failure) -> [[UInt8]?] {
        let found = try await base.getMany(cids)
        guard found.count == cids.count else {
            throw Failure(.integrity, "\(place) answered \(found.count) objects for \(cids.count)")
        }
        for (cid, bytes) in zip(cids, found) {
            if let bytes { try check(bytes, cid, "from") }
        }
        return found
    }

    package func has(_ cids: [CID]) async throws(Failure) -> [Bool] { try await base.has(cids) }
    package func delete(_ cids: [CID]) async throws(Failure) { try await base.delete(cids) }
    package func pin(_ cids: [CID]) async throws(Failure) { try await base.pin(cids) }
    package func unpin(_ cids: [CID]) async throws(Failure) { try await base.unpin(cids) }
}
