import ContentAddressing
import Core
import Naming
import Sealing
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// A new epoch among several devices: who follows, who cannot, and what a remote that fails leaves.
@Suite(.ownThread) struct RekeyRemoteTests {
    let bench: TestVault
    let remote: TestRemote

    init() throws {
        bench = try TestVault()
        remote = TestRemote(time: bench.time)
    }

    private func device(bundles: Bool = true) throws -> TestDevice {
        try TestDevice(bench.phrase, remote, bundles: bundles, time: bench.time)
    }

    private func code(_ body: () throws(Failure) -> Void) -> FailureCode? {
        do throws(Failure) {
            try body()
            return nil
        } catch { return error.code }
    }

    private func keyring(of device: TestDevice) throws -> Keyring {
        try Keyring(
            sealed: try Files.readWhole(device.folder.keyringPath, limit: 1 << 20), ownerKey: bench.keys.ownerKey,
            secret: bench.keys.keyringSecret)
    }

    @Test(
        "another device takes in keyring and tree while it is open, reads everything, and writes on",
        arguments: [true, false])
    func following(bundles: Bool) throws {
        try RekeyScene.fill(bench, isSmall: true)
        let link = try bench.attach(remote, bundles: bundles)
        try link.publish()
        let other = try device(bundles: bundles)
        _ = try link.look()
        let before = try bench.volume.listing()
        let result = try bench.vault.rekey(bench.phrase, in: bench.folder)
        #expect(result.epoch == 2 && result.isNewEpoch)
        // The keyring is there at once, the tree with the next publication.
        #expect(try other.link.look() == .nothingNew)
        #expect(try keyring(of: other).epochNumbers == [1, 2])
        #expect(try other.volume.listing() == before)
        #expect(try link.publish())
        #expect(try other.link.look() == .tookIn(device: "test"))
        #expect(try other.volume.listing() == before)
        #expect(try ReachableObjects(other.vault, keyring(of: other)).epochs == [2])
        try other.add("from the other", [UInt8](repeating: 4, count: 70_000))
        #expect(try other.link.publish())
        guard case .tookIn = try link.look() else { throw Failure(.other, "it was not taken in") }
        #expect(try bench.volume.bytes(named: "from the other")?.count == 70_000)
        #expect(try ReachableObjects(bench.vault, bench.keyring).epochs == [2])
        let listing = try bench.volume.listing()
        try other.closeAndOpen()
        #expect(try other.volume.listing() == listing)
        // One that comes later needs nothing of the old epoch's objects.
        let third = try device(bundles: bundles)
        #expect(try third.volume.listing() == listing)
        try third.vault.close()
        try other.vault.close()
    }

    @Test("a device that has only the tree brings the content in to seal it anew")
    func contentElsewhere() throws {
        try RekeyScene.fill(bench, isSmall: true)
        try bench.attach(remote).publish()
        let listing = try bench.volume.listing()
        let other = try device()
        try other.vault.rekey(bench.phrase, in: other.folder)
        #expect(try ReachableObjects(other.vault, keyring(of: other)).epochs == [2])
        #expect(try other.volume.listing() == listing)
        try other.link.publish()
        let link = try bench.attach(remote)
        guard case .tookIn = try link.look() else { throw Failure(.other, "it was not taken in") }
        #expect(try bench.volume.listing() == listing)
        try other.vault.close()
    }

