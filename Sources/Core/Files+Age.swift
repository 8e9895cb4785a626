internal import Glibc

extension Files {
    /// When a file's content changed last, by its file system's clock; links are not followed.
    package static func modificationTime(of path: some PathBytes) throws(SystemCallFailure) -> Timestamp {
        var answer = stat()
        _ = unsafe try path.withCPath("lstat") { unsafe lstat($0, &answer) }
        return Timestamp(
            seconds: Int64(answer.st_mtim.tv_sec), nanoseconds: UInt32(clamping: answer.st_mtim.tv_nsec))
    }
}
