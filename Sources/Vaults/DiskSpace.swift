internal import Core
internal import Synchronization

/// How full the disk is that holds the store, asked now and then so that `statfs` on a mount never asks the disk.
final class DiskSpace: Sendable {
    private let path: [UInt8]
    private let time: any TimeSource
    private let space = Mutex(FileSystemSpace(totalBytes: 0, freeBytes: 0))

    /// Asks once at the start, then every few seconds.
    init(path: [UInt8], time: any TimeSource) {
        self.path = path
        self.time = time
        refresh()
    }

    /// Of a disk that nobody can ask.
    init() {
        path = []
        time = SystemTime()
    }

    var current: FileSystemSpace { space.withLock { $0 } }

    private func refresh() {
        if let answer = try? Files.space(at: path) { space.withLock { $0 = answer } }
        _ = time.schedule(after: Limits.Content.diskSpaceInterval) { [weak self] in self?.refresh() }
    }
}
