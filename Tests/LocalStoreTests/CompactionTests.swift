import Core
import LocalStore
import StorageSupport
import Synchronization
import Testing

@Suite struct CompactionTests {
    private var settings: StoreSettings {
        var settings = Fixture.settings
        settings.objectSegmentBytes = 12 << 10
        settings.compactsItself = false
        return settings
    }

    private func open(_ disk: SimulatedDisk) throws(Failure) -> LocalStore {
        try Fixture.open(disk, settings: settings)
    }

    /// Segments of which two objects in three are gone, none of them synced away yet.
    private func sparseStore(_ disk: SimulatedDisk, _ model: inout CompactionModel) throws -> LocalStore {
        let store = try open(disk)
        for number in UInt64(0)..<60 { model.put(store, number) }
        model.sync(store)
        for number in UInt64(0)..<60 where number % 3 != 0 { model.remove(store, number) }
        model.sync(store)
        return store
    }

    private func objectBytes(_ disk: SimulatedDisk) -> Int {
        disk.contents.filter { $0.key.hasSuffix(".seg") && !$0.key.hasPrefix("journal") }.values.reduce(0) {
            $0 + $1.count
        }
    }

    @Test("compaction gives the space of what was removed back, and keeps what was not")
    func givesBack() throws {
        let disk = try Fixture.newDisk()
        var model = CompactionModel(seed: 0)
        var store = try sparseStore(disk, &model)
        let before = objectBytes(disk)
        try store.compact()
        #expect(objectBytes(disk) < before / 2)
        model.judgeLive(store)
        var listed: Set<Digest> = []
        try store.forEachObject { (entry) throws(Failure) in listed.insert(entry.digest) }
        #expect(listed == Set((0..<20).map { Fixture.digest(UInt64($0) * 3) }))
        try store.close()
        store = try open(disk.afterPowerCut(seed: 1))
        #expect(store.takeRecovery().notes == [])
        model.judge(store)
        // Nothing is left to do, so nothing is done again.
        let calls = disk.count(.remove)
        try store.compact()
        #expect(disk.count(.remove) == calls)
        try store.close()
    }

    @Test("compaction needs room for the live part of one segment")
    func needsLittleRoom() throws {
        let disk = try Fixture.newDisk()
        var model = CompactionModel(seed: 0)
        let store = try sparseStore(disk, &model)
        let before = objectBytes(disk)
        disk.setCapacity(disk.usedBytes + 2 * settings.objectSegmentBytes)
        try store.compact()
        #expect(objectBytes(disk) < before / 2)
        model.judgeLive(store)
        try store.close()
    }

    @Test("whichever call of the disk fails during compaction, what counts stays and what is gone stays gone")
    func everyCallFails() throws {
        var number = 1
        var hasFailed = true
        while hasFailed {
            let disk = try Fixture.newDisk()
            var model = CompactionModel(seed: UInt64(number))
            let store = try sparseStore(disk, &model)
            disk.fail(call: number, with: number % 2 == 0 ? .io : .noSpace)
            _ = try? store.compact()
            hasFailed = disk.hasFailed
            model.judgeLive(store)
            var afterKill = model
            afterKill.judge(try open(disk.afterKill()))
            model.sync(store)
            model.judge(try open(disk.afterPowerCut(seed: UInt64(number))))
            number += 1
        }
        #expect(number > 50, "compaction must reach the disk")
    }

    @Test("power cuts and kills at random moments of stores under compaction", arguments: 0..<8)
    func powerCuts(_ part: Int) throws {
        for round in 0..<Fixture.rounds(60) {
            var model = CompactionModel(seed: UInt64(part * 1000 + round))
            var disk = try Fixture.newDisk()
            for _ in 0..<4 {
                let store = try open(disk)
                #expect(!store.takeRecovery().findings.contains { $0.isLoss }, "a false alarm; seed \(model.seed)")
                model.judge(store)
                let isKilled = model.random.next() % 3 == 0
                if !isKilled { disk.cutPower(after: Int(model.random.next() % 900)) }
                for _ in 0..<model.random.next() % 200 { model.step(store) }
                if model.random.next() % 6 == 0 { try? store.close() }
                disk = isKilled ? disk.afterKill() : disk.afterPowerCut(seed: model.random.next())
            }
            let store = try open(disk)
            model.judge(store)
            try store.close()
        }
    }

