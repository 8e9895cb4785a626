internal import CLinux
internal import Glibc

/// Owns one open file descriptor and closes it when the last reference goes.
///
/// Reads and writes are full-length: they repeat until all is done, the file ends, or the system refuses.
package final class FileDescriptor: Sendable {
    package let number: Int32
    /// What it was opened from, for messages.
    package let subject: String

    package init(owning number: Int32, _ subject: String) {
        self.number = number
        self.subject = subject
    }

    deinit { _ = Glibc.close(number) }

    /// Opens a file; close-on-exec is always set. `flags` are those of open(2).
    package convenience init(
        opening path: some PathBytes, flags: Int32, mode: UInt32 = 0o600
    ) throws(SystemCallFailure) {
        let number = unsafe try path.withCPath("open") { pointer in
            unsafe cl_open(pointer, flags | cl_o_cloexec(), mode)
        }
        self.init(owning: number, path.shown)
    }

    package convenience init(reading path: some PathBytes) throws(SystemCallFailure) {
        try self.init(opening: path, flags: O_RDONLY)
    }

    /// Bytes from the current position into `buffer`; fewer than asked for only at the end of the file.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemCallFailure) -> Int {
        var done = 0
        while done < buffer.count {
            let count = try systemCall("read", subject) {
                unsafe Glibc.read(number, buffer.baseAddress! + done, buffer.count - done)
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Bytes from `offset` into `buffer`; fewer than asked for only at the end of the file.
    package func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
    ) throws(SystemCallFailure) -> Int {
        var done = 0
        while done < buffer.count {
            let count = try systemCall("pread", subject) {
                unsafe Glibc.pread(number, buffer.baseAddress! + done, buffer.count - done, place(offset, done))
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Up to `count` bytes from `offset`.
    package func read(_ count: Int, at offset: UInt64) throws(SystemCallFailure) -> [UInt8] {
        unsafe try Self.filled(count) { (buffer) throws(SystemCallFailure) in
            unsafe try read(into: buffer, at: offset)
        }
    }

    /// Up to `count` bytes from the current position.
    package func read(_ count: Int) throws(SystemCallFailure) -> [UInt8] {
        unsafe try Self.filled(count) { (buffer) throws(SystemCallFailure) in unsafe try read(into: buffer) }
    }

    /// Writes all of `bytes` at the current position.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemCallFailure) {
        var done = 0
        while done < bytes.count {
            done += try systemCall("write", subject) {
                unsafe Glibc.write(number, bytes.baseAddress! + done, bytes.count - done)
            }
        }
    }

    /// Writes all of `bytes` at `offset`.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemCallFailure) {
        var done = 0
        while done < bytes.count {
            done += try systemCall("pwrite", subject) {
                unsafe Glibc.pwrite(number, bytes.baseAddress! + done, bytes.count - done, place(offset, done))
            }
        }
    }

    package func write(_ bytes: [UInt8]) throws(SystemCallFailure) {
        unsafe try Self.viewed(bytes) { (raw) throws(SystemCallFailure) in unsafe try write(raw) }
    }

    package func write(_ bytes: [UInt8], at offset: UInt64) throws(SystemCallFailure) {
        unsafe try Self.viewed(bytes) { (raw) throws(SystemCallFailure) in unsafe try write(raw, at: offset) }
    }

    /// Returns when content and metadata are on the disk.
    package func synchronize() throws(SystemCallFailure) {
        try systemCall("fsync", subject) { Glibc.fsync(number) }
    }

    /// Returns when content, and what is needed to read it again, is on the disk.
    package func synchronizeData() throws(SystemCallFailure) {
        try systemCall("fdatasync", subject) { Glibc.fdatasync(number) }
    }

    package func truncate(to size: UInt64) throws(SystemCallFailure) {
        try systemCall("ftruncate", subject) { Glibc.ftruncate(number, off_t(clamping: size)) }
    }

    package func setMode(_ mode: UInt32) throws(SystemCallFailure) {
        try systemCall("fchmod", subject) { Glibc.fchmod(number, mode) }
    }

    /// Length of the file in bytes.
    package var size: UInt64 {
        get throws(SystemCallFailure) {
            var status = stat()
            try systemCall("fstat", subject) { unsafe fstat(number, &status) }
            return UInt64(clamping: status.st_size)
        }
    }

    private func place(_ offset: UInt64, _ done: Int) -> off_t {
        // An offset beyond off_t is refused by the call itself (EINVAL for a negative one), so clamp, not trap.
        off_t(clamping: offset.addingReportingOverflow(UInt64(done)).partialValue)
    }

    /// An array of as many bytes as `body` put into its buffer.
    private static func filled(
        _ count: Int, _ body: (UnsafeMutableRawBufferPointer) throws(SystemCallFailure) -> Int
    ) throws(SystemCallFailure) -> [UInt8] {
        var problem: SystemCallFailure?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            do throws(SystemCallFailure) {
                done = unsafe try body(
                    UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
            } catch {
                problem = error
            }
        }
        if let problem { throw problem }
        return bytes
    }

    private static func viewed(
        _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(SystemCallFailure) -> Void
    ) throws(SystemCallFailure) {
        var problem: SystemCallFailure?
        unsafe bytes.withUnsafeBytes { raw in
            do throws(SystemCallFailure) { unsafe try body(raw) } catch { problem = error }
        }
        if let problem { throw problem }
    }
}

extension FileDescriptor {
    /// A descriptor that stays with whoever opened it, such as standard input: what is owned here is a copy.
    package convenience init(borrowing number: Int32, _ subject: String) {
        self.init(owning: cl_fcntl_int(number, F_DUPFD_CLOEXEC, 3), subject)
    }

    /// Makes a file anew, or empties the one that is there.
    package convenience init(creating path: some PathBytes, mode: UInt32) throws(SystemCallFailure) {
        try self.init(opening: path, flags: O_WRONLY | O_CREAT | O_TRUNC | cl_o_nofollow(), mode: mode)
    }
}
