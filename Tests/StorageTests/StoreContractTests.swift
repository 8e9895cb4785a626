import ContentAddressing
import Core
import Naming
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

    @Test("the names in memory keep every promise")
    func names() async throws {
        try await runNameStoreSuite { MemoryNameStore() }
    }

    @Test("the suite finds a store of names that goes by the record's word alone")
    func nameSuiteCanFail() async throws {
        await #expect(throws: ContractBreach.self) {
            try await runNameStoreSuite { GullibleNames() }
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

/// A store of names that checks nothing.
private actor GullibleNames: NameStore {
    private var records: [IPNSName: NameRecord] = [:]

    func resolve(_ name: IPNSName) async throws(Failure) -> NameAnswer {
        guard let record = records[name] else { throw .nothingPublished(name) }
        return NameAnswer(record)
    }

    func publish(_ record: NameRecord, under name: IPNSName) async throws(Failure) { records[name] = record }
}
