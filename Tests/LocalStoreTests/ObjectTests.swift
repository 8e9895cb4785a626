import Core
import LocalStore
import Storage
import StorageSupport
import Testing

@Suite struct ObjectTests {
    @Test(
        "an object is read whole, in part and into a buffer", arguments: [0, 1, 15, 16, 17, 4095, 4096, 4097, 40_000])
    func reads(_ count: Int) throws {
        let store = try Fixture.open(try Fixture.newDisk())
        let content = Fixture.content(5, count: count)
        #expect(try store.put(Fixture.digest(5), kind: 3, content))
        #expect(try store.get(Fixture.digest(5)) == content)
        #expect(store.contains(Fixture.digest(5)))
        #expect(store.length(of: Fixture.digest(5)) == count)
        for range in [0..<1, 0..<count, count / 2..<count, count..<count + 10, 3..<count + 3] {
            #expect(try store.get(Fixture.digest(5), range: range) == Array(content[range.clamped(to: 0..<count)]))
        }
        var buffer = [UInt8](repeating: 0xee, count: 100)
        let offset = count / 3
        let read = try unsafe buffer.withUnsafeMutableBytes {
            unsafe try store.get(Fixture.digest(5), from: offset, into: $0)
        }
        #expect(read == min(100, count - offset))
        #expect(Array(buffer[..<read]) == Array(content[offset..<offset + read]))
        #expect(buffer[read...].allSatisfy { $0 == 0xee })
        try store.close()
    }

    @Test("an object that is there costs nothing to put again")
    func deduplicates() throws {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        #expect(try store.put(Fixture.digest(1), kind: 0, [1, 2, 3]))
        // The store makes its next journal segment beside this: one time between its calls is enough, as a call of the
        // put's own would come every time.
        var costsNothing = false
        for _ in 0..<1000 where !costsNothing {
            let calls = disk.totalCalls
            #expect(try !store.put(Fixture.digest(1), kind: 0, [1, 2, 3]))
            costsNothing = disk.totalCalls == calls
        }
        #expect(costsNothing)
        #expect(store.count == 1)
        #expect(store.byteCount == 3)
        try store.close()
    }

    @Test("a removed object stays away, and can be put again")
    func removes() throws {
        let disk = try Fixture.newDisk()
        var store = try Fixture.open(disk)
        for number in 0..<4 { try store.put(Fixture.digest(UInt64(number)), kind: 0, Fixture.content(UInt64(number))) }
        #expect(try store.remove(Fixture.digest(1)))
        #expect(try !store.remove(Fixture.digest(1)))
        #expect(try store.remove(Fixture.digest(2)))
        try store.put(Fixture.digest(2), kind: 0, Fixture.content(2))
        try store.close()
        for access in [LocalStore.Access.readOnly, .readWrite] {
            store = try Fixture.open(disk, access)
            #expect(!store.contains(Fixture.digest(1)))
            #expect(store.count == 3)
            #expect(try store.get(Fixture.digest(2)) == Fixture.content(2))
            try store.close()
        }
    }

    @Test("many sessions with many segments keep every object, whether closed or killed")
    func sessions() throws {
        var disk = try Fixture.newDisk()
        var number: UInt64 = 0
        for session in 0..<6 {
            let store = try Fixture.open(disk)
            for _ in 0..<25 {
                try store.put(Fixture.digest(number), kind: UInt8(number % 5), Fixture.content(number, count: 3000))
                number += 1
            }
            if session % 2 == 0 { try store.close() } else { disk = disk.afterKill() }
        }
        let store = try Fixture.open(disk)
        var listed: [Digest: ObjectEntry] = [:]
        try store.forEachObject { (entry) throws(Failure) in listed[entry.digest] = entry }
        #expect(listed.count == Int(number))
        for number in 0..<number {
            let digest = Fixture.digest(number)
            #expect(listed[digest]?.kind == UInt8(number % 5))
            #expect(listed[digest]?.length == 3000)
            #expect(try store.get(digest) == Fixture.content(number, count: 3000))
        }
        #expect(disk.contents.keys.filter { $0.hasPrefix("objects/") }.count > 8)
        try store.close()
    }

    @Test("opening a closed store reads each object segment a few times only, however many objects it holds")
    func opensByTables() throws {
        let disk = try Fixture.newDisk()
        var settings = Fixture.settings
        settings.tableEntries = StoreSettings().tableEntries
        var store = try Fixture.open(disk, settings: settings)
        for number in 0..<400 { try store.put(Fixture.digest(UInt64(number)), kind: 0, Fixture.content(1, count: 300)) }
        try store.close()
        let segments = disk.contents.keys.filter { $0.hasPrefix("objects/") }.count
        let journals = disk.contents.keys.filter { $0.hasPrefix("journal/") }.count
        let before = disk.count(.read)
        store = try Fixture.open(disk, .readOnly)
        #expect(store.count == 400)
        #expect(disk.count(.read) - before <= segments * 6 + journals * 3 + 4)
    }

    @Test("what is too long is refused before anything is written")
    func tooLong() throws {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        let longest = store.greatestObjectLength
        #expect(throws: Failure.self) {
            try store.put(Fixture.digest(1), kind: 0, [UInt8](repeating: 0, count: longest + 1))
        }
        #expect(throws: Failure.self) {
            try store.append([UInt8](repeating: 0, count: Fixture.settings.journalSegmentBytes))
        }
        #expect(store.count == 0)
        #expect(store.pendingBytes == 0)
        #expect(!disk.contents.keys.contains { $0.hasPrefix("objects/") })
        try store.put(Fixture.digest(1), kind: 0, [UInt8](repeating: 7, count: longest))
        #expect(try store.get(Fixture.digest(1)).count == longest)
        try store.close()
    }

    @Test("the local store keeps every promise of an object store")
    func contract() async throws {
        let pool = WorkerPool(name: "local-test", threads: 2, capacity: 1000)
        var settings = Fixture.settings
        settings.objectSegmentBytes = 3 << 20
        try await runObjectStoreSuite {
            let disk = SimulatedDisk()
            try LocalStore.create(on: disk, key: Fixture.key, settings: settings)
            return LocalObjectStore(try Fixture.open(disk, settings: settings), on: pool)
        }
        pool.close()
    }
}
