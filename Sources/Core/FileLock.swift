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
    /// Between two tries: far above what a try costs, far below what a person notices.
    private static let pause: Duration = .milliseconds(5)

    /// Takes the lock, making the file if need be; EBUSY when another holder has not let it go within `wait`.
    ///
    /// Blocks: for threads of our own only.
    package init(
        _ path: some PathBytes, wait: Duration, time: any TimeSource = SystemTime()
    ) throws(SystemCallFailure) {
        let deadline = time.now + wait
        file = try FileDescriptor(opening: path, flags: O_RDWR | O_CREAT | cl_o_nofollow())
        while !(try Self.attempt(file)) {
            guard time.now < deadline else { throw SystemCallFailure(.busy, "lock", path.shown) }
            Self.pauseOnce(time)
        }
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
