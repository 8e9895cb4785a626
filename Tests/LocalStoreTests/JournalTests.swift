import Core
import LocalStore
import StorageSupport
import Testing

@Suite struct JournalTests {
    @Test("what was synced comes back in order after the process is killed")
    func survivesKill() throws {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        #expect(store.takeRecovery().state == nil)
        let records = (0..<50).map { Fixture.record($0) }
        var last: UInt64 = 0
        for record in records { last = try store.append(record) }
        try store.syncAndWait(through: last)
        #expect(store.durablePosition == last)
        let recovery = try Fixture.open(disk.afterKill()).takeRecovery()
        #expect(recovery.records.map(\.bytes) == records)
        #expect(recovery.records.map(\.position) == Array(1...50))
        #expect(recovery.records.allSatisfy { $0.objectsWereSynced })
        try store.close()
    }

    @Test("after a clean close every record is known durable")
    func cleanClose() throws {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        for number in 0..<5 { _ = try store.append(Fixture.record(UInt64(number))) }
        try store.close()
        let again = try Fixture.open(disk.afterPowerCut(seed: 1))
        let recovery = again.takeRecovery()
        #expect(recovery.records.count == 5)
        #expect(recovery.records.allSatisfy { $0.isDurable })
        #expect(recovery.notes == [])
        try again.close()
    }

    @Test("a checkpoint's state takes the place of the records it covers")
    func checkpoint() throws {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        for number in 1...10 { _ = try store.append(Fixture.record(UInt64(number))) }
        try store.checkpointAndWait(state: [1, 2, 3], through: 7)
        #expect(store.durablePosition >= 7)
        try store.close()
        let recovery = try Fixture.open(disk, .readOnly).takeRecovery()
        #expect(recovery.state == [1, 2, 3])
        #expect(recovery.through == 7)
        #expect(recovery.records.map(\.position) == [8, 9, 10])
    }
}
