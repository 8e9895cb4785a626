internal import CLinux
package import Core
internal import Glibc

/// A pipe whose ends are closed with it, and never reach a child by accident.
package final class Pipe {
    package private(set) var readEnd: Int32
    package private(set) var writeEnd: Int32

    package init() throws(SystemCallFailure) {
        var ends: (Int32, Int32) = (-1, -1)
        try systemCall("pipe", "for a child process") {
            unsafe withUnsafeMutableBytes(of: &ends) {
                unsafe cl_pipe2_cloexec($0.baseAddress?.assumingMemoryBound(to: Int32.self))
            }
        }
        (readEnd, writeEnd) = ends
    }

    deinit {
        closeWriteEnd()
        if readEnd >= 0 { close(readEnd) }
    }

    package func closeWriteEnd() {
        if writeEnd >= 0 { close(writeEnd) }
        writeEnd = -1
    }

    /// Writes a few bytes, which the pipe's buffer takes without a reader.
    package func put(_ bytes: [UInt8]) throws(SystemCallFailure) {
        let count = try systemCall("write", "a pipe") { unsafe write(writeEnd, bytes, bytes.count) }
        if count != bytes.count { throw SystemCallFailure(.io, "write", "a pipe") }
    }

    /// All bytes until every writer has closed its end, or nil at the deadline.
    package func readAll(limit: Duration) throws(SystemCallFailure) -> [UInt8]? {
        let deadline = SystemTime.monotonic() + limit
        var content: [UInt8] = []
        while let piece = try readSome(until: deadline) {
            if piece.isEmpty { return content }
            content += piece
        }
        return nil
    }

    /// What is there, waiting for the first byte; empty when every writer has closed its end, nil at the deadline.
    package func readSome(until deadline: Moment) throws(SystemCallFailure) -> [UInt8]? {
        let left = max(0, (deadline - SystemTime.monotonic()).nanoseconds / 1_000_000)
        var question = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        if try systemCall("poll", "a pipe", { unsafe poll(&question, 1, Int32(clamping: left)) }) == 0 { return nil }
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = try systemCall("read", "a pipe") { unsafe read(readEnd, &piece, piece.count) }
        return Array(piece.prefix(count))
    }
}
