internal import CLinux
internal import Core
internal import Glibc

/// A pipe whose ends are closed with it, and never reach a child by accident.
final class Pipe {
    private(set) var readEnd: Int32
    private(set) var writeEnd: Int32

    init() throws(SystemCallFailure) {
        var ends: (Int32, Int32) = (-1, -1)
        try systemCall("pipe", "for a child process") {
            unsafe withUnsafeMutableBytes(of: &ends) { unsafe cl_pipe2_cloexec($0.baseAddress?.assumingMemoryBound(to: Int32.self)) }
        }
        (readEnd, writeEnd) = ends
    }

    deinit {
        closeWriteEnd()
        if readEnd >= 0 { close(readEnd) }
    }

    func closeWriteEnd() {
        if writeEnd >= 0 { close(writeEnd) }
        writeEnd = -1
    }

    /// Writes a few bytes, which the pipe's buffer takes without a reader.
    func put(_ bytes: [UInt8]) throws(SystemCallFailure) {
        let count = try systemCall("write", "a pipe") { unsafe write(writeEnd, bytes, bytes.count) }
        if count != bytes.count { throw SystemCallFailure(.io, "write", "a pipe") }
    }

    /// All bytes until every writer has closed its end, or nil at the deadline.
    func readAll(limit: Duration) throws(SystemCallFailure) -> [UInt8]? {
        let deadline = SystemTime.monotonic() + limit
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let left = max(0, (deadline - SystemTime.monotonic()).nanoseconds / 1_000_000)
            var question = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
            let ready = try systemCall("poll", "a pipe") { unsafe poll(&question, 1, Int32(clamping: left)) }
            if ready == 0 { return nil }
            let count = try systemCall("read", "a pipe") { unsafe read(readEnd, &piece, piece.count) }
            if count == 0 { return content }
            content += piece.prefix(count)
        }
    }
}
