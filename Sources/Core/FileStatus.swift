internal import Glibc

/// What the system says of an open file; two that are equal enclose a time in which its content stayed as it was.
package struct FileStatus: Sendable, Equatable {
    package let isRegular: Bool
    package let isDirectory: Bool
    /// The length in bytes; what it says of pipes and devices means nothing.
    package let size: UInt64
    /// The twelve low bits of the mode.
    package let permissions: UInt32
    package let modified: Timestamp
    /// When anything about the file changed; unlike `modified` it cannot be set back.
    package let changed: Timestamp
}

extension FileDescriptor {
    /// The corresponding call is `fstat`.
    package var status: FileStatus {
        get throws(SystemCallFailure) {
            var answer = stat()
            try systemCall("fstat", subject) { unsafe fstat(number, &answer) }
            return FileStatus(
                isRegular: answer.st_mode & S_IFMT == S_IFREG, isDirectory: answer.st_mode & S_IFMT == S_IFDIR,
                size: UInt64(clamping: answer.st_size), permissions: answer.st_mode & 0o7777,
                modified: Timestamp(answer.st_mtim), changed: Timestamp(answer.st_ctim))
        }
    }
}

extension FileDescriptor {
    /// Where the next read begins; nil for what has no places, such as a pipe. The corresponding call is `lseek`.
    package var position: UInt64? {
        let place = lseek(number, 0, SEEK_CUR)
        return place < 0 ? nil : UInt64(place)
    }
}

extension Timestamp {
    fileprivate init(_ time: timespec) {
        self.init(seconds: Int64(time.tv_sec), nanoseconds: UInt32(time.tv_nsec))
    }
}
