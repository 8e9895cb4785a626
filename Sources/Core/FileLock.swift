internal import CLinux
internal import Glibc

/// An exclusive lock on a file, held by one opening of it at a time, in this process or another.
///
/// It belongs to the open file and dies with the last reference, and so with the process, however that ends. What the
/// file holds is the owner's affair.
package final class FileLock: Sendable {
    package let file: FileDescriptor

    // F_OFD_GETLK and F_OFD_SETLK: the same on every architecture, hidden by Glibc's module.
    private static let ask: Int32 = 36
    private static let set: Int32 = 37
    /// Between two tries: below what a person notices, and above what costs anything.
    private static let pause: Duration = .milliseconds(25)

    private init(_ file: FileDescriptor) { self.file = file }

    /// Takes the lock, waiting up to `wait` for whoever has it; then throws EBUSY. Makes the file if there is none.
    ///
    /// Blocks: for threads of our own.
    package static func acquire(
        _ path: some PathBytes, wait: Duration, time: any TimeSource = SystemTime()
    ) throws(SystemCallFailure) -> FileLock {
        let deadline = time.now + wait
        let file = try FileDescriptor(opening: path, flags: O_RDWR | O_CREAT | cl_o_nofollow())
        while !(try attempt(file)) {
            guard time.now < deadline else { throw SystemCallFailure(.busy, "lock", path.shown) }
            pauseOnce(time)
        }
        return FileLock(file)
    }

    /// Whether somebody else has the lock of an open file; only asks, so that nobody's attempt fails because of it.
    package static func isHeld(_ file: FileDescriptor) -> Bool {
        var lock = whole(Int16(F_RDLCK))
        return unsafe fcntl(file.number, ask, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
    }

    private static func attempt(_ file: FileDescriptor) throws(SystemCallFailure) -> Bool {
        var lock = whole(Int16(F_WRLCK))
        do throws(SystemCallFailure) {
            try systemCall("fcntl", file.subject) { unsafe fcntl(file.number, set, &lock) }
            return true
        } catch {
            if error.errno == .again || error.errno == .denied { return false }
            throw error
        }
    }

    private static func whole(_ type: Int16) -> flock {
        flock(l_type: type, l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    }

    private static func pauseOnce(_ time: any TimeSource) {
        let gate = Gate(false)
        _ = time.schedule(after: pause) {
            gate.withLock { $0 = true }
            gate.wakeAll()
        }
        gate.wait { $0 ? .done(()) : .wait(until: nil) }
    }
}
