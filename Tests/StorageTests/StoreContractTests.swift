import Core
import Storage
import StorageSupport
import Testing

/// A digest good enough for tests of stores that do not look inside: 32 bytes that depend on every byte.
func testDigest(_ bytes: [UInt8]) -> Digest {
    var words: [UInt64] = [0x9e37_79b9, 0x85eb_ca6b, 0xc2b2_ae35, 0x27d4_eb2f]
    for (index, byte) in bytes.enumerated() {
        words[index & 3] = (words[index & 3] ^ UInt64(byte)) &* 0x100_0000_01b3 &+ words[(index + 1) & 3]
    }
    var random = SeededRandom(seed: words.reduce(UInt64(bytes.count)) { $0 &* 31 ^ $1 })
    return Digest(random.bytes(Digest.length))
}

@Suite struct StoreContractTests {
    @Test("the store in memory keeps every promise")
    func memory() async throws {
        try await runObjectStoreSuite(digest: testDigest) { MemoryObjectStore() }
    }

    @Test("every decorator keeps the promises of the store under it")
    func decorators() async throws {
        try await runObjectStoreSuite(digest: testDigest) { CountingStore(MemoryObjectStore()) }
        try await runObjectStoreSuite(digest: testDigest) {
            VerifyingStore(MemoryObjectStore(), place: "memory", digest: testDigest)
        }
        try await runObjectStoreSuite(digest: testDigest) { FaultyStore(MemoryObjectStore()) }
        try await runObjectStoreSuite(digest: testDigest) {
            CountingStore(VerifyingStore(FaultyStore(MemoryObjectStore()), place: "memory", digest: testDigest))
        }
    }

    @Test("the suite finds a store that gives wrong bytes")
    func suiteCanFail() async throws {
        await #expect(throws: ContractBreach.self) {
            try await runObjectStoreSuite(digest: testDigest) { ForgetfulStore() }
        }
    }
}

/// A store that loses the last byte of what it is asked for.
private struct ForgetfulStore: ObjectStore {
    private let base = MemoryObjectStore()

    func put(_ objects: [StoredObject]) async throws(Failure) { try await base.put(objects) }
    func get(_ digest: Digest, range: Range<Int>?) async throws(Failure) -> [UInt8] {
        Array(try await base.get(digest, range: range).dropLast())
    }
    func getMany(_ digests: [Digest]) async throws(Failure) -> [[UInt8]?] { try await base.getMany(digests) }
    func has(_ digests: [Digest]) async throws(Failure) -> [Bool] { try await base.has(digests) }
    func delete(_ digests: [Digest]) async throws(Failure) { try await base.delete(digests) }
    func pin(_ digests: [Digest]) async throws(Failure) { try await base.pin(digests) }
    func unpin(_ digests: [Digest]) async throws(Failure) { try await base.unpin(digests) }
}
