import ContentAddressing
import Core
import Storage
import StorageSupport
import Testing

@Suite struct StoreContractTests {
    @Test("the store in memory keeps every promise")
    func memory() async throws {
        try await runObjectStoreSuite { MemoryObjectStore() }
    }

    @Test("every decorator keeps the promises of the store under it")
    func decorators() async throws {
        try await runObjectStoreSuite { CountingStore(MemoryObjectStore()) }
        try await runObjectStoreSuite {
            VerifyingStore(MemoryObjectStore(), place: "memory")
        }
        try await runObjectStoreSuite { FaultyStore(MemoryObjectStore()) }
        try await runObjectStoreSuite {
            CountingStore(VerifyingStore(FaultyStore(MemoryObjectStore()), place: "memory"))
        }
    }

    @Test("the suite finds a store that gives wrong bytes")
    func suiteCanFail() async throws {
        await #expect(throws: ContractBreach.self) {
            try await runObjectStoreSuite { ForgetfulStore() }
        }
    }
}

/// A store that loses the last byte of what it is asked for.
private struct ForgetfulStore: ObjectStore {
    private let base = MemoryObjectStore()

    func put(_ objects: [StoredObject]) async throws(Failure) { try await base.put(objects) }
    func get(_ cid: CID, range: Range<Int>?) async throws(Failure) -> [UInt8] {
        Array(try await base.get(cid, range: range).dropLast())
    }
    func getMany(_ cids: [CID]) async throws(Failure) -> [[UInt8]?] { try await base.getMany(cids) }
    func has(_ cids: [CID]) async throws(Failure) -> [Bool] { try await base.has(cids) }
    func delete(_ cids: [CID]) async throws(Failure) { try await base.delete(cids) }
    func pin(_ cids: [CID]) async throws(Failure) { try await base.pin(cids) }
    func unpin(_ cids: [CID]) async throws(Failure) { try await base.unpin(cids) }
}
