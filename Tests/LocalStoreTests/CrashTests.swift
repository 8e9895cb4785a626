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

    /// The disk after a recovery that a power cut interrupted.
    private func cutWhileOpening(_ disk: SimulatedDisk, _ random: inout SeededRandom) -> SimulatedDisk {
        disk.cutPower(after: Int(random.next() % 60))
        if let (store, _) = try? open(disk) { try? store.close() }
        return disk.afterPowerCut(seed: random.next())
    }

    @Test("1,200 power cuts at random moments lose nothing acknowledged and invent nothing", arguments: 0..<8)
    func powerCuts(_ part: Int) throws {
        for round in 0..<Fixture.rounds(50) {
            let seed = UInt64(part * 1000 + round)
            var model = CrashModel(seed: seed)
            var disk = try Fixture.newDisk()
            for _ in 0..<4 {
                if model.random.next() % 3 == 0 { disk = cutWhileOpening(disk, &model.random) }
                let (store, time) = try open(disk)
                let recovery = store.takeRecovery()
                #expect(!recovery.findings.contains { $0.isLoss }, "a false alarm; seed \(seed)")
                model.judge(store, recovery, canDrop: true)
                let kills = model.random.next() % 4 == 0
                // Most lives are short; some fill and change segments.
                let length = model.random.next() % 8 == 0 ? 400 : 60
                if !kills { disk.cutPower(after: Int(model.random.next() % UInt64(length * 3))) }
                for _ in 0..<Int(model.random.next() % UInt64(length)) { model.step(store, disk, time) }
                if model.random.next() % 8 == 0 { try? store.close() }
                let seed = model.random.next()
                disk = kills ? disk.afterKill() : disk.afterPowerCut(seed: seed)
            }
            let (store, _) = try open(disk)
            model.judge(store, store.takeRecovery(), canDrop: true)
            try store.close()
        }
    }

    @Test("whichever call of the disk fails, nothing acknowledged is lost", arguments: [Errno.io, .noSpace])
    func everyCallFails(_ errno: Errno) throws {
        var number = 1
        var hasFailed = true
        while hasFailed {
            var model = CrashModel(seed: 42)
            let disk = try Fixture.newDisk()
            disk.fail(call: number, with: errno)
            // The failure may hit the opening; the next one must do.
            let (store, time) = try (try? open(disk)) ?? open(disk)
            model.judge(store, store.takeRecovery(), canDrop: true)
            for _ in 0..<80 { model.step(store, disk, time) }
            hasFailed = disk.hasFailed
            var afterKill = model
            let killed = try open(disk.afterKill()).store
            afterKill.judge(killed, killed.takeRecovery(), canDrop: true)
            let cut = try open(disk.afterPowerCut(seed: UInt64(number))).store
            model.judge(cut, cut.takeRecovery(), canDrop: true)
            number += 1
        }
        #expect(number > 100, "the workload must reach the disk")
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
    }

    private func syncFailure(_ store: LocalStore, _ position: UInt64) -> Failure? {
        do throws(Failure) {
            try store.syncAndWait(through: position)
            return nil
        } catch { return error }
    }
}