    @Test("a device that was taken out reads what it had, and nothing that the new epoch sealed")
    func removedDevice() throws {
        try RekeyScene.fill(bench, isSmall: true)
        var link = try bench.attach(remote, bundles: false)
        try link.publish()
        let other = try device(bundles: false)
        let old = try other.volume.listing()
        let known = try keyring(of: other)
        let keys = try #require(known.devices.first { $0.identity.id != bench.keys.id })
        let secrets = try known.open(with: RecoveryKeys(bench.phrase)).epochs
        _ = try link.look()
        // No verb takes a device out yet: the keyring is put where an opening finds it.
        var keyring = try bench.keyring
        try keyring.remove(keys.identity.id)
        try bench.vault.close()
        try Files.writeAtomically(
            bench.folder.keyringPath, try keyring.sealed(by: RecoveryKeys(bench.phrase)).bytes)
        try bench.open(on: bench.disk)
        link = try bench.attach(remote, bundles: false)
        try bench.vault.rekey(bench.phrase, in: bench.folder)
        try bench.add("secret", [UInt8](repeating: 5, count: 70_000))
        let before = Set(remote.contents.objects.keys)
        try link.publish()
        // By its own code: it does not follow.
        #expect(code { () throws(Failure) in _ = try other.link.look() } == .denied)
        #expect(code { () throws(Failure) in _ = try other.link.publish() } == .denied)
        #expect(try other.volume.listing() == old)
        #expect(try other.volume.bytes(named: "secret") == nil)
        // With any code: its secrets open nothing of what was sent since.
        let ring = try SealerRing(secrets, packing: .standard)
        let sent = remote.contents.objects.filter { !before.contains($0.key) }
        let reached = try ReachableObjects(bench.vault, bench.keyring).cids
        #expect(Set(reached).isSubset(of: Set(sent.keys)))
        for bytes in sent.values { #expect(throws: Failure.self) { try ring.open(bytes) } }
        try other.vault.close()
    }

    @Test("devices that have diverged, and a remote that does not answer, stop it before anything changes")
    func refusals() throws {
        try bench.add("file", [1, 2, 3])
        let link = try bench.attach(remote)
        try link.publish()
        let other = try device()
        _ = try link.look()
        let counter = try bench.keyring.counter
        remote.isDown = true
        let away = code { () throws(Failure) in _ = try bench.vault.rekey(bench.phrase, in: bench.folder) }
        #expect(away == .network)
        remote.isDown = false
        try other.add("theirs", [1])
        try other.link.publish()
        try bench.add("ours", [2])
        try bench.vault.commit()
        let diverged = code { () throws(Failure) in _ = try bench.vault.rekey(bench.phrase, in: bench.folder) }
        #expect(diverged == .conflict)
        #expect(try bench.keyring.counter == counter)
        #expect(try ReachableObjects(bench.vault, bench.keyring).epochs == [1])
        try other.vault.close()
    }

    @Test("a keyring that another device changed meanwhile is the one that the epoch is added to")
    func newerKeyring() throws {
        try bench.add("file", [1, 2, 3])
        _ = try bench.attach(remote).publish()
        // Comes in while this device does not look.
        let other = try device()
        #expect(try bench.keyring.devices.count == 1)
        try bench.vault.rekey(bench.phrase, in: bench.folder)
        let keyring = try bench.keyring
        #expect(keyring.devices.count == 2 && keyring.epochNumbers == [1, 2])
        _ = try other.link.look()
        #expect(try self.keyring(of: other).counter == keyring.counter)
        try other.vault.close()
    }

    @Test(
        "whichever call to the remote fails, vault and keyring stay whole, and the next run ends what was begun",
        arguments: [TestRemote.Fault.requestLost, .answerLost], [false, true])
    func failingCalls(fault: TestRemote.Fault, reopens: Bool) throws {
        try RekeyScene.fill(bench, isSmall: true)
        try bench.attach(remote).publish()
        let (listing, start) = (try bench.volume.listing(), remote.contents)
        var number = 1
        while true {
            remote.contents = start
            let fork = try bench.fork()
            _ = try fork.attach(remote)
            remote.forgetCalls()
            remote.fail(call: number, fault)
            let verdict = code { () throws(Failure) in _ = try fork.vault.rekey(fork.phrase, in: fork.folder) }
            let isThrough = remote.calls.count < number
            #expect(verdict == (isThrough ? nil : .network), "call \(number)")
            remote.forgetCalls()
            #expect(try fork.volume.listing() == listing, "call \(number)")
            if reopens {
                try fork.killAndOpen()
                _ = try fork.attach(remote)
            }
            if !isThrough { try fork.vault.rekey(fork.phrase, in: fork.folder) }
            // A call whose answer was lost has begun the epoch; that one is finished, and no other begun.
            #expect(try fork.keyring.epochNumbers == [1, 2], "call \(number)")
            #expect(try ReachableObjects(fork.vault, fork.keyring).epochs == [2], "call \(number)")
            try fork.attach(remote).publish()
            let other = try TestDevice(fork.phrase, remote, time: fork.time)
            #expect(try other.volume.listing() == listing, "call \(number)")
            try other.vault.close()
            try fork.close()
            if isThrough { break }
            number += 1
        }
        #expect(number > 3)
    }
}
