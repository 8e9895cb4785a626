import Core
import LocalStore
import StorageSupport
import Synchronization
import Testing

@Suite struct CrashTests {
    /// A store and the clock it flushes by.
    private func open(_ disk: SimulatedDisk) throws(Failure) -> (store: LocalStore, time: ManualTime) {
        var settings = Fixture.settings
        let time = ManualTime()
        settings.time = time
        return (try Fixture.open(disk, settings: settings), time)
    }

    @Test("1,200 power cuts at random moments lose nothing acknowledged and invent nothing", arguments: 0..<8)
    func powerCuts(_ part: Int) throws {
        var trial = StoreTrial()
        let first = UInt64(part * 1000)
        try trial.cutPower(seeds: first..<first + UInt64(Fixture.rounds(50)))
        trial.record()
        #expect(trial.powerCuts > 0 && trial.acknowledgements > 0)
    }

    @Test("whichever call of the disk fails, nothing acknowledged is lost", arguments: [Errno.io, .noSpace])
    func everyCallFails(_ errno: Errno) throws {
        var trial = StoreTrial()
        #expect(try trial.failCalls(with: errno) > 100, "the workload must reach the disk")
        trial.record()
    }

    @Test("every sync of the disk fails for a while, and the store goes on when it works again")
    func syncsFail() throws {
        var model = CrashModel(seed: 7)
        let disk = try Fixture.newDisk()
        let (store, time) = try open(disk)
        for round in 0..<6 {
            disk.failAlways(round % 2 == 1 ? [.syncData] : [])
            for _ in 0..<40 { model.step(store, disk, time) }
        }
        disk.failAlways([])
        let position = try store.append([1])
        #expect(syncFailure(store, position)?.description == nil)
        let cut = try open(disk.afterPowerCut(seed: 3)).store
        let recovery = cut.takeRecovery()
        #expect(recovery.records.last?.bytes == [1])
        model.noteAppended([1], at: position)
        model.judge(cut, recovery, canDrop: false)
        model.report.record()
    }

    @Test("a planned power cut shows what a real one there would leave, and the disk lives on")
    func plannedCut() throws {
        func live(_ disk: SimulatedDisk, calls: Int) throws {
            let file = try disk.open("file", for: .create)
            try disk.synchronizeFolder("")
            for number in 1...calls {
                let bytes = [UInt8](repeating: UInt8(number), count: 600)
                unsafe try file.write(bytes.span.bytes, at: 0)
            }
        }
        let (planned, cut) = (SimulatedDisk(), SimulatedDisk())
        let taken = Mutex<SimulatedDisk?>(nil)
        // Two calls to make the file, eight writes to it, and the next is not reached.
        planned.planPowerCut(before: 11, seed: 5) { disk in taken.withLock { $0 = disk } }
        try live(planned, calls: 20)
        try live(cut, calls: 8)
        let left = try #require(taken.withLock { $0 })
        let (found, expected) = (left.contents["file"] ?? [], cut.afterPowerCut(seed: 5).contents["file"])
        #expect(Set(found).max() == 8, "this seed leaves some of the last write")
        let isSame = found == expected
        #expect(isSame)
        #expect(planned.contents["file"] == [UInt8](repeating: 20, count: 600))
    }

    private func syncFailure(_ store: LocalStore, _ position: UInt64) -> Failure? {
        do throws(Failure) {
            try store.syncAndWait(through: position)
            return nil
        } catch { return error }
    }
}
