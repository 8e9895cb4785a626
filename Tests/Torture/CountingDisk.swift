internal import Core
internal import LocalStore
internal import Synchronization

/// A disk that counts how often it said that data is on the medium.
final class CountingDisk: Disk {
    private final class Count: Sendable {
        let completed = Mutex<UInt64>(0)
    }

    private let disk: any Disk
    private let count = Count()

    init(_ disk: any Disk) { self.disk = disk }

    /// Calls of `synchronizeData` that have returned without an error.
    var completedSyncs: UInt64 { count.completed.withLock { $0 } }

    var shown: String { disk.shown }
    func makeFolder(_ path: String) throws(SystemCallFailure) { try disk.makeFolder(path) }
    func list(_ folder: String) throws(SystemCallFailure) -> [String] { try disk.list(folder) }
    func rename(_ path: String, to other: String) throws(SystemCallFailure) { try disk.rename(path, to: other) }
    func remove(_ path: String) throws(SystemCallFailure) { try disk.remove(path) }
    func synchronizeFolder(_ path: String) throws(SystemCallFailure) { try disk.synchronizeFolder(path) }
    func space() throws(SystemCallFailure) -> FileSystemSpace { try disk.space() }

    func open(_ path: String, for intent: OpenIntent) throws(SystemCallFailure) -> any DiskFile {
        CountingFile(try disk.open(path, for: intent)) { [count] in count.completed.withLock { $0 += 1 } }
    }
}

private final class CountingFile: DiskFile {
    private let file: any DiskFile
    private let hasSynced: @Sendable () -> Void

    init(_ file: any DiskFile, hasSynced: @escaping @Sendable () -> Void) {
        self.file = file
        self.hasSynced = hasSynced
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SystemCallFailure) -> Int {
        unsafe try file.read(into: buffer, at: offset)
    }
    func write(_ bytes: RawSpan, at offset: UInt64) throws(SystemCallFailure) { try file.write(bytes, at: offset) }
    func synchronizeData() throws(SystemCallFailure) {
        try file.synchronizeData()
        hasSynced()
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
