package import ContentAddressing
package import Core

/// An object on its way into a store.
package struct StoredObject: Sendable, Equatable {
    package let cid: CID
    /// What the object is, in the words of who sealed it: stores may treat kinds differently and never look inside.
    package let kind: UInt8
    package let bytes: [UInt8]

    package init(cid: CID, kind: UInt8, bytes: [UInt8]) {
        self.cid = cid
        self.kind = kind
        self.bytes = bytes
    }
}

/// Objects under their CIDs, somewhere: in memory, on this disk, on another machine.
///
/// Every store MUST keep these promises; one suite checks them (`runObjectStoreSuite`).
/// - Any task may call anything at any time.
/// - An object MUST become visible whole or not at all: one whose `put` failed, was cancelled or is under way is never
///   read in part. When `put` throws, each object of it is either whole or absent, and putting it again is harmless.
/// - Putting an object that is there MUST succeed and change nothing.
/// - `get` MUST return the bytes as they were put, or throw: `.notFound` when the object is not there, never empty or
///   shortened data. Bytes that a store finds to be wrong are `.damaged` or `.integrity`.
/// - A range MUST be clipped to the object: what it has of the range, empty behind its end.
/// - `getMany` and `has` MUST answer in the order they were asked; absence is an answer, not a failure.
/// - `delete` of an object that is not there MUST succeed.
/// - A pinned object MUST stay until it is unpinned or deleted; a store that never drops anything of its own accord
///   only checks that the object is there. Pinning twice is as pinning once. `unpin` of what is not pinned MUST
///   succeed.
package protocol ObjectStore: Sendable {
    func put(_ objects: [StoredObject]) async throws(Failure)
    func get(_ cid: CID, range: Range<Int>?) async throws(Failure) -> [UInt8]
    /// Nil stands for an object that is not there.
    func getMany(_ cids: [CID]) async throws(Failure) -> [[UInt8]?]
    func has(_ cids: [CID]) async throws(Failure) -> [Bool]
    func delete(_ cids: [CID]) async throws(Failure)
    /// Throws `.notFound` when one of them is not there.
    func pin(_ cids: [CID]) async throws(Failure)
    func unpin(_ cids: [CID]) async throws(Failure)
}

extension ObjectStore {
    package func get(_ cid: CID) async throws(Failure) -> [UInt8] { try await get(cid, range: nil) }
}

extension Failure {
    /// What every store says about an object that it does not have.
    package static func objectNotFound(_ cid: CID, in place: String) -> Failure {
        Failure(.notFound, "object \(cid) is not in \(place)")
    }
}
