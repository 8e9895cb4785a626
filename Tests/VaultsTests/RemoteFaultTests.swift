import ContentAddressing
import Core
import Naming
import Primitives
import Sealing
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// Publishing to a remote that fails, from a process that ends, after files were lost or put back.
@Suite(.ownThread) struct RemoteFaultTests {
    /// How far a vault has come before its next publication is disturbed.
    enum Past: CaseIterable {
        case nothingPublished, published, tablesDue
    }

    enum Recovery: CaseIterable {
        case sameLink, newLife
    }

    private struct Scene {
        let bench: TestVault
        let contents: TestRemote.Contents
        let bundles: Bool

        /// The vault as it stands, beside others of its kind, with a remote of its own.
        func begin() throws -> (bench: TestVault, remote: TestRemote) {
            let fork = try bench.fork()
            let remote = TestRemote(time: fork.time)
            remote.contents = contents
            return (fork, remote)
        }
    }

    private static func scene(_ past: Past, bundles: Bool) throws -> Scene {
        let bench = try TestVault()
        let remote = TestRemote(time: bench.time)
        var random = SeededRandom(seed: 31)
        var rounds = 0
        switch past {
        case .nothingPublished: break
        case .published: rounds = 1
        case .tablesDue: rounds = Limits.Remote.looseBundles
        }
        if rounds > 0 {
            let link = try bench.attach(remote, bundles: bundles)
            for round in 0..<rounds {
                try bench.add("past \(round)", random.bytes(1200))
                try link.publish()
            }
        }
        // More than one window of large ones, and small ones besides.
        for number in 0..<3 { try bench.add("large \(number)", random.bytes(Limits.Remote.bundledObject + number)) }
        for number in 0..<8 { try bench.add("file \(number)", random.bytes(number * 500)) }
        try bench.vault.commit()
        return Scene(bench: bench, contents: remote.contents, bundles: bundles)
    }

    private static func puts(_ calls: [TestRemote.Call]) -> [CID: Int] {
        var counts: [CID: Int] = [:]
        for case .put(let cids, _) in calls { for cid in cids { counts[cid, default: 0] += 1 } }
        return counts
    }

    @Test(
        "whichever call of a publication fails, the next leaves what an undisturbed one does, and sends nothing twice",
        arguments: [
            (Past.nothingPublished, true), (.nothingPublished, false), (.published, true), (.published, false),
            (.tablesDue, true),
        ], Recovery.allCases)
    func everyCall(_ kind: (past: Past, bundles: Bool), recovery: Recovery) throws {
        let scene = try Self.scene(kind.past, bundles: kind.bundles)
        let (undisturbed, goodRemote) = try scene.begin()
        try undisturbed.attach(goodRemote, bundles: kind.bundles).publish()
        let (goal, calls) = (goodRemote.contents, goodRemote.calls)
        try undisturbed.close()
        try #require(calls.count >= 6)
        for number in 1...calls.count {
            for fault in TestRemote.Fault.allCases {
                try disturb(scene, call: number, fault, recovery, goal, calls[number - 1])
            }
        }
        try scene.bench.close()
    }

