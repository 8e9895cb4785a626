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

/// Publishing to a remote that works.
@Suite(.ownThread) struct RemoteLinkTests {
    let bench: TestVault
    let remote: TestRemote
    private var random = SeededRandom(seed: 21)

    init() throws {
        bench = try TestVault()
        remote = TestRemote(time: bench.time)
    }

    private func walk() throws -> RemoteWalk { try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring) }

    private func putBytes() -> Int {
        remote.calls.reduce(0) { sum, call in
            if case .put(_, let count) = call { sum + count } else { sum }
        }
    }

    /// Every object that the head reaches is there, and the head is the vault's newest commit.
    private func expectWhole(_ link: RemoteLink, files: Int) throws {
        #expect(link.isPublished)
        #expect(!link.hasWork)
        let walk = try walk()
        #expect(walk.missing.isEmpty)
        #expect(walk.files == files + 1)
        let newest = try bench.vault.newestCommit(bench.keyring)
        #expect(walk.commit.root == newest?.root)
    }

    @Test("twenty small files and the first contact cost ten requests at most")
    mutating func budget() throws {
        let link = try bench.attach(remote)
        for number in 0..<20 { try bench.add("file \(number)", random.bytes(5000)) }
        #expect(link.hasWork)
        #expect(try link.publish())
        #expect(remote.calls.count <= 10)
        #expect(remote.calls.count { if case .publish = $0 { true } else { false } } <= 2)
        try expectWhole(link, files: 20)
    }

    @Test("what was made and removed again before a publication is not sent")
    mutating func madeAndRemoved() throws {
        let link = try bench.attach(remote)
        try bench.add("kept", random.bytes(5000))
        let file = try bench.add("gone", [])
        let content = try bench.volume.seal(random.bytes(1_000_000))
        try bench.make([.write(file, offset: 0, .sealed(content), time: bench.time.wallClock)])
        try bench.vault.commit()
        try bench.make([
            .removeChild(directory: .root, name: Name("gone"), time: bench.time.wallClock), .forget(file),
        ])
        #expect(try link.publish())
        #expect(putBytes() < 100_000)
        try expectWhole(link, files: 1)
    }

    @Test("publishing again without a change asks nothing", arguments: [true, false])
    mutating func nothing(bundles: Bool) throws {
        let link = try bench.attach(remote, bundles: bundles)
        try bench.add("file", random.bytes(5000))
        #expect(try link.publish())
        remote.forgetCalls()
        #expect(try !link.publish())
        #expect(remote.calls.isEmpty)
        #expect(!link.hasWork)
    }

    @Test("one small file more costs three requests with bundles, and sends little")
    mutating func another() throws {
        let link = try bench.attach(remote)
        for number in 0..<300 { try bench.add("file \(number)", random.bytes(2000)) }
        try link.publish()
        remote.forgetCalls()
        try bench.add("one more", random.bytes(2000))
        try link.publish()
        // The bundle, the commit, the name.
        #expect(remote.calls.count == 3)
        #expect(remote.calls.allSatisfy { $0.isWrite })
        #expect(putBytes() < 256 << 10)
        try expectWhole(link, files: 301)
    }

    @Test("large objects travel alone and small ones in bundles, and the commit names both")
    mutating func bundling() throws {
        let link = try bench.attach(remote)
        try bench.add("large", random.bytes(3 * Limits.Content.pieceBytes + 5))
        for number in 0..<10 { try bench.add("small \(number)", random.bytes(9000)) }
        try link.publish()
        let walk = try walk()
        #expect(walk.missing.isEmpty)
        #expect(walk.alone.count == 3)
        #expect(walk.alone.isSubset(of: walk.chunks))
        #expect(walk.listedAlone == walk.alone)
        #expect(walk.bundled.count == walk.nodes + walk.lists + walk.chunks.count - 3)
        #expect(walk.commit.contents.bundles.count == 1)
    }

    @Test("large content that comes with nothing small is named all the same")
    mutating func nothingSmall() throws {
        let link = try bench.attach(remote)
        try bench.add("a", random.bytes(Limits.Content.pieceBytes))
        try link.publish()
        let walk = try walk()
        #expect(walk.listedAlone == walk.alone)
        #expect(walk.alone.count == 1)
    }

    @Test("without bundles every object lies under its own name, and no list is kept")
    mutating func withoutBundles() throws {
        let link = try bench.attach(remote, bundles: false)
        try bench.add("large", random.bytes(3 * Limits.Content.pieceBytes + 5))
        for number in 0..<10 { try bench.add("small \(number)", random.bytes(9000)) }
        try link.publish()
        let walk = try walk()
        #expect(walk.missing.isEmpty)
        #expect(walk.bundled.isEmpty)
        #expect(walk.commit.contents == RemoteContents())
        // And the keyring, and the commit.
        #expect(remote.contents.objects.count == walk.alone.count + 2)
    }

    @Test("an empty vault, one file, and no file again are published", arguments: [true, false])
    mutating func small(bundles: Bool) throws {
        let link = try bench.attach(remote, bundles: bundles)
        try link.publish()
        try expectWhole(link, files: 0)
        try bench.add("x", [])
        try link.publish()
        try expectWhole(link, files: 1)
        try bench.remove("x")
        try link.publish()
        #expect(link.isPublished)
        #expect(try walk().missing.isEmpty)
    }

    @Test("after many publications tables tell where things are, and each byte of them was worth it")
    mutating func tables() throws {
        let link = try bench.attach(remote)
        var largest = 0
        let rounds = 2 * Limits.Remote.looseBundles + 5
        for number in 0..<rounds {
            try bench.add("file \(number)", random.bytes(1500))
            remote.forgetCalls()
            try link.publish()
            #expect(remote.calls.count <= (number == 0 ? 7 : 5))
            largest = max(largest, putBytes())
            guard number % 11 == 0 || number == Limits.Remote.looseBundles else { continue }
            let walk = try walk()
            #expect(walk.missing.isEmpty, "after publication \(number)")
            #expect(walk.commit.contents.bundles.count <= Limits.Remote.looseBundles)
        }
        let contents = try walk().commit.contents
        #expect(!contents.tables.isEmpty)
        #expect(contents.tables.count <= 4)
        #expect(largest < 64 << 10)
        try expectWhole(link, files: rounds)
    }

    @Test(
        "what is published survives the vault's end, and its next life sends only what is new",
        arguments: [true, false])
    mutating func nextLife(bundles: Bool) throws {
        var link = try bench.attach(remote, bundles: bundles)
        for number in 0..<50 { try bench.add("file \(number)", random.bytes(3000)) }
        try link.publish()
        try bench.closeAndOpen()
        link = try bench.attach(remote, bundles: bundles)
        #expect(link.isPublished)
        remote.forgetCalls()
        #expect(try !link.publish())
        #expect(remote.calls.allSatisfy { !$0.isWrite })
        #expect(remote.calls.count == 2)
        try bench.add("late", random.bytes(3000))
        #expect(link.hasWork)
        remote.forgetCalls()
        try link.publish()
        #expect(putBytes() < 30_000)
        try expectWhole(link, files: 51)
        // Of names, the sequence only grows.
        let head = try IPNSName(ed25519: bench.keys.headKey.publicKey)
        #expect(remote.contents.records[head]?.sequence == 1)
    }

    @Test("names are published again before they end, by publishing and by looking", arguments: [true, false])
    mutating func renewal(byLooking: Bool) throws {
        let link = try bench.attach(remote)
        try link.publish()
        let before = remote.contents.records
        #expect(before.count == 2)
        bench.time.advance(by: .seconds(9 * 86_400))
        if byLooking { _ = try link.look() } else { try link.publish() }
        #expect(remote.contents.records == before)
        bench.time.advance(by: .seconds(2 * 86_400))
        if byLooking { _ = try link.look() } else { try link.publish() }
        let after = remote.contents.records
        for (name, record) in after {
            #expect(record.value == before[name]?.value)
            #expect(record.validUntil == bench.time.wallClock.adding(.seconds(30 * 86_400)))
            #expect(before[name].map(record.isBetter) == true)
        }
    }

    @Test("progress ends at everything, and is over afterwards")
    mutating func progress() throws {
        let link = try bench.attach(remote)
        try bench.add("large", random.bytes(2 * Limits.Content.pieceBytes))
        for number in 0..<10 { try bench.add("small \(number)", random.bytes(9000)) }
        var seen: [SendProgress] = []
        try link.publish { seen.append($0) }
        #expect(seen.first?.sentObjects == 0)
        #expect(seen.last?.sentObjects == seen.last?.totalObjects)
        #expect(seen.last?.sentBytes == seen.last?.totalBytes)
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.sentBytes <= $1.sentBytes })
        #expect(link.activity.sending == nil)
    }

    @Test("a stopped link refuses at once, and what hangs ends")
    func stopping() throws {
        let link = try bench.attach(remote)
        remote.hold()
        let outcome = Gate<FailureCode?>(nil)
        Threads.start("publish") {
            do throws(Failure) {
                try link.publish()
            } catch {
                outcome.withLock { $0 = error.code }
                outcome.wakeAll()
            }
        }
        #expect(remote.waitUntilHeld())
        link.stop()
        let end = SystemTime.monotonic() + TestRemote.patience
        let code = outcome.wait { $0 != nil || SystemTime.monotonic() > end ? .done($0) : .wait(until: end) }
        #expect(code == .interrupted)
        remote.release()
        #expect(throws: Failure.self) { try link.publish() }
        #expect(throws: Failure.self) { try link.look() }
    }
}
