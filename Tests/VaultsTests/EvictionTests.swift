import ContentAddressing
import Core
import StorageSupport
import Synchronization
import Testing
import VaultSupport
import Vaults
import Volumes

/// A store whose chunks are held below a limit.
@Suite(.ownThread) struct EvictionTests {
    private static let limit = ByteCount(8 << 20)
    private static let segment = UInt64(4 << 20)

    let bench: TestVault
    let remote: TestRemote

    init() throws {
        bench = try TestVault()
        remote = TestRemote(time: bench.time)
    }

    private func bytes(_ number: Int, _ count: Int = Limits.Content.cell) -> [UInt8] {
        var random = SeededRandom(seed: UInt64(number) &+ 77)
        return random.bytes(count)
    }

    /// Adds a file as a writer does, who asks first.
    private func write(_ number: Int, _ count: Int = Limits.Content.cell) throws {
        while let need = bench.volume.pressure() { try need.satisfy() }
        try bench.add("file \(number)", bytes(number, count))
    }

    private func expectAll(_ count: Int) throws {
        for number in 0..<count { #expect(try bench.volume.bytes(named: "file \(number)") == bytes(number)) }
    }

    @Test(
        "three times the limit is written, the store stays below it, and every byte is read", arguments: [true, false])
    func threeTimes(bundles: Bool) throws {
        let link = try bench.attach(remote, bundles: bundles)
        let eviction = try bench.vault.limitCache(to: Self.limit, link)
        var greatest: UInt64 = 0
        for number in 0..<24 {
            // What else publishes and makes room in the background.
            if bench.volume.pressure() != nil || number % 3 == 2 {
                try link.publish()
                eviction.makeRoom()
            }
            try write(number)
            greatest = max(greatest, bench.vault.standing().storeBytes)
        }
        #expect(greatest <= Self.limit.bytes + Self.segment)
        // One chunk may have come when there was room for less.
        #expect(eviction.contentBytes <= Self.limit.bytes + UInt64(Limits.Content.cell) / 8 * 9)
        eviction.makeRoom()
        #expect(bench.vault.standing().cachedBytes == eviction.contentBytes)
        // Reading brings back what is not here, and keeps to the limit too.
        try expectAll(24)
        #expect(eviction.contentBytes <= Self.limit.bytes)
        try bench.vault.close()
        try bench.open(on: bench.disk)
        _ = try bench.attach(remote, bundles: bundles)
        try expectAll(24)
        try bench.close()
    }

    @Test("what was read of late stays, and what was not goes first")
    func usedStay() throws {
        let link = try bench.attach(remote)
        for number in 0..<7 { try write(number) }
        try link.publish()
        let eviction = try bench.vault.limitCache(to: Self.limit, link)
        #expect(try bench.volume.bytes(named: "file 0") == bytes(0))
        for number in 7..<9 { try bench.add("file \(number)", bytes(number)) }
        eviction.makeRoom()
        remote.isDown = true
        #expect(try bench.volume.bytes(named: "file 0") == bytes(0))
        #expect(throws: Failure.self) { try bench.volume.bytes(named: "file 1") }
        #expect(try bench.volume.bytes(named: "file 8") == bytes(8))
        try bench.close()
    }

    @Test("without the remote writers are refused after their time, with the reason; nothing is lost, and all goes on")
    func remoteAway() throws {
        let link = try bench.attach(remote)
        let eviction = try bench.vault.limitCache(to: Self.limit, link)
        try link.publish()
        remote.isDown = true
        var count = 0
        while bench.volume.pressure() == nil {
            try write(count)
            count += 1
        }
        #expect(count == 8)
        eviction.makeRoom()
        let answers = Mutex<[Failure?]>([])
        let need = try #require(bench.volume.pressure())
        need.start { failure in answers.withLock { $0.append(failure) } }
        bench.time.advance(by: Limits.Content.roomWait - .milliseconds(1))
        #expect(answers.withLock { $0.isEmpty }, "it waits as long as it may")
        bench.time.advance(by: .milliseconds(1))
        let refusal = answers.withLock { $0.first ?? nil }
        #expect(refusal?.code == .noSpace)
        let reason = refusal?.message ?? "none"
        #expect(reason.contains("at its limit of 8.0 MiB, and 8.0 MiB wait for upload"), "\(reason)")
        #expect(eviction.contentBytes >= Self.limit.bytes)
        // Names go on, and what is here is read.
        try bench.remove("file 7")
        try expectAll(7)
        // Somebody waits while the remote comes back.
        try #require(bench.volume.pressure()).start { failure in answers.withLock { $0.append(failure) } }
        remote.isDown = false
        try link.publish()
        eviction.makeRoom()
        #expect(answers.withLock { $0.count == 2 && $0[1] == nil })
        try write(7)
        try expectAll(8)
        try bench.close()
    }

    @Test("in the background, with a publisher, more than the limit is written without anybody's help")
    func background() throws {
        let link = try bench.attach(remote)
        let eviction = try bench.vault.limitCache(to: Self.limit, link)
        var pauses = PublishSchedule.Pauses()
        (pauses.quiet, pauses.longest, pauses.retry) = (.milliseconds(5), .milliseconds(20), .milliseconds(5))
        let publisher = Publisher(link, pauses: pauses)
        defer { publisher.stop() }
        eviction.whenShort { publisher.urge() }
        eviction.start()
        for number in 0..<30 { try write(number) }
        #expect(bench.vault.standing().storeBytes <= Self.limit.bytes + Self.segment)
        try expectAll(30)
        publisher.stop()
        try bench.close()
    }

    @Test("what the remote lost or damaged stays in the store, whatever the inventory says", arguments: [true, false])
    func notReadBack(isLost: Bool) throws {
        let link = try bench.attach(remote)
        for number in 0..<12 { try write(number) }
        try link.publish()
        for cid in remote.contents.objects.keys where remote.contents.objects[cid]?.count ?? 0 > 500_000 {
            remote.contents.objects[cid] = isLost ? nil : bytes(99, 1_000_000)
        }
        let eviction = try bench.vault.limitCache(to: Self.limit, link)
        let before = eviction.contentBytes
        eviction.makeRoom()
        #expect(eviction.contentBytes == before)
        remote.isDown = true
        try expectAll(12)
        try bench.close()
    }

    @Test(
        "what is not published, and what the journal names, stays; a crash and a cut after that lose nothing",
        arguments: [true, false])
    func journaledStay(kills: Bool) throws {
        let link = try bench.attach(remote)
        for number in 0..<12 { try write(number) }
        try link.publish()
        // The same content again: the chunks are published, and records of the journal name them.
        for number in 0..<6 { try bench.add("file \(number)", bytes(number)) }
        try bench.sync()
        let eviction = try bench.vault.limitCache(to: ByteCount(1 << 20), link)
        eviction.makeRoom()
        #expect(eviction.contentBytes >= 6 << 20)
        #expect(eviction.contentBytes < 8 << 20)
        if kills { try bench.killAndOpen() } else { try bench.cutPowerAndOpen(seed: 5) }
        #expect(bench.vault.recoveryNotes == [])
        for number in 0..<6 { #expect(try bench.volume.bytes(named: "file \(number)") == bytes(number)) }
        _ = try bench.attach(remote)
        try expectAll(12)
        try bench.close()
    }

    @Test("a chunk that is on its way into a file stays, and one that has left is stored again")
    func leases() throws {
        let link = try bench.attach(remote)
        try write(0)
        try link.publish()
        let eviction = try bench.vault.limitCache(to: ByteCount(1 << 10), link)
        var sealed: (any SealedContent)? = try bench.volume.seal(bytes(0))
        eviction.makeRoom()
        #expect(eviction.contentBytes > 0)
        withExtendedLifetime(sealed) {}
        sealed = nil
        eviction.makeRoom()
        #expect(eviction.contentBytes == 0)
        try bench.add("again", bytes(0))
        remote.isDown = true
        #expect(try bench.volume.bytes(named: "again") == bytes(0))
        try bench.close()
    }

    @Test("what was read from the remote is not read back before it goes again, and bundles are read once")
    func costs() throws {
        let link = try bench.attach(remote)
        for number in 0..<40 { try bench.add("small \(number)", bytes(number, 100_000)) }
        try link.publish()
        let eviction = try bench.vault.limitCache(to: ByteCount(1 << 10), link)
        remote.forgetCalls()
        eviction.makeRoom()
        #expect(eviction.contentBytes == 0)
        let bundles = remote.contents.objects.values.count { $0.count > 1 << 20 }
        #expect(remote.calls.count <= bundles + 1)
        // A later process knows only what it has read itself.
        try bench.closeAndOpen()
        let later = try bench.vault.limitCache(to: ByteCount(4 << 20), try bench.attach(remote))
        for number in 0..<40 {
            #expect(try bench.volume.bytes(named: "small \(number)") == bytes(number, 100_000))
        }
        #expect(later.contentBytes > 4_000_000)
        remote.forgetCalls()
        later.makeRoom()
        #expect(later.contentBytes <= 3 << 20)
        #expect(remote.calls.isEmpty)
        try bench.close()
    }
}
