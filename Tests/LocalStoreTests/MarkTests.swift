import Core
import LocalStore
import StorageSupport
import Synchronization
import Testing

/// A disk that lets a test do something the first time that a folder is synced.
private final class TellingDisk: Disk {
    private let disk: SimulatedDisk
    private let folder: String
    private let action = Mutex<(@Sendable () -> Void)?>(nil)

    init(_ disk: SimulatedDisk, syncing folder: String) {
        self.disk = disk
        self.folder = folder
    }

    func first(_ body: @escaping @Sendable () -> Void) { action.withLock { $0 = body } }

    var shown: String { disk.shown }
    func makeFolder(_ path: String) throws(SystemCallFailure) { try disk.makeFolder(path) }
    func list(_ folder: String) throws(SystemCallFailure) -> [String] { try disk.list(folder) }
    func open(_ path: String, for intent: OpenIntent) throws(SystemCallFailure) -> any DiskFile {
        try disk.open(path, for: intent)
    }
    func rename(_ path: String, to other: String) throws(SystemCallFailure) { try disk.rename(path, to: other) }
    func remove(_ path: String) throws(SystemCallFailure) { try disk.remove(path) }
    func space() throws(SystemCallFailure) -> FileSystemSpace { try disk.space() }
    func synchronizeFolder(_ path: String) throws(SystemCallFailure) {
        try disk.synchronizeFolder(path)
        guard path == folder else { return }
        let body = action.withLock { action -> (@Sendable () -> Void)? in
            defer { action = nil }
            return action
        }
        body?()
    }
}

@Suite struct MarkTests {
    @Test("a checkpoint does not count a segment as synced that is just being made")
    func whileMaking() throws {
        let disk = try Fixture.newDisk()
        let telling = TellingDisk(disk, syncing: "objects")
        let store = try Fixture.open(telling)
        let isMarked = Mutex(false)
        telling.first {
            isMarked.withLock { $0 = (try? store.checkpointAndWait(state: [1], through: 0)) != nil }
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
