package import Core
package import LocalStore

/// A disk as another one is, which tells when something is made durable.
package final class WatchedDisk: Disk {
    package enum Event: Sendable {
        /// The data of a file is about to be synced; what is thrown keeps it from that.
        case syncing(String)
        case synced(String)
        case syncedFolder(String)
    }

    private let disk: any Disk
    private let watch: @Sendable (Event) throws(SystemCallFailure) -> Void

    package init(_ disk: any Disk, watch: @escaping @Sendable (Event) throws(SystemCallFailure) -> Void) {
        self.disk = disk
        self.watch = watch
    }

    package var shown: String { disk.shown }
    package func makeFolder(_ path: String) throws(SystemCallFailure) { try disk.makeFolder(path) }
    package func list(_ folder: String) throws(SystemCallFailure) -> [String] { try disk.list(folder) }
    package func open(_ path: String, for intent: OpenIntent) throws(SystemCallFailure) -> any DiskFile {
        WatchedFile(try disk.open(path, for: intent), path, watch: watch)
    }
    package func rename(_ path: String, to other: String) throws(SystemCallFailure) {
        try disk.rename(path, to: other)
    }
    package func remove(_ path: String) throws(SystemCallFailure) { try disk.remove(path) }
    package func synchronizeFolder(_ path: String) throws(SystemCallFailure) {
        try disk.synchronizeFolder(path)
        try watch(.syncedFolder(path))
    }
    package func space() throws(SystemCallFailure) -> FileSystemSpace { try disk.space() }
}

private final class WatchedFile: DiskFile {
    private let file: any DiskFile
    private let path: String
    private let watch: @Sendable (WatchedDisk.Event) throws(SystemCallFailure) -> Void

    init(
        _ file: any DiskFile, _ path: String,
        watch: @escaping @Sendable (WatchedDisk.Event) throws(SystemCallFailure) -> Void
    ) {
        self.file = file
        self.path = path
        self.watch = watch
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SystemCallFailure) -> Int {
        unsafe try file.read(into: buffer, at: offset)
    }
    func write(_ bytes: RawSpan, at offset: UInt64) throws(SystemCallFailure) { try file.write(bytes, at: offset) }
    func synchronizeData() throws(SystemCallFailure) {
        try watch(.syncing(path))
        try file.synchronizeData()
        try watch(.synced(path))
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
