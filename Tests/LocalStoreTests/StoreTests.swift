import Core
import LocalStore
import StorageSupport
import Testing

@Suite struct StoreTests {
    private func code(_ body: () throws(Failure) -> Void) -> FailureCode? {
        do throws(Failure) {
            try body()
            return nil
        } catch { return error.code }
    }

    @Test("a store is made once, and none is found where none was made")
    func creation() throws {
        let disk = SimulatedDisk()
        #expect(code { () throws(Failure) in _ = try Fixture.open(disk) } == .notFound)
        try LocalStore.create(on: disk, key: Fixture.key, settings: Fixture.settings)
        #expect(
            code { () throws(Failure) in
                try LocalStore.create(on: disk, key: Fixture.key, settings: Fixture.settings)
            } == .alreadyExists)
    }

    @Test("making a store that a power cut interrupts can be begun again, or is done")
    func creationCut() throws {
        for calls in 0..<40 {
            let disk = SimulatedDisk()
            disk.cutPower(after: calls)
            let wasMade =
                code { () throws(Failure) in
                    try LocalStore.create(on: disk, key: Fixture.key, settings: Fixture.settings)
                } == nil
            let next = disk.afterPowerCut(seed: UInt64(calls))
            let again = code { () throws(Failure) in
                try LocalStore.create(on: next, key: Fixture.key, settings: Fixture.settings)
            }
            #expect(again == nil || again == .alreadyExists, "after \(calls) calls")
            if wasMade { #expect(again == .alreadyExists, "after \(calls) calls") }
            let store = try Fixture.open(next)
            try store.syncAndWait(through: try store.append([1]))
            try store.close()
        }
    }

    @Test("a store opened for reading changes nothing and takes nothing")
    func readOnly() throws {
        let disk = try Fixture.newDisk()
        var store = try Fixture.open(disk)
        try store.put(Fixture.digest(1), kind: 0, [5])
        try store.syncAndWait(through: try store.append([6]))
        let killed = disk.afterKill()
        try store.close()
        let before = killed.contents
        store = try Fixture.open(killed, .readOnly)
        #expect(store.takeRecovery().records.map(\.bytes) == [[6]])
        #expect(try store.get(Fixture.digest(1)) == [5])
        #expect(code { () throws(Failure) in _ = try store.append([7]) } == .readOnly)
        #expect(code { () throws(Failure) in _ = try store.put(Fixture.digest(2), kind: 0, []) } == .readOnly)
        #expect(code { () throws(Failure) in try store.checkpointAndWait(state: [], through: 0) } == .readOnly)
        try store.close()
        #expect(killed.contents == before)
    }

    @Test("a full disk stops writers, not readers, and all goes on when there is room")
    func fullDisk() throws {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        try store.put(Fixture.digest(0), kind: 0, Fixture.content(0))
        var last = try store.append(Fixture.record(0))
        try store.syncAndWait(through: last)
        disk.setCapacity(disk.usedBytes)
        var records = [Fixture.record(0)]
        var refused: FailureCode?
        for number in 1..<2000 where refused == nil {
            let record = Fixture.record(UInt64(number))
            records.append(record)
            last = try store.append(record)
            refused = code { () throws(Failure) in try store.syncAndWait(through: last) }
        }
        #expect(refused == .noSpace)
        var putRefused: FailureCode?
        for number in 1..<200 where putRefused == nil {
            putRefused = code { () throws(Failure) in
                _ = try store.put(Fixture.digest(UInt64(number)), kind: 0, Fixture.content(1, count: 3000))
            }
        }
        #expect(putRefused == .noSpace)
        #expect(try store.get(Fixture.digest(0)) == Fixture.content(0))
        disk.setCapacity(.max)
        try store.syncAndWait(through: last)
        try store.put(Fixture.digest(5000), kind: 0, [1])
        try store.close()
        let recovery = try Fixture.open(disk.afterPowerCut(seed: 1)).takeRecovery()
        #expect(recovery.records.map(\.bytes) == records)
    }

    @Test("append refuses beyond its limit and says why")
    func backPressure() throws {
        var settings = Fixture.settings
        settings.pendingLimit = 10_000
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk, settings: settings)
        var last: UInt64 = 0
        for _ in 0..<10 { last = try store.append([UInt8](repeating: 1, count: 1000)) }
        #expect(store.pendingBytes == 10_000)
        #expect(code { () throws(Failure) in _ = try store.append([1]) } == .busy)
        try store.syncAndWait(through: last)
        #expect(store.pendingBytes == 0)
        _ = try store.append([1])
        try store.close()
    }

    @Test("checkpoints keep the journal's files few, and their reuse brings no old record back")
    func recycling() throws {
        let disk = try Fixture.newDisk()
        var expected: [[UInt8]] = []
        var files = 0
        for session in 0..<4 {
            let store = try Fixture.open(disk)
            #expect(store.takeRecovery().records.map(\.bytes) == expected)
            for number in 0..<200 {
                let record = Fixture.record(UInt64(session * 1000 + number))
                expected.append(record)
                let position = try store.append(record)
                try store.syncAndWait(through: position)
                if number % 23 == 22 {
                    try store.checkpointAndWait(state: [UInt8(session)], through: position)
                    expected = []
                }
                files = max(files, disk.contents.keys.filter { $0.hasPrefix("journal/") }.count)
            }
            try store.close()
        }
        #expect(files <= 8)
    }

    @Test("an unsynced record is written when its time has come, and survives the process from then on")
    func timedFlush() throws {
        let disk = try Fixture.newDisk()
        var settings = Fixture.settings
        let time = ManualTime()
        settings.time = time
        let store = try Fixture.open(disk, settings: settings)
        try store.put(Fixture.digest(1), kind: 0, [9])
        _ = try store.append([1])
        let before = disk.count(.syncData)
        #expect(try Fixture.open(disk.afterKill()).takeRecovery().records == [])
        time.advance(by: .milliseconds(200))
        // The flush runs on the journal's thread; an object barrier behind it has to wait for it.
        try store.syncObjectsAndWait()
        let recovery = try Fixture.open(disk.afterKill()).takeRecovery()
        #expect(recovery.records.map(\.bytes) == [[1]])
        #expect(disk.count(.syncData) > before)
        try store.close()
    }

    @Test("recovered records that are dropped do not come back behind a durable record or checkpoint")
    func dropping() throws {
        for makesCheckpoint in [false, true] {
            let disk = try Fixture.newDisk()
            var store = try Fixture.open(disk)
            for number in 1...5 { _ = try store.append([UInt8(number)]) }
            try store.close()
            store = try Fixture.open(disk)
            try store.dropRecovered(from: 4)
            var expected: [[UInt8]] = [[1], [2], [3]]
            if makesCheckpoint {
                try store.checkpointAndWait(state: [0], through: 3)
                expected = []
            } else {
                try store.syncAndWait(through: try store.append([99]))
                expected.append([99])
            }
            #expect(code { () throws(Failure) in try store.dropRecovered(from: 2) } != nil || makesCheckpoint)
            let recovery = try Fixture.open(disk.afterPowerCut(seed: 5)).takeRecovery()
            #expect(recovery.records.map(\.bytes) == expected)
        }
    }

    @Test("several threads put, append, sync and read at once, and all of it is there afterwards")
    func threads() throws {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        let pool = WorkerPool(name: "stress", threads: 6, capacity: 100)
        let failures = Gate<[String]>([])
        for worker in 0..<6 {
            _ = pool.submit {
                do throws(Failure) {
                    for step in 0..<150 {
                        let number = UInt64(worker % 3 * 1000 + step)
                        try store.put(Fixture.digest(number), kind: 0, Fixture.content(number))
                        let position = try store.append([UInt8(worker)] + [UInt8](bigEndian: UInt32(step)))
                        if step % 5 == 0 { try store.syncAndWait(through: position) }
                        if step % 50 == 49 { try store.checkpointAndWait(state: [UInt8(worker)], through: 0) }
                        let bytes = try store.get(Fixture.digest(number))
                        if bytes != Fixture.content(number) { failures.withLock { $0.append("object \(number)") } }
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        pool.close()
        #expect(failures.withLock { $0 } == [])
        try store.close()
        let again = try Fixture.open(disk.afterPowerCut(seed: 9))
        let records = again.takeRecovery().records
        #expect(records.count == 900)
        for worker in 0..<6 {
            let own = records.filter { $0.bytes[0] == UInt8(worker) }
            #expect(own.map { Array($0.bytes[1...]) } == (0..<150).map { [UInt8](bigEndian: UInt32($0)) })
        }
        #expect(again.count == 450)
        try again.close()
    }
}
