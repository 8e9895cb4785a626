internal import CFuse  // Swift counts `stat` as its, because libfuse includes it too.
package import Core
internal import Glibc

/// A directory that was found fit to mount on.
package struct Mountpoint: Sendable {
    /// The absolute path without links, as the mount table shows it.
    package let path: SystemPath
    /// What the user should know of how it was made fit.
    package let note: String?

    /// The path for messages.
    package var text: String { path.text }

    /// Checks the directory and the machine, and takes away a mount whose process died.
    package static func prepare(_ path: SystemPath, options: MountOptions) throws(Failure) -> Mountpoint {
        let text = path.text
        var note: String?
        if try isDead(path) {
            try Unmounter.detach(path)
            note = "\(text): the mount there was dead (its process is gone); detached it"
        }
        if let errno = errno(ofLookingAt: path) { throw failure(text, errno) }
        let resolved = try resolve(path, text)
        if let row = try MountTable().row(at: resolved.bytes), row.type.hasPrefix("fuse") {
            throw Failure(
                .busy, "\(text): \(Name(row.source).escaped) is mounted there",
                advice: "unmount it with `cbstore umount \(text)`")
        }
        if !options.allowsNonEmpty, try !isEmpty(resolved, text) {
            throw Failure(
                .notEmpty, "\(text) is not empty", advice: "mount on an empty directory, or with `-o nonempty`")
        }
        try checkDevice()
        return Mountpoint(path: resolved, note: note)
    }

    /// Whether a mount stands there that nobody serves any more.
    ///
    /// The kernel answers `stat` from what it remembers long after the process has gone; `statfs` it passes on. Only a mount
    /// of our own is asked, which answers from memory: another's may hang.
    private static func isDead(_ path: SystemPath) throws(Failure) -> Bool {
        if errno(ofLookingAt: path) == .notConnected { return true }
        guard let resolved = try? resolve(path, path.text),
            let row = try MountTable().row(at: resolved.bytes), row.type == "fuse.cbstore"
        else { return false }
        do throws(SystemCallFailure) {
            _ = try Files.space(at: resolved.bytes)
            return false
        } catch {
            return error.errno == .notConnected || error.errno == .connectionAborted
        }
    }

    private static func errno(ofLookingAt path: SystemPath) -> Errno? {
        var status = stat()
        guard unsafe path.withCString({ unsafe stat($0, &status) }) == 0 else { return .last }
        return status.st_mode & S_IFMT == S_IFDIR ? nil : .notDirectory
    }

    private static func failure(_ text: String, _ errno: Errno) -> Failure {
        switch errno {
        case .noEntry: Failure(.notFound, "\(text) does not exist", advice: "make it with `mkdir \(text)`")
        case .notDirectory: Failure(.notDirectory, "\(text) is not a directory")
        case .denied: Failure(.denied, "\(text): \(errno.text)")
        default: Failure(errno.code, "\(text): \(errno.text)")
        }
    }

    private static func resolve(_ path: SystemPath, _ text: String) throws(Failure) -> SystemPath {
        guard let resolved = unsafe path.withCString({ unsafe realpath($0, nil) }) else { throw failure(text, .last) }
        defer { unsafe free(resolved) }
        return unsafe SystemPath(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
    }

    private static func isEmpty(_ path: SystemPath, _ text: String) throws(Failure) -> Bool {
        guard let directory = unsafe path.withCString({ unsafe opendir($0) }) else { throw failure(text, .last) }
        defer { unsafe closedir(directory) }
        var names = 0
        while names < 3, unsafe readdir(directory) != nil { names += 1 }
        return names <= 2  // "." and ".."
    }

    private static func checkDevice() throws(Failure) {
        let device = "/dev/fuse"
        do throws(SystemCallFailure) {
            close(try systemCall("open", device) { unsafe open(device, O_RDWR | O_CLOEXEC) })
        } catch {
            switch error.errno {
            case .noEntry, .noDevice, .noDeviceOrAddress:
                throw Failure(
                    .other, "\(device): \(error.errno.text)",
                    advice:
                        "load the module with `modprobe fuse`; a container needs `--device /dev/fuse --cap-add SYS_ADMIN`"
                )
            default:
                throw Failure(
                    .denied, "\(device): \(error.errno.text)", advice: "ask for read and write permission on it")
            }
        }
    }
}
