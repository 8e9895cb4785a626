internal import CLinux
internal import Glibc

/// The right to something that a file stands for, held by one holder at a time among all processes and threads.
///
/// It belongs to the open file: it goes with the last reference, and with the process, however that ends.
package final class FileLock: Sendable {
    private let file: FileDescriptor

    /// F_OFD_SETLK: the same on every architecture, hidden by Glibc's module.
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
        while !(try Self.tryLock(file)) {
            guard time.now < deadline else { throw SystemCallFailure(.busy, "lock", path.shown) }
            Self.pauseOnce(time)
        }
    }

    private static func tryLock(_ file: FileDescriptor) throws(SystemCallFailure) -> Bool {
        var lock = flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
        do throws(SystemCallFailure) {
            try systemCall("fcntl", file.subject) { unsafe fcntl(file.number, set, &lock) }
            return true
        } catch {
            if error.errno == .again || error.errno == .denied { return false }
            throw error
        }
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
