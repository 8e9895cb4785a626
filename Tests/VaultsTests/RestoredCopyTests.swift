import Core
import LocalStore
import Naming
import Primitives
import Sealing
import Testing
import VaultSupport
import Vaults
import Volumes

/// A vault's folder that was replaced by an older copy of it.
@Suite(.ownThread) struct RestoredCopyTests {
    private static let advice = "cbstore recover"

    let bench: TestVault
    let remote: TestRemote

    init() throws {
        bench = try TestVault()
        remote = TestRemote(time: bench.time)
    }

    private func expectTwin(_ what: String, _ body: () throws(Failure) -> Void) {
        do throws(Failure) {
            try body()
            Issue.record("\(what): an old copy went on")
        } catch {
            #expect(error.code == .conflict, "\(what): \(error)")
            #expect(error.advice?.contains(Self.advice) == true)
        }
    }

    @Test("without a remote the copy opens as it was then, and goes on")
    func alone() throws {
        try bench.add("first", [1])
        try bench.vault.commit()
        let listing = try bench.volume.listing()
        let old = try bench.fork()
        try bench.add("second", [2])
        try bench.vault.commit()
        try bench.close()
        #expect(try old.volume.listing() == listing)
        try old.add("third", [3])
        try old.vault.commit()
        try old.closeAndOpen()
        #expect(try old.volume.bytes(named: "third") == [3])
        #expect(try old.volume.bytes(named: "second") == nil)
        #expect(try old.vault.newestCommit(old.keyring)?.counter == 2)
    }

    @Test("what was published since is not published over: neither by going on, nor with other changes, nor by looking")
    func published() throws {
        let link = try bench.attach(remote)
        try bench.add("first", [1])
        try link.publish()
        let untouched = try bench.fork()
        let changed = try bench.fork()
        try bench.add("second", [2])
        try link.publish()
        try bench.close()
        let before = remote.contents
        try changed.add("other", [3])
        for (what, old) in [("untouched", untouched), ("changed", changed)] {
            let link = try old.attach(remote)
            expectTwin(what) { () throws(Failure) in try link.publish() }
            expectTwin(what) { () throws(Failure) in _ = try link.look() }
            // Nor once it has made as many changes as were made in its other life, and more.
            for number in 0..<5 { try old.add("more \(number)", [UInt8(number)]) }
            expectTwin(what) { () throws(Failure) in try link.publish() }
            #expect(remote.contents == before)
            // Work goes on in the meantime: only the remote is out of reach.
            #expect(try old.volume.bytes(named: "more 4") == [4])
            try old.close()
        }
    }

    @Test(
        "another device that has seen more of this one than this one has is proof enough, where the own head is lost",
        arguments: [true, false])
    func seenByOthers(hasChanged: Bool) throws {
        let link = try bench.attach(remote)
        try bench.add("first", [1])
        try link.publish()
        let old = try bench.fork()
        for number in 0..<3 { try bench.add("second \(number)", [2]) }
        try link.publish()
        let device = try TestDevice(bench.phrase, remote, time: bench.time)
        try device.add("third", [3])
        try device.link.publish()
        try bench.close()
        remote.contents.records[try IPNSName(ed25519: bench.keys.headKey.publicKey)] = nil
        if hasChanged { try old.add("fourth", [4]) }
        let next = try old.attach(remote)
        let listing = try old.volume.listing()
        expectTwin("a look") { () throws(Failure) in _ = try next.look() }
        #expect(try old.volume.listing() == listing)
        // Under these dots others have other changes: they would never see these.
        expectTwin("publishing") { () throws(Failure) in try next.publish() }
        try old.close()
    }

    @Test("recovered from the phrase it is a device of its own, and no dot of the lost life comes again")
    func recovered() throws {
        let link = try bench.attach(remote)
        try bench.add("first", [1])
        try link.publish()
        let lost = bench.keys.incarnation
        let device = try TestDevice(bench.phrase, remote, time: bench.time)
        try device.add("second", [2])
        try device.vault.commit()
        try device.link.publish()
        let commit = try #require(try device.vault.newestCommit(bench.keyring))
        let before = try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring).commit
        #expect(commit.vector[lost] == before.vector[lost])
        #expect(commit.vector.count == before.vector.count + 1)
        try device.vault.close()
    }
}