    private func disturb(
        _ scene: Scene, call number: Int, _ fault: TestRemote.Fault, _ recovery: Recovery,
        _ goal: TestRemote.Contents, _ failing: TestRemote.Call
    ) throws {
        let what = "call \(number), \(fault), \(recovery)"
        let (bench, remote) = try scene.begin()
        var link = try bench.attach(remote, bundles: scene.bundles)
        remote.fail(call: number, fault)
        do throws(Failure) {
            try link.publish()
            Issue.record("\(what) did not fail")
        } catch {
            #expect(error.code == .network, "\(what)")
            #expect(link.activity.failure?.code == .network)
        }
        #expect(link.hasWork, "\(what)")
        if recovery == .newLife {
            try bench.killAndOpen()
            link = try bench.attach(remote, bundles: scene.bundles)
        }
        try link.publish()
        #expect(link.isPublished, "\(what)")
        #expect(link.activity.failure == nil)
        let isGoal = remote.contents.objects == goal.objects
        #expect(isGoal, "\(what)")
        #expect(remote.contents.records.mapValues(\.value) == goal.records.mapValues(\.value), "\(what)")
        let mayRepeat = Self.puts([failing])
        for (cid, count) in Self.puts(remote.calls) where mayRepeat[cid] == nil {
            // What is made for one publication alone is made again when its end did not arrive.
            let isForOne = [.commit, .locationNode, .keyring].contains(kind(of: cid, remote))
            #expect(count == 1 || (count == 2 && isForOne), "\(what): \(cid) was sent \(count) times")
        }
        let walk = try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring)
        #expect(walk.missing.isEmpty, "\(what)")
        remote.forgetCalls()
        #expect(try !link.publish(), "\(what)")
        try bench.close()
    }

    /// What an object says it is.
    private func kind(of cid: CID, _ remote: TestRemote) -> ObjectKind? {
        remote.contents.objects[cid].flatMap { bytes in bytes.count > 5 ? ObjectKind(rawValue: bytes[5]) : nil }
    }

    @Test("two failures in a row are no worse than one", arguments: 1...8)
    func twice(number: Int) throws {
        let scene = try Self.scene(.published, bundles: true)
        let (bench, remote) = try scene.begin()
        let link = try bench.attach(remote)
        for _ in 0..<2 {
            remote.forgetCalls()
            remote.fail(call: number, .answerLost)
            _ = try? link.publish()
        }
        try link.publish()
        #expect(try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring).missing.isEmpty)
        #expect(link.isPublished)
    }

    @Test(
        "a device that lost what it knew of its remote asks its own head and goes on",
        arguments: ["", "inventory", "state"], [true, false])
    func lost(file: String, bundles: Bool) throws {
        let scene = try Self.scene(.tablesDue, bundles: bundles)
        let (bench, remote) = try scene.begin()
        try bench.attach(remote, bundles: bundles).publish()
        let before = remote.contents
        try bench.closeAndOpen()
        if file == "" {
            TemporaryFolder.remove(bench.remotePath)
        } else {
            try Files.remove(Files.join(bench.remotePath, file))
        }
        let link = try bench.attach(remote, bundles: bundles)
        try bench.add("later", [UInt8](repeating: 7, count: 3000))
        remote.isStrict = true
        remote.forgetCalls()
        try link.publish()
        let again = Self.puts(remote.calls).keys.filter { before.objects[$0] != nil }
        #expect(again.isEmpty, "something was sent again")
        let walk = try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring)
        #expect(walk.missing.isEmpty)
        #expect(walk.commit.parents.count == 1)
        #expect(link.isPublished)
        let name = try IPNSName(ed25519: bench.keys.headKey.publicKey)
        let sequences = [before, remote.contents].map { $0.records[name]?.sequence ?? 0 }
        #expect(sequences[1] == sequences[0] + 1)
        try bench.close()
    }

    @Test("a device that lost everything goes on above a name that is answered without its record")
    func hints() throws {
        let scene = try Self.scene(.published, bundles: true)
        let (bench, remote) = try scene.begin()
        try bench.attach(remote).publish()
        try bench.closeAndOpen()
        TemporaryFolder.remove(bench.remotePath)
        (remote.answersWithHints, remote.isStrict) = (true, true)
        let link = try bench.attach(remote)
        try bench.add("later", [1, 2, 3])
        try link.publish()
        let walk = try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring)
        #expect(walk.files == Int(bench.vault.standing().files) + 1)
    }

    @Test("files of a link with any byte changed cost time at most", arguments: ["state", "inventory"])
    func rotten(file: String) throws {
        let scene = try Self.scene(.published, bundles: true)
        let (bench, remote) = try scene.begin()
        try bench.attach(remote).publish()
        let path = Files.join(bench.remotePath, file)
        let bytes = try Files.readWhole(path, limit: 1 << 20)
        try bench.add("later", [UInt8](repeating: 7, count: 3000))
        try bench.vault.commit()
        let contents = remote.contents
        for index in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
            let fork = try bench.fork()
            let forkRemote = TestRemote(time: bench.time)
            forkRemote.contents = contents
            var changed = bytes
            changed[index] ^= 0x21
            try Files.writeAtomically(Files.join(fork.remotePath, file), changed)
            let link = try fork.attach(forkRemote)
            do throws(Failure) {
                try link.publish()
            } catch {
                Issue.record("byte \(index) of \(bytes.count): \(error)")
                continue
            }
            let walk = try RemoteWalk(forkRemote.contents, headOf: fork.keys, fork.keyring)
            #expect(walk.missing.isEmpty, "byte \(index) of \(bytes.count)")
            try fork.close()
        }
        try bench.close()
    }

    @Test(
        "names that the remote has forgotten or brings back from before are published again", arguments: [true, false])
    func forgotten(isForgotten: Bool) throws {
        let bench = try TestVault()
        let remote = TestRemote(time: bench.time)
        let link = try bench.attach(remote)
        try link.publish()
        let old = remote.contents.records
        let device = try TestDevice(bench.phrase, remote, time: bench.time)
        try device.vault.close()
        _ = try link.look()
        try bench.add("more", [1])
        try link.publish()
        let whole = remote.contents.records
        try bench.closeAndOpen()
        remote.contents.records = isForgotten ? [:] : old
        let next = try bench.attach(remote)
        #expect(try !next.publish())
        for (name, record) in old {
            let now = try #require(remote.contents.records[name])
            #expect(now.value == whole[name]?.value)
            #expect(now.value != record.value)
            #expect(now.sequence > record.sequence)
        }
        remote.forgetCalls()
        #expect(try !next.publish())
        #expect(remote.calls.isEmpty)
    }

    @Test("large objects without number are all named, whatever came before them")
    func manyCompanions() throws {
        let bench = try TestVault()
        let remote = TestRemote(time: bench.time)
        let count = 2 * Limits.Remote.tableEntries + 5
        try Files.makeDirectory(bench.remotePath, withParents: true)
        let path = Files.join(bench.remotePath, "inventory")
        try Inventory(path: path).enter(alone: BundleTests.companions(count))
        let link = try bench.attach(remote)
        try link.publish()
        let walk = try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring)
        #expect(walk.listedAlone.count == count)
        #expect(try Inventory(path: path).unlisted.isEmpty)
    }

    // MARK: Old copies

    private func expectConflict(_ link: RemoteLink, _ remote: TestRemote) {
        let before = remote.contents
        for _ in 0..<2 {
            do throws(Failure) {
                try link.publish()
                Issue.record("an old copy was published")
            } catch {
                #expect(error.code == .conflict)
                #expect(error.advice?.contains("cbstore recover") == true)
            }
        }
        let isUntouched = remote.contents == before
        #expect(isUntouched)
    }

    @Test(
        "a store that is an old copy of itself is refused, with and without what it knew of the remote",
        arguments: [true, false])
    func oldCopy(isFolderLost: Bool) throws {
        let bench = try TestVault()
        let remote = TestRemote(time: bench.time)
        let link = try bench.attach(remote)
        try bench.add("first", [1])
        try link.publish()
        let copy = try bench.fork()
        try bench.add("second", [2])
        try link.publish()
        if isFolderLost { TemporaryFolder.remove(copy.remotePath) }
        try copy.add("other second", [3])
        expectConflict(try copy.attach(remote), remote)
        // The original goes on.
        try bench.add("third", [3])
        try link.publish()
        #expect(try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring).files == 4)
    }

    @Test("an old store beside newer knowledge of the remote is refused", arguments: [false, true])
    func oldStore(isHeadLost: Bool) throws {
        let bench = try TestVault()
        let remote = TestRemote(time: bench.time)
        let link = try bench.attach(remote)
        try bench.add("first", [1])
        try link.publish()
        let copy = try bench.fork()
        try bench.add("second", [2])
        try link.publish()
        TemporaryFolder.remove(copy.remotePath)
        try TemporaryFolder.copy(bench.remotePath, to: copy.remotePath)
        if isHeadLost { remote.contents.records = [:] }
        for number in 0..<20 { try copy.add("other \(number)", [3]) }
        expectConflict(try copy.attach(remote), remote)
    }

    @Test("a sequence number at its end is a failure, not a trap")
    func greatestSequence() throws {
        let bench = try TestVault()
        let remote = TestRemote(time: bench.time)
        let link = try bench.attach(remote)
        try link.publish()
        remote.answersWithHints = true
        let anchor = RecoveryKeys(bench.phrase).anchorKey
        let name = try IPNSName(ed25519: anchor.publicKey)
        let nowhere = IPNSName.value(for: ObjectCID.cid(of: [1, 2, 3]))
        remote.contents.records[name] = NameRecord.signed(
            value: nowhere, sequence: .max, validUntil: bench.time.wallClock.adding(.seconds(60)),
            timeToLive: .seconds(1), by: anchor)
        #expect(throws: Failure.self) { try link.look() }
    }
}
