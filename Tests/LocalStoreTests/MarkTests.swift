import Core
import LocalStore
import StorageSupport
import Synchronization
import Testing

@Suite struct MarkTests {
    @Test("a checkpoint does not count a segment as synced that is just being made")
    func whileMaking() throws {
        let disk = try Fixture.newDisk()
        // The next time that the folder of the segments is synced, once.
        let action = Mutex<(@Sendable () -> Void)?>(nil)
        let telling = WatchedDisk(disk) { event throws(SystemCallFailure) in
            guard case .syncedFolder("objects") = event else { return }
            let body = action.withLock { action -> (@Sendable () -> Void)? in
                defer { action = nil }
                return action
            }
            body?()
        }
        let store = try Fixture.open(telling)
        let isMarked = Mutex(false)
        action.withLock { action in
            action = { isMarked.withLock { $0 = (try? store.checkpointAndWait(state: [1], through: 0)) != nil } }
        }
        for number in UInt64(1)...4 {
            try store.put(Fixture.digest(number), kind: 1, Fixture.content(number, count: 2000))
        }
        #expect(isMarked.withLock { $0 })
        for seed in UInt64(0)..<20 {
            let next = try Fixture.open(disk.afterPowerCut(seed: seed), .readOnly)
            let recovery = next.takeRecovery()
            #expect(recovery.state == [1])
            #expect(recovery.findings.allSatisfy { !$0.isLoss }, "seed \(seed): \(recovery.notes)")
            try next.close()
        }
    }
}
