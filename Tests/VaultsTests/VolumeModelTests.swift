import Core
import StorageSupport
import Synchronization
import Testing
import VaultSupport
import Vaults
import Volumes

@Suite(.ownThread) struct VolumeModelTests {
    /// Names the batch that a state ends with, so that a reopened volume tells how far it came.
    static let step = Name("user.step")

    /// A volume, its model, and the states it went through since it was last known to be durable.
    final class Run {
        let bench: TestVault
        var maker: BatchMaker
        var model = VolumeModel()
        var comparison: ModelComparison
        var past: [Int: VolumeModel] = [:]
        var steps = 0
        var durableStep = 0
        private var random: SeededRandom

        init(seed: UInt64) throws {
            bench = try TestVault()
            maker = BatchMaker(seed: seed)
            random = SeededRandom(seed: ~seed)
            comparison = ModelComparison(volume: bench.volume, random: SeededRandom(seed: seed &+ 1))
            model.files[.root] = VolumeModel.File(attributes: TestVault.directory(bench.time.wallClock))
            past[0] = model
        }

        func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

        func apply() throws(Failure) {
            var batch = try maker.batch(model, bench.volume)
            if batch.changes.isEmpty { return }
            steps += 1
            batch.changes.append(.setExtendedAttribute(.root, VolumeModelTests.step, [UInt8](bigEndian: UInt64(steps))))
            try bench.make(batch.changes)
            model.apply(batch)
            past[steps] = model
            // What is gone is gone at once, whatever layer it lies in.
            for case .forget(let file) in batch.changes { #expect(try comparison.isGone(file)) }
        }

        func sync() throws(Failure) {
            try bench.sync()
            noteDurable()
        }

        func noteDurable() {
            durableStep = steps
            past = past.filter { $0.key >= durableStep }
        }

        /// Finds which state the reopened volume has, and goes on from there.
        func resume() throws {
            let volume = bench.volume
            let value = try satisfying { () throws(VolumeError) in
                try volume.extendedAttribute(VolumeModelTests.step, of: .root)
            }
            let step = (value ?? []).reduce(0) { $0 << 8 | Int($1) }
            #expect(step >= durableStep, "a change that was acknowledged is lost")
            model = try #require(past[step], "state \(step) was never there")
            model.forgetOrphans()
            steps = step
            past = [step: model]
            durableStep = 0
            comparison = ModelComparison(volume: volume, random: SeededRandom(seed: UInt64(step)))
            try compareAll()
            // A state found after a crash is not durable by itself.
            try sync()
        }

        func compareAll() throws {
            try comparison.compareAll(model, bench.vault)
        }

        func compareSome() throws { try comparison.compareSome(model, count: 3) }
    }

