import Core
import LocalStore
import StorageSupport
import Synchronization
import Testing

/// A disk that from some moment on syncs no file in one folder.
private final class StubbornDisk: Disk {
    private let disk: SimulatedDisk
    private let folder: String
    private let refuses = Mutex(false)

    init(_ disk: SimulatedDisk, in folder: String) {
        self.disk = disk
        self.folder = folder
    }

    func begin() { refuses.withLock { $0 = true } }

    fileprivate func checkSync(_ path: String) throws(SystemCallFailure) {
        if refuses.withLock({ $0 }) { throw SystemCallFailure(.io, "fdatasync", path) }
    }

    var shown: String { disk.shown }
    func makeFolder(_ path: String) throws(SystemCallFailure) { try disk.makeFolder(path) }
    func list(_ folder: String) throws(SystemCallFailure) -> [String] { try disk.list(folder) }
    func open(_ path: String, for intent: OpenIntent) throws(SystemCallFailure) -> any DiskFile {
        let file = try disk.open(path, for: intent)
        return path.hasPrefix(folder + "/") ? StubbornFile(disk: self, file: file, path: path) : file
    }
    func rename(_ path: String, to other: String) throws(SystemCallFailure) { try disk.rename(path, to: other) }
    func remove(_ path: String) throws(SystemCallFailure) { try disk.remove(path) }
    func synchronizeFolder(_ path: String) throws(SystemCallFailure) { try disk.synchronizeFolder(path) }
    func space() throws(SystemCallFailure) -> FileSystemSpace { try disk.space() }
}

private final class StubbornFile: DiskFile {
    private let disk: StubbornDisk
    private let file: any DiskFile
    private let path: String

    init(disk: StubbornDisk, file: any DiskFile, path: String) {
        self.disk = disk
        self.file = file
        self.path = path
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SystemCallFailure) -> Int {
        unsafe try file.read(into: buffer, at: offset)
    }
    func write(_ bytes: RawSpan, at offset: UInt64) throws(SystemCallFailure) { try file.write(bytes, at: offset) }
    func synchronizeData() throws(SystemCallFailure) {
        try disk.checkSync(path)
        try file.synchronizeData()
    }
    func startWriteBack(from offset: UInt64, count: UInt64) throws(SystemCallFailure) {
        try file.startWriteBack(from: offset, count: count)
    }
    func allocate(from offset: UInt64, count: UInt64) throws(SystemCallFailure) {
        try file.allocate(from: offset, count: count)
    }
    func truncate(to size: UInt64) throws(SystemCallFailure) { try file.truncate(to: size) }
    func size() throws(SystemCallFailure) -> UInt64 { try file.size() }
}

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
        let stubborn = StubbornDisk(disk, in: "copies")
        store = try Fixture.open(stubborn)
        stubborn.begin()
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
