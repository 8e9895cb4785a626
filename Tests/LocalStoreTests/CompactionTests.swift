import Core
import LocalStore
import StorageSupport
import Synchronization
import Testing

@Suite struct CompactionTests {
    private let settings = Fixture.compactionSettings

    private func open(_ disk: SimulatedDisk) throws(Failure) -> LocalStore {
        try Fixture.open(disk, settings: settings)
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
        var store = try model.makeSparse(on: disk)
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
        model.report.record()
    }

    @Test("compaction needs room for the live part of one segment")
    func needsLittleRoom() throws {
        let disk = try Fixture.newDisk()
        var model = CompactionModel(seed: 0)
        let store = try model.makeSparse(on: disk)
        let before = objectBytes(disk)
        disk.setCapacity(disk.usedBytes + 2 * settings.objectSegmentBytes)
        try store.compact()
        #expect(objectBytes(disk) < before / 2)
        model.judgeLive(store)
        try store.close()
        model.report.record()
    }

    @Test("whichever call of the disk fails during compaction, what counts stays and what is gone stays gone")
    func everyCallFails() throws {
        var trial = StoreTrial()
        #expect(try trial.failCallsCompacting() > 50, "compaction must reach the disk")
        trial.record()
    }

    @Test("power cuts and kills at random moments of stores under compaction", arguments: 0..<8)
    func powerCuts(_ part: Int) throws {
        var trial = StoreTrial()
        let first = UInt64(part * 1000)
        try trial.cutPowerCompacting(seeds: first..<first + UInt64(Fixture.rounds(60)))
        trial.record()
    }

    @Test("an object stays gone when the sync of its copy's removal was under way", arguments: [1191, 20_261_328])
    func staysGone(_ seed: UInt64) throws {
        // A race: one life in twenty brought an object back.
        for _ in 0..<60 {
            var trial = StoreTrial()
            try trial.cutPowerCompacting(seeds: seed..<seed + 1)
            trial.record()
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
        let store = try model.makeSparse(on: disk)
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
        model.report.record()
    }

    @Test("segments that the disk cannot read stay, and the others are compacted all the same")
    func unreadable() throws {
        let disk = try Fixture.newDisk()
        var model = CompactionModel(seed: 0)
        let store = try model.makeSparse(on: disk)
        let before = Set(disk.contents.keys.filter { $0.hasPrefix("objects/") })
        let number = disk.count(.read)
        disk.failAlways([.read])
        try store.compact()
        #expect(disk.count(.read) > number + 1)
        disk.failAlways([])
        #expect(before.isSubset(of: disk.contents.keys))
        #expect(store.standing.findings.filter { $0.problem == .damaged }.count > 1)
        model.judgeLive(store)
        try store.close()
        model.report.record()
    }

    @Test("who opened a segment before it was compacted reads on")
    func readers() throws {
        let disk = try Fixture.newDisk()
        var model = CompactionModel(seed: 0)
        let store = try model.makeSparse(on: disk)
        let reader = try Fixture.open(disk, .readOnly, settings: settings)
        try store.compact()
        for number in UInt64(0)..<20 {
            #expect(try reader.get(Fixture.digest(number * 3)) == Fixture.content(number * 3))
        }
        try reader.close()
        try store.close()
        model.report.record()
    }
}