    @Test("objects are put, removed, read and listed beside compaction, and the next opening agrees")
    func threads() throws {
        let disk = try Fixture.newDisk()
        let store = try open(disk)
        // These stay, and are moved all the time.
        for number in UInt64(1000)..<1040 { try store.put(Fixture.digest(number), kind: 3, Fixture.content(number)) }
        let pool = WorkerPool(name: "stress", threads: 5, capacity: 100)
        let problems = Mutex<[String]>([])
        for worker in UInt64(0)..<3 {
            _ = pool.submit {
                var random = SeededRandom(seed: worker)
                do throws(Failure) {
                    for _ in 0..<600 {
                        let number = worker * 100 + random.next() % 20
                        if random.next() % 2 == 0 {
                            try store.put(Fixture.digest(number), kind: 1, Fixture.content(number))
                            if try store.get(Fixture.digest(number)) != Fixture.content(number) {
                                problems.withLock { $0.append("object \(number)") }
                            }
                        } else {
                            try store.remove(Fixture.digest(number))
                        }
                    }
                } catch { problems.withLock { $0.append("\(error)") } }
            }
        }
        _ = pool.submit {
            do throws(Failure) {
                for _ in 0..<40 { try store.compact() }
            } catch { problems.withLock { $0.append("\(error)") } }
        }
        _ = pool.submit {
            for _ in 0..<40 {
                do throws(Failure) {
                    var seen: Set<Digest> = []
                    try store.forEachObject { (entry) throws(Failure) in seen.insert(entry.digest) }
                    for number in UInt64(1000)..<1040 where !seen.contains(Fixture.digest(number)) {
                        problems.withLock { $0.append("object \(number) was not listed") }
                    }
                } catch { problems.withLock { $0.append("\(error)") } }
            }
        }
        pool.close()
        #expect(problems.withLock { $0 } == [])
        let there = (0..<320).filter { store.contains(Fixture.digest(UInt64($0))) }
        try store.close()
        let again = try open(disk.afterPowerCut(seed: 3))
        #expect((0..<320).filter { again.contains(Fixture.digest(UInt64($0))) } == there)
        for number in UInt64(1000)..<1040 { #expect(try again.get(Fixture.digest(number)) == Fixture.content(number)) }
        try again.close()
    }

    @Test("garbage is compacted in the background, and closing does not wait for all of it")
    func background() throws {
        let disk = try Fixture.newDisk()
        var settings = settings
        settings.compactsItself = true
        settings.compactionBytes = 4 << 10
        let store = try Fixture.open(disk, settings: settings)
        for number in UInt64(0)..<100 { try store.put(Fixture.digest(number), kind: 1, Fixture.content(number)) }
        try store.syncObjectsAndWait()
        let before = objectBytes(disk)
        for number in UInt64(0)..<100 where number % 5 != 0 { try store.remove(Fixture.digest(number)) }
        store.finishUpkeep()
        #expect(objectBytes(disk) < before / 2)
        for number in UInt64(100)..<200 { try store.put(Fixture.digest(number), kind: 1, Fixture.content(number)) }
        for number in UInt64(100)..<200 { try store.remove(Fixture.digest(number)) }
        try store.close()
        let again = try Fixture.open(disk, settings: settings)
        for number in UInt64(0)..<200 {
            #expect(again.contains(Fixture.digest(number)) == (number < 100 && number % 5 == 0))
        }
        try again.close()
    }

    @Test("a segment in which something cannot be read stays")
    func keepsDamaged() throws {
        let disk = try Fixture.newDisk()
        var model = CompactionModel(seed: 0)
        let store = try sparseStore(disk, &model)
        // Object 3 is a chunk, without a second copy, and is still there.
        let content = Fixture.content(3)
        let found = disk.contents.filter { $0.key.hasPrefix("objects/") }.compactMap { path, bytes -> (String, Int)? in
            bytes.indices.dropLast(content.count).first { bytes[$0..<$0 + content.count].elementsEqual(content) }.map {
                (path, $0)
            }
        }
        let (path, at) = try #require(found.first)
        disk.flip(path, at: at + 1, mask: 1)
        try store.compact()
        #expect(disk.contents[path] != nil)
        #expect(store.standing.findings.contains { $0.problem == .damaged && $0.digest == Fixture.digest(3) })
        disk.flip(path, at: at + 1, mask: 1)
        #expect(try store.get(Fixture.digest(3)) == content)
        try store.close()
    }

    @Test("who opened a segment before it was compacted reads on")
    func readers() throws {
        let disk = try Fixture.newDisk()
        var model = CompactionModel(seed: 0)
        let store = try sparseStore(disk, &model)
        let reader = try Fixture.open(disk, .readOnly, settings: settings)
        try store.compact()
        for number in UInt64(0)..<20 {
            #expect(try reader.get(Fixture.digest(number * 3)) == Fixture.content(number * 3))
        }
        try reader.close()
        try store.close()
    }
}
