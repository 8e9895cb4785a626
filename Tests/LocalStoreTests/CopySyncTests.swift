import Core
import LocalStore
import StorageSupport
import Synchronization
import Testing

@Suite struct CopySyncTests {
    @Test("second copies that cannot be synced are given up: objects are synced, and what was removed stays gone")
    func givenUp() throws {
        let disk = try Fixture.newDisk()
        var store = try Fixture.open(disk)
        for number in UInt64(0)..<20 {
            try store.put(Fixture.digest(number), kind: 3, Fixture.content(number, count: 500))
        }
        try store.close()
        store = try Fixture.open(disk)
        for number in UInt64(20)..<30 {
            try store.put(Fixture.digest(number), kind: 3, Fixture.content(number, count: 500))
        }
        try store.syncObjectsAndWait()
        try store.close()
        let refuses = Mutex(false)
        let stubborn = WatchedDisk(disk) { event throws(SystemCallFailure) in
            if case .syncing(let path) = event, path.hasPrefix("copies/"), refuses.withLock({ $0 }) {
                throw SystemCallFailure(.io, "fdatasync", path)
            }
        }
        store = try Fixture.open(stubborn)
        refuses.withLock { $0 = true }
        for number in UInt64(0)..<10 { #expect(try store.remove(Fixture.digest(number))) }
        try store.syncObjectsAndWait()
        #expect(store.standing.findings.contains { $0.file == "copies" })
        #expect(try store.remove(Fixture.digest(10)))
        try store.put(Fixture.digest(40), kind: 3, [1])
        try store.syncObjectsAndWait()
        for seed in UInt64(0)..<8 {
            let next = try Fixture.open(disk.afterPowerCut(seed: seed))
            for number in UInt64(0)..<30 {
                #expect(next.contains(Fixture.digest(number)) == (number > 10), "object \(number), seed \(seed)")
            }
            #expect(try next.get(Fixture.digest(40)) == [1])
            try next.close()
        }
    }
}
