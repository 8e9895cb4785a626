import Core
import Glibc

/// Inputs of an import that leave nothing behind: files without a name, and pipes with a thread that writes.
enum OpenInput {
    /// A regular file of these bytes, open for reading and writing, that was last changed long ago.
    static func file(_ bytes: [UInt8]) throws -> FileDescriptor {
        var template = Array("/tmp/cbstore-import-XXXXXX".utf8CString)
        let number = unsafe template.withUnsafeMutableBufferPointer { unsafe mkstemp($0.baseAddress!) }
        guard number >= 0 else { throw Errno.last }
        unsafe template.withUnsafeBufferPointer { unsafe _ = unlink($0.baseAddress!) }
        let file = FileDescriptor(owning: number, "a file")
        try file.write(bytes, at: 0)
        // A change shows in the time, however soon it comes.
        let long = [timespec(tv_sec: 1_000_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000_000, tv_nsec: 0)]
        unsafe long.withUnsafeBufferPointer { unsafe _ = futimens(number, $0.baseAddress) }
        return file
    }

    /// The reading end of a pipe into which `write` writes on a thread of its own; an error ends the stream early.
    static func pipe(_ write: @escaping @Sendable (FileDescriptor) throws -> Void) throws -> FileDescriptor {
        var ends: [Int32] = [0, 0]
        guard unsafe Glibc.pipe(&ends) == 0 else { throw Errno.last }
        let writer = FileDescriptor(owning: ends[1], "a pipe")
        Threads.start("writer") { try? write(writer) }
        return FileDescriptor(owning: ends[0], "a pipe")
    }

    static func pipe(of bytes: [UInt8]) throws -> FileDescriptor { try pipe { try $0.write(bytes) } }
}
