import Core
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// Two devices that write in turn, each after it has taken in what the other wrote.
@Suite(.ownThread) struct TurnTakingTests {
    @Test(
        "after twenty rounds of random changes both devices have the same tree, and what a dictionary holds",
        arguments: [true, false], [1, 2] as [UInt64])
    func rounds(bundles: Bool, seed: UInt64) throws {
        let bench = try TestVault()
        let remote = TestRemote(time: bench.time)
        let link = try bench.attach(remote, bundles: bundles)
        try link.publish()
        let device = try TestDevice(bench.phrase, remote, bundles: bundles, time: bench.time)
        #expect(try link.look() == .nothingNew)
        var maker = BatchMaker(seed: seed)
        var model = VolumeModel()
        model.files[.root] = VolumeModel.File(attributes: TestVault.directory(bench.time.wallClock))
        for round in 0..<20 {
            let isFirst = round % 2 == 0
            let (writer, reader) = isFirst ? (bench.volume, device.volume) : (device.volume, bench.volume)
            for _ in 0..<25 {
                let batch = try maker.batch(model, writer)
                if batch.changes.isEmpty { continue }
                _ = try satisfying { () throws(VolumeError) in try writer.apply(batch.changes) }
                model.apply(batch)
            }
            // Open files would keep the other's tree out.
            for orphan in model.orphans {
                _ = try satisfying { () throws(VolumeError) in try writer.apply([.forget(orphan)]) }
            }
            model.forgetOrphans()
            bench.time.advance(by: .seconds(1))
            let (from, to) = isFirst ? (link, device.link) : (device.link, link)
            // Nothing may have come of a round.
            let isNew = try from.publish()
            let outcome = try to.look()
            if isNew { #expect(outcome != .nothingNew) }
            #expect(try reader.listing() == writer.listing(), "round \(round)")
            for vault in [bench.vault, device.vault] {
                var comparison = ModelComparison(volume: vault.volume, random: SeededRandom(seed: seed))
                try comparison.compareSome(model, count: 10)
            }
        }
        for vault in [bench.vault, device.vault] {
            var comparison = ModelComparison(volume: vault.volume, random: SeededRandom(seed: seed))
            try comparison.compareAll(model, vault)
        }
        #expect(try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring).missing.isEmpty)
        try device.vault.close()
    }
}
