package import Core

/// Compares objects with their digests on the way in and, whole ones, on the way out.
///
/// A part of an object cannot be compared; what is read by range must prove itself in another way.
package struct VerifyingStore: ObjectStore {
    /// The digest that bytes must have, of the kind that the store's objects go by.
    package typealias DigestFunction = @Sendable (_ bytes: [UInt8]) -> Digest

    private let base: any ObjectStore
    private let place: String
    private let digest: DigestFunction

    /// `place` names the store under this one in messages.
    package init(_ base: any ObjectStore, place: String, digest: @escaping DigestFunction) {
        self.base = base
        self.place = place
        self.digest = digest
    }

    private func check(_ bytes: [UInt8], _ expected: Digest, _ way: String) throws(Failure) {
        guard digest(bytes) == expected else {
            throw Failure(
                .integrity, "object \(expected) \(way) \(place) is not what its name says",
                advice: "nothing of it was used; restore it from a copy")
        }
    }

    package func put(_ objects: [StoredObject]) async throws(Failure) {
        for object in objects { try check(object.bytes, object.digest, "on its way to") }
        try await base.put(objects)
    }

    package func get(_ digest: Digest, range: Range<Int>?) async throws(Failure) -> [UInt8] {
        let bytes = try await base.get(digest, range: range)
        if range == nil { try check(bytes, digest, "from") }
        return bytes
    }

    package func getMany(_ digests: [Digest]) async throws(Failure) -> [[UInt8]?] {
        let found = try await base.getMany(digests)
        guard found.count == digests.count else {
            throw Failure(.integrity, "\(place) answered \(found.count) objects for \(digests.count)")
        }
        for (digest, bytes) in zip(digests, found) {
            if let bytes { try check(bytes, digest, "from") }
        }
        return found
    }

    package func has(_ digests: [Digest]) async throws(Failure) -> [Bool] { try await base.has(digests) }
    package func delete(_ digests: [Digest]) async throws(Failure) { try await base.delete(digests) }
    package func pin(_ digests: [Digest]) async throws(Failure) { try await base.pin(digests) }
    package func unpin(_ digests: [Digest]) async throws(Failure) { try await base.unpin(digests) }
}
