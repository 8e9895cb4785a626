internal import ContentAddressing
internal import Core
internal import Naming
internal import Storage
internal import Synchronization

/// A remote that is opened when something is asked of it, and again as long as that fails.
///
/// So a disk that is not mounted keeps nobody from what is here.
final class DeferredPlace: ObjectStore, NameStore {
    typealias Opening = @Sendable () async throws(Failure) -> Remote

    private let opening: Opening
    private let opened = Mutex<Remote?>(nil)

    init(_ opening: @escaping Opening) { self.opening = opening }

    /// Two tasks may open it at once; either result serves.
    private func remote() async throws(Failure) -> Remote {
        if let remote = opened.withLock({ $0 }) { return remote }
        let remote = try await opening()
        opened.withLock { $0 = remote }
        return remote
    }

    func put(_ objects: [StoredObject]) async throws(Failure) { try await remote().objects.put(objects) }

    func get(_ cid: CID, range: Range<Int>?) async throws(Failure) -> [UInt8] {
        try await remote().objects.get(cid, range: range)
    }

    func getMany(_ cids: [CID]) async throws(Failure) -> [[UInt8]?] { try await remote().objects.getMany(cids) }
    func has(_ cids: [CID]) async throws(Failure) -> [Bool] { try await remote().objects.has(cids) }
    func delete(_ cids: [CID]) async throws(Failure) { try await remote().objects.delete(cids) }
    func pin(_ cids: [CID]) async throws(Failure) { try await remote().objects.pin(cids) }
    func unpin(_ cids: [CID]) async throws(Failure) { try await remote().objects.unpin(cids) }

    func resolve(_ name: IPNSName) async throws(Failure) -> NameAnswer { try await remote().names.resolve(name) }

    func publish(_ record: NameRecord, under name: IPNSName) async throws(Failure) {
        try await remote().names.publish(record, under: name)
    }
}
