import Core
import LocalStore
import StorageSupport
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

    private func syncFailure(_ store: LocalStore, _ position: UInt64) -> Failure? {
        do throws(Failure) {
            try store.syncAndWait(through: position)
            return nil
        } catch { return error }
    }
}
