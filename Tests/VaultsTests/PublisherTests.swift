import Core
import StorageSupport
import Testing
import VaultSupport
import Vaults

/// Publishing in the background.
@Suite(.ownThread) struct PublisherTests {
    let bench: TestVault
    let remote: TestRemote
    let link: RemoteLink

    init() throws {
        bench = try TestVault()
        remote = TestRemote(time: bench.time)
        link = try bench.attach(remote)
    }

    private static var pauses: PublishSchedule.Pauses {
        var pauses = PublishSchedule.Pauses()
        pauses.quiet = .milliseconds(20)
        pauses.longest = .milliseconds(200)
        pauses.retry = .milliseconds(20)
        pauses.longestRetry = .milliseconds(50)
        pauses.stuck = .milliseconds(50)
        return pauses
    }

    private func walk() throws -> RemoteWalk { try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring) }

    @Test("changes are published by themselves, and the age of the oldest tells that they wait")
    func byItself() throws {
        remote.hold()
        let publisher = Publisher(link, pauses: Self.pauses)
        defer { publisher.stop() }
        for number in 0..<20 { try bench.add("file \(number)", [UInt8(number)]) }
        #expect(remote.waitUntilHeld())
        #expect(publisher.oldestChange != nil)
        #expect(!publisher.isIdle)
        remote.release()
        #expect(publisher.publishAll(within: TestRemote.patience))
        #expect(publisher.isIdle)
        #expect(publisher.oldestChange == nil)
        #expect(try walk().files == 21)
        #expect(!link.hasWork)
    }

    @Test("what an earlier process left is published without a change")
    func leftOver() throws {
        try bench.add("left", [1])
        try bench.vault.commit()
        let publisher = Publisher(link, pauses: Self.pauses)
        defer { publisher.stop() }
        let isPublished = remote.wait { calls in
            calls.count { if case .publish = $0 { true } else { false } } >= 2
        }
        #expect(isPublished)
        #expect(publisher.publishAll(within: TestRemote.patience))
        #expect(try walk().files == 2)
    }

    @Test("a remote that hangs does not keep the publisher from stopping, at whichever call", arguments: [false, true])
    func stopping(isPublishing: Bool) throws {
        if isPublishing {
            try link.publish()
            try bench.add("more", [1])
        }
        remote.hold()
        let publisher = Publisher(link, pauses: Self.pauses)
        publisher.urge()
        #expect(remote.waitUntilHeld())
        let begin = SystemTime.monotonic()
        publisher.stop()
        // The call would hang for ever.
        #expect(SystemTime.monotonic() - begin < TestRemote.patience)
        // Whoever waits for everything does not wait for ever.
        #expect(!publisher.publishAll(within: TestRemote.patience))
        try bench.add("after", [1])
        #expect(link.hasWork)
        try bench.close()
    }

    @Test("waiting for everything ends when the time is over")
    func timeLimit() throws {
        try bench.add("file", [1])
        remote.hold()
        let publisher = Publisher(link, pauses: Self.pauses)
        #expect(!publisher.publishAll(within: .milliseconds(50)))
        #expect(publisher.oldestChange != nil)
        publisher.stop()
    }

    @Test("waiting for everything ends when a try fails, and says that it is not all published")
    func failure() throws {
        try bench.add("file", [1])
        remote.isDown = true
        let publisher = Publisher(link, pauses: Self.pauses)
        defer { publisher.stop() }
        let begin = SystemTime.monotonic()
        #expect(!publisher.publishAll(within: .seconds(3600)))
        #expect(SystemTime.monotonic() - begin < TestRemote.patience)
        #expect(link.activity.failure?.code == .network)
        #expect(publisher.oldestChange != nil)
    }

    @Test("a remote that comes back gets what failed before, without a change")
    func comingBack() throws {
        remote.isDown = true
        let publisher = Publisher(link, pauses: Self.pauses)
        defer { publisher.stop() }
        try bench.add("file", [1])
        // At least some tries, and none of them is forgotten.
        #expect(remote.wait { $0.count >= 6 })
        #expect(!publisher.isIdle)
        remote.isDown = false
        let head = remote.wait { calls in calls.count { if case .publish = $0 { true } else { false } } >= 2 }
        #expect(head)
        #expect(publisher.publishAll(within: TestRemote.patience))
        #expect(try walk().files == 2)
        #expect(link.activity.failure == nil)
    }

    @Test("a publisher that is let go leaves the vault to be changed without it")
    func gone() throws {
        let publisher = Publisher(link, pauses: Self.pauses)
        publisher.stop()
        remote.forgetCalls()
        for number in 0..<10 { try bench.add("file \(number)", [1]) }
        #expect(remote.calls.isEmpty)
        #expect(link.hasWork)
    }
}