    @Test(
        "random changes, commits and reopenings leave what a dictionary holds",
        arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func random(seed: UInt64) throws {
        let run = try Run(seed: seed)
        for round in 0..<500 {
            try run.apply()
            if round % 5 == 0 { try run.compareSome() }
            if run.chance(3) { run.bench.volume.commit { _ in } }
            if run.chance(2) {
                try run.bench.vault.commit()
                run.noteDurable()
            }
            if run.chance(3) { try run.sync() }
            if run.chance(3) { run.bench.time.advance(by: .milliseconds(300)) }
            if run.chance(1) { run.bench.time.advance(by: .seconds(40)) }
            if run.chance(1) {
                try run.compareAll()
                try run.bench.closeAndOpen()
                run.noteDurable()
                try run.resume()
            }
            if run.chance(1) {
                try run.bench.killAndOpen()
                try run.resume()
            }
        }
        try run.compareAll()
        try run.bench.closeAndOpen()
        run.noteDurable()
        try run.resume()
        try run.bench.close()
    }

    @Test(
        "a power cut leaves every acknowledged change and a prefix of the rest", arguments: 1...8 as ClosedRange<UInt64>
    )
    func powerCut(seed: UInt64) throws {
        let run = try Run(seed: seed &* 77)
        for cut in 0..<8 {
            for _ in 0..<40 {
                try run.apply()
                if run.chance(5) { try run.sync() }
                if run.chance(4) { run.bench.time.advance(by: .milliseconds(300)) }
                if run.chance(3) { run.bench.volume.commit { _ in } }
            }
            try run.bench.cutPowerAndOpen(seed: seed &* 1000 &+ UInt64(cut))
            try run.resume()
        }
        try run.bench.close()
    }

    @Test(
        "a power cut in the middle of anything leaves every acknowledged change and nothing invented",
        arguments: 1...12 as ClosedRange<UInt64>)
    func powerCutInside(seed: UInt64) throws {
        let run = try Run(seed: seed &* 131)
        for cut in 0..<6 {
            var random = SeededRandom(seed: seed &* 31 &+ UInt64(cut))
            run.bench.disk.cutPower(after: Int.random(in: 0..<120, using: &random))
            do throws(Failure) {
                for _ in 0..<60 {
                    try run.apply()
                    if run.chance(12) { try run.sync() }
                    if run.chance(5) {
                        try run.bench.vault.commit()
                        run.noteDurable()
                    }
                    if run.chance(8) { run.bench.time.advance(by: .milliseconds(300)) }
                }
            } catch {
                #expect(error.code == .io)
            }
            try run.bench.cutPowerAndOpen(seed: seed &* 999 &+ UInt64(cut))
            try run.resume()
        }
        try run.bench.close()
    }

    @Test(
        "threads that change a volume while it commits see and leave what each of them wrote",
        arguments: [1, 2] as [UInt64])
    func threads(seed: UInt64) throws {
        let bench = try TestVault()
        let volume = bench.volume
        let roots = (0..<4).map { _ in volume.makeFileID() }
        for (number, root) in roots.enumerated() {
            try bench.make([
                .setAttributes(root, TestVault.directory(bench.time.wallClock)),
                .setChild(
                    directory: .root, name: Name("thread \(number)"), child: Child(file: root, kind: .directory),
                    time: bench.time.wallClock),
            ])
        }
        let results = Gate<[Result<VolumeModel, any Error>]>([])
        let start = bench.time.wallClock
        for (number, root) in roots.enumerated() {
            Threads.start("model \(number)") {
                let result = Result {
                    try Self.work(in: root, volume, seed: seed &* 10 &+ UInt64(number), start)
                }
                results.withLock { $0.append(result) }
                results.wakeAll()
            }
        }
        let models = try results.wait { $0.count == roots.count ? .done($0) : .wait(until: nil) }.map { try $0.get() }
        var comparison = ModelComparison(volume: volume, random: SeededRandom(seed: seed))
        for model in models { for _ in 0..<2 { try comparison.compareSome(model, count: 40) } }
        try bench.closeAndOpen()
        comparison = ModelComparison(volume: bench.volume, random: SeededRandom(seed: seed))
        var total = 1
        for model in models {
            var model = model
            model.forgetOrphans()
            try comparison.compareSome(model, count: 200)
            total += model.files.count
        }
        #expect(bench.vault.standing().files + 1 == UInt64(total))
        try bench.close()
    }

    private static func work(
        in root: FileID, _ volume: NativeVolume, seed: UInt64, _ start: Timestamp
    ) throws -> VolumeModel {
        var maker = BatchMaker(seed: seed, root: root)
        var model = VolumeModel()
        model.files[root] = VolumeModel.File(attributes: TestVault.directory(start))
        model.hiddenName = root
        var comparison = ModelComparison(volume: volume, random: SeededRandom(seed: seed))
        for round in 0..<250 {
            let batch = try maker.batch(model, volume)
            if batch.changes.isEmpty { continue }
            _ = try satisfying { () throws(VolumeError) in try volume.apply(batch.changes) }
            model.apply(batch)
            if round % 10 == 0 { volume.commit { _ in } }
            if round % 7 == 0 { try comparison.compareSome(model, count: 2) }
        }
        return model
    }
}
