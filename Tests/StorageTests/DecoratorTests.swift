import ContentAddressing
import Core
import Storage
import StorageSupport
import Testing

@Suite struct DecoratorTests {
    private func object(_ seed: UInt64, count: Int = 100) -> StoredObject {
        var random = SeededRandom(seed: seed)
        let bytes = random.bytes(count)
        return StoredObject(cid: ObjectCID.cid(of: bytes), kind: 0, bytes: bytes)
    }

    @Test("the counting store counts requests, objects and bytes")
    func counting() async throws {
        let store = CountingStore(MemoryObjectStore())
        let objects = [object(1, count: 10), object(2, count: 20)]
        try await store.put(objects)
        _ = try await store.get(objects[0].cid)
        _ = try await store.get(objects[1].cid, range: 5..<9)
        _ = try await store.getMany(objects.map(\.cid))
        #expect(store.counts.requests == [.put: 1, .get: 2, .getMany: 1])
        #expect(store.counts.objects == [.put: 2, .get: 2, .getMany: 2])
        #expect(store.counts.bytesPut == 30)
        #expect(store.counts.bytesGot == 10 + 4 + 30)
        #expect(store.counts.total == 4)
        store.reset()
        #expect(store.counts == CountingStore.Counts())
    }

    @Test("the verifying store lets no wrong byte in or out")
    func verifying() async throws {
        let base = MemoryObjectStore()
        let store = VerifyingStore(base, place: "memory")
        let good = object(3)
        let forged = StoredObject(cid: object(4).cid, kind: 0, bytes: [1, 2, 3])
        let refusal = await #expect(throws: Failure.self) { try await store.put([good, forged]) }
        #expect(refusal?.code == .integrity)
        #expect(base.count == 0)
        try await base.put([forged])
        let whole = await #expect(throws: Failure.self) { try await store.get(forged.cid) }
        #expect(whole?.code == .integrity)
        let many = await #expect(throws: Failure.self) { try await store.getMany([forged.cid]) }
        #expect(many?.code == .integrity)
    }

    @Test("the faulty store fails the call it is told to, and that call only")
    func faulty() async throws {
        let base = MemoryObjectStore()
        let store = FaultyStore(base)
        store.fail(call: 2)
        try await store.put([object(5)])
        let failure = await #expect(throws: Failure.self) { try await store.put([object(6)]) }
        #expect(failure?.code == .network)
        #expect(base.count == 1)
        try await store.put([object(6)])
        store.isDown = true
        await #expect(throws: Failure.self) { try await store.has([]) }
        store.isDown = false
        #expect(try await store.has([object(5).cid]) == [true])
        #expect(store.calls == 5)
    }
}
