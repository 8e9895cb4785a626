internal import Core
internal import Glibc
internal import Synchronization

/// How full the disk is that holds the store, asked now and then so that `statfs` on a mount never asks the disk.
final class DiskSpace: Sendable {
    struct Space: Sendable, Equatable {
        var totalBytes: UInt64 = 0
        var freeBytes: UInt64 = 0
    }

    private let path: [UInt8]
    private let time: any TimeSource
    private let space = Mutex(Space())

    /// Asks once at the start, then every few seconds.
    init(path: [UInt8], time: any TimeSource) {
        self.path = path
        self.time = time
        refresh()
    }

    var current: Space { space.withLock { $0 } }

    private func refresh() {
        var answer = statvfs()
        let result = unsafe (path + [0]).withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { unsafe statvfs($0.baseAddress!, &answer) }
        }
        if result == 0 {
            let unit = UInt64(answer.f_frsize)
            space.withLock {
                $0 = Space(totalBytes: UInt64(answer.f_blocks) * unit, freeBytes: UInt64(answer.f_bavail) * unit)
            }
        }
        _ = time.schedule(after: Limits.Content.diskSpaceInterval) { [weak self] in self?.refresh() }
    }
}
