package import Core
internal import LocalStore

/// Lives of small stores on simulated disks, each ended by a power cut or a kill, or hurt by a call that fails.
///
/// The tests run some of them, the torture thousands. Nothing in them depends on time or chance but the seeds.
package struct StoreTrial {
    /// What did not hold, each with the seed that brings it back.
    package private(set) var problems: [String] = []
    package private(set) var acknowledgements = 0
    package private(set) var powerCuts = 0

    package init() {}

    /// Stores that are opened, used and cut off four times each, one for each seed.
    package mutating func cutPower(seeds: Range<UInt64>) throws {
        for seed in seeds {
            var model = CrashModel(seed: seed)
            var disk = try StoreFixture.newDisk()
            for _ in 0..<4 { disk = try live(on: disk, &model) }
            let (store, _) = try open(disk)
            model.judge(store, store.takeRecovery(), canDrop: true)
            try store.close()
            take(model.report)
        }
    }

    /// A store and the clock it flushes by.
    private func open(_ disk: SimulatedDisk) throws(Failure) -> (store: LocalStore, time: ManualTime) {
        var settings = StoreFixture.settings
        let time = ManualTime()
        settings.time = time
        return (try StoreFixture.open(disk, settings: settings), time)
    }

    private mutating func live(on disk: SimulatedDisk, _ model: inout CrashModel) throws -> SimulatedDisk {
        var disk = disk
        if model.random.next() % 3 == 0 { disk = cutWhileOpening(disk, &model.random) }
        let (store, time) = try open(disk)
        let recovery = store.takeRecovery()
        model.report.expect(!recovery.findings.contains { $0.isLoss }, "a false alarm")
        model.judge(store, recovery, canDrop: true)
        let isKilled = model.random.next() % 4 == 0
        // Most lives are short; some fill and change segments.
        let length = model.random.next() % 8 == 0 ? 400 : 60
        if !isKilled { disk.cutPower(after: Int(model.random.next() % UInt64(length * 3))) }
        for _ in 0..<Int(model.random.next() % UInt64(length)) { model.step(store, disk, time) }
        if model.random.next() % 8 == 0 { try? store.close() }
        return end(disk, isKilled: isKilled, &model.random)
    }

    /// The disk after a recovery that a power cut interrupted.
    private mutating func cutWhileOpening(_ disk: SimulatedDisk, _ random: inout SeededRandom) -> SimulatedDisk {
        disk.cutPower(after: Int(random.next() % 60))
        if let (store, _) = try? open(disk) { try? store.close() }
        return end(disk, isKilled: false, &random)
    }

    private mutating func end(
        _ disk: SimulatedDisk, isKilled: Bool, _ random: inout SeededRandom
    ) -> SimulatedDisk {
        let seed = random.next()
        if isKilled { return disk.afterKill() }
        powerCuts += 1
        return disk.afterPowerCut(seed: seed)
    }

    /// The same with compaction in the middle of it.
    package mutating func cutPowerCompacting(seeds: Range<UInt64>) throws {
        for seed in seeds {
            var model = CompactionModel(seed: seed)
            var disk = try StoreFixture.newDisk()
            for _ in 0..<4 {
                let store = try StoreFixture.open(disk, settings: StoreFixture.compactionSettings)
                model.report.expect(!store.takeRecovery().findings.contains { $0.isLoss }, "a false alarm")
                model.judge(store)
                let isKilled = model.random.next() % 3 == 0
                if !isKilled { disk.cutPower(after: Int(model.random.next() % 900)) }
                for _ in 0..<model.random.next() % 200 { model.step(store) }
                if model.random.next() % 6 == 0 { try? store.close() }
                disk = end(disk, isKilled: isKilled, &model.random)
            }
            let store = try StoreFixture.open(disk, settings: StoreFixture.compactionSettings)
            model.judge(store)
            try store.close()
            take(model.report)
        }
    }

    /// Fails every `step`-th call of the disk in a life of a store, one call in each run; how many runs that were.
    package mutating func failCalls(with errno: Errno, every step: Int = 1, seed: UInt64 = 42) throws -> Int {
        var number = 1
        var runs = 0
        var hasFailed = true
        while hasFailed {
            var model = CrashModel(seed: seed)
            let disk = try StoreFixture.newDisk()
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
            take(model.report)
            number += step
            runs += 1
        }
        return runs
    }

    /// The same for a store that is being compacted.
    package mutating func failCallsCompacting(every step: Int = 1) throws -> Int {
        var number = 1
        var runs = 0
        var hasFailed = true
        while hasFailed {
            let disk = try StoreFixture.newDisk()
            var model = CompactionModel(seed: UInt64(number))
            let store = try model.makeSparse(on: disk)
            disk.fail(call: number, with: number % 2 == 0 ? .io : .noSpace)
            _ = try? store.compact()
            hasFailed = disk.hasFailed
            model.judgeLive(store)
            var afterKill = model
            afterKill.judge(try StoreFixture.open(disk.afterKill(), settings: StoreFixture.compactionSettings))
            model.sync(store)
            let cut = disk.afterPowerCut(seed: UInt64(number))
            model.judge(try StoreFixture.open(cut, settings: StoreFixture.compactionSettings))
            take(model.report)
            number += step
            runs += 1
        }
        return runs
    }

    private mutating func take(_ report: TrialReport) {
        problems += report.problems
        acknowledgements += report.acknowledgements
    }
}
