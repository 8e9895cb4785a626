import Core
import Naming
import Primitives
import Sealing
import Testing
import VaultSupport
import Vaults
import Volumes

/// A wall clock that somebody sets back by years: order comes from counters, never from it.
@Suite(.ownThread) struct ClockTests {
    let bench: TestVault
    let remote: TestRemote
    private let start: Timestamp

    init() throws {
        bench = try TestVault()
        remote = TestRemote(time: bench.time)
        start = bench.time.wallClock
    }

    /// Sets the clock back, by ten years more each time.
    private func goBack(_ times: Int = 1) {
        bench.time.setWallClock(start.adding(.seconds(-Int64(times) * 10 * 365 * 86_400)))
    }

    private func head() throws -> NameRecord {
        try #require(remote.contents.records[try IPNSName(ed25519: bench.keys.headKey.publicKey)])
    }

    @Test("commits made before and after the jump follow one another, in one run and in two", arguments: [true, false])
    func commits(inOneRun: Bool) throws {
        var chain: [Commit] = []
        for number in 0..<4 {
            try bench.add("file \(number)", [UInt8(number)])
            try bench.vault.commit()
            chain.append(try #require(try bench.vault.newestCommit(bench.keyring)))
            if !inOneRun { try bench.closeAndOpen() }
            goBack(number + 1)
        }
        #expect(chain.map(\.counter) == [1, 2, 3, 4])
        #expect(zip(chain, chain.dropFirst()).allSatisfy { $0.time > $1.time }, "the clock did go back")
        let own = chain.map { $0.vector[bench.keys.incarnation] ?? 0 }
        #expect(own == own.sorted() && Set(own).count == 4)
        for (earlier, later) in zip(chain, chain.dropFirst()) {
            let parent = try #require(later.parents.first)
            #expect(try bench.vault.commit(at: parent, bench.keyring) == earlier)
        }
        try bench.killAndOpen()
        for number in 0..<4 { #expect(try bench.volume.bytes(named: "file \(number)") == [UInt8(number)]) }
    }

    @Test("a change made after the jump is not taken for an older one: the last one written is what stands")
    func lastOneStands() throws {
        try bench.add("file", [1])
        try bench.vault.commit()
        goBack()
        try bench.add("file", [2])
        try bench.sync()
        try bench.killAndOpen()
        #expect(try bench.volume.bytes(named: "file") == [2])
        try bench.vault.commit()
        goBack(2)
        try bench.closeAndOpen()
        #expect(try bench.volume.bytes(named: "file") == [2])
    }

    @Test("publishing goes on in order: numbers of records grow, and another device takes in what is newest")
    func publishing() throws {
        var link = try bench.attach(remote)
        try bench.add("first", [1])
        try link.publish()
        let before = try head()
        let device = try TestDevice(bench.phrase, remote, time: bench.time)
        goBack()
        try bench.add("second", [2])
        try link.publish()
        #expect(try head().sequence == before.sequence + 1)
        #expect(try device.link.look() == .tookIn(device: "test"))
        goBack(2)
        try bench.closeAndOpen()
        link = try bench.attach(remote)
        #expect(link.isPublished)
        try bench.add("third", [3])
        try link.publish()
        #expect(try head().sequence == before.sequence + 2)
        #expect(try device.link.look() == .tookIn(device: "test"))
        #expect(try device.volume.listing() == bench.volume.listing())
        // Back in the present, what the past left is renewed like anything that comes near its end.
        bench.time.setWallClock(start.adding(.seconds(60)))
        _ = try link.look()
        #expect(try head().validUntil > bench.time.wallClock)
        #expect(try head().sequence == before.sequence + 2)
    }
}
