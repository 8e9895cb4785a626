internal import Glibc

/// How full the file system is that holds a path.
package struct FileSystemSpace: Sendable, Equatable {
    package var totalBytes: UInt64
    /// What may still be written by whoever is not root.
    package var freeBytes: UInt64

    package init(totalBytes: UInt64, freeBytes: UInt64) {
        self.totalBytes = totalBytes
        self.freeBytes = freeBytes
    }
}

extension Files {
    /// Asks the file system that holds `path`; the corresponding call is `statvfs`.
    package static func space(at path: some PathBytes) throws(SystemCallFailure) -> FileSystemSpace {
        var answer = statvfs()
        _ = unsafe try path.withCPath("statvfs") { unsafe statvfs($0, &answer) }
        let unit = UInt64(answer.f_frsize)
        return FileSystemSpace(totalBytes: UInt64(answer.f_blocks) * unit, freeBytes: UInt64(answer.f_bavail) * unit)
    }

    /// The mode bits of a file, links followed; the corresponding call is `stat`.
    package static func mode(of path: some PathBytes) throws(SystemCallFailure) -> UInt32 {
        var answer = stat()
        _ = unsafe try path.withCPath("stat") { unsafe stat($0, &answer) }
        return answer.st_mode
    }
}
