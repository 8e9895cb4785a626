internal import CLinux
package import Core
internal import Glibc

/// Takes mounts away: by the system call as root, else through libfuse's set-id helper.
package enum Unmounter {
    /// Unmounts if nothing is open there; EBUSY otherwise.
    package static func unmount(_ path: SystemPath) throws(Failure) { try run(path, isLazy: false) }

    /// Takes the mount out of the tree at once; it ends when its last file is closed.
    package static func detach(_ path: SystemPath) throws(Failure) { try run(path, isLazy: true) }

    private static func run(_ path: SystemPath, isLazy: Bool) throws(Failure) {
        let text = path.text
        if geteuid() == 0 {
            do throws(SystemCallFailure) {
                try systemCall("umount", text) {
                    unsafe path.withCString { unsafe isLazy ? cl_umount2_detach($0) : cl_umount2($0) }
                }
            } catch { throw failure(text, error.errno) }
            return
        }
        let status: Int32
        do throws(SystemCallFailure) {
            let words = [SystemPath("fusermount3"), SystemPath(isLazy ? "-uz" : "-u"), path]
            status = try Spawned(program: SystemPath("/usr/bin/fusermount3"), arguments: words).wait()
        } catch {
            throw Failure(error.errno.code, "\(error)", advice: "install the package fuse3")
        }
        if status != 0 { throw failure(text, isMounted(path) ? .busy : .invalid) }
    }

    private static func failure(_ text: String, _ errno: Errno) -> Failure {
        switch errno {
        case .busy: Failure(.busy, "\(text): files are open there", advice: "close them, or use --force")
        case .invalid: Failure(.notFound, "\(text): nothing is mounted there")
        case .notPermitted: Failure(.denied, "\(text): \(errno.text)")
        default: Failure(errno.code, "\(text): \(errno.text)")
        }
    }

    private static func isMounted(_ path: SystemPath) -> Bool {
        guard let table = try? MountTable() else { return true }
        return table.row(at: path.bytes) != nil
    }
}
