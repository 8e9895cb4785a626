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
        for round in 0..<50 {
            let seed = UInt64(part * 1000 + round)
            var model = CrashModel(seed: seed)
            var disk = try Fixture.newDisk()
            for _ in 0..<4 {
                if model.random.next() % 3 == 0 { disk = cutWhileOpening(disk, &model.random) }
                let (store, time) = try open(disk)
                model.judge(store, store.takeRecovery(), canDrop: true)
                let kills = model.random.next() % 4 == 0
                if !kills { disk.cutPower(after: Int(model.random.next() % 160)) }
                for _ in 0..<Int(model.random.next() % 60) { model.step(store, disk, time) }
                if model.random.next() % 8 == 0 { try? store.close() }
                let seed = model.random.next()
                disk = kills ? disk.afterKill() : disk.afterPowerCut(seed: seed)
            }
            let (store, _) = try open(disk)
            model.judge(store, store.takeRecovery(), canDrop: true)
            try store.close()
        }
    }
}
