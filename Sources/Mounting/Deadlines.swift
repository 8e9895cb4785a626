internal import Core

/// How long each kind of request may wait for its answer, and what it is told then.
///
/// A deadline that does not fire is a process nobody can kill.
package struct Deadlines: Sendable {
    /// Names, attributes and listings that memory does not hold → ETIMEDOUT.
    package var query: Duration = .seconds(15)
    /// File content → EIO.
    package var read: Duration = .seconds(120)
    /// Changes, which wait only for room in the journal → ENOSPC.
    package var change: Duration = .seconds(10)
    /// `fsync` → EIO. Longer than a change: a busy disk may take its time, and ENOSPC would be untrue; whoever lacks room
    /// in the journal says so itself.
    package var synchronize: Duration = .seconds(60)
    /// What memory answers: open, flush → EIO.
    package var prompt: Duration = .milliseconds(100)
    /// How long a change still may finish after its caller was interrupted, so that a harmless signal does not fail it.
    package var interruptionGrace: Duration = .milliseconds(50)

    package init() {}

    func verdict(on kind: RequestKind) -> (delay: Duration, errno: Errno) {
        switch kind {
        case .lookup, .getattr, .readlink, .readdir, .getxattr, .listxattr, .lseek: (query, .timedOut)
        case .read: (read, .io)
        case .fsync, .fsyncdir: (synchronize, .io)
        case .setattr, .mknod, .mkdir, .symlink, .link, .unlink, .rmdir, .rename, .create, .write, .setxattr,
            .removexattr, .fallocate, .copyFileRange:
            (change, .noSpace)
        case .open, .opendir, .flush, .release, .releasedir, .statfs, .forget: (prompt, .io)
        }
    }

    func grace(for kind: RequestKind) -> Duration {
        switch kind {
        case .lookup, .getattr, .readlink, .readdir, .getxattr, .listxattr, .lseek, .read: .zero
        default: interruptionGrace
        }
    }
}
