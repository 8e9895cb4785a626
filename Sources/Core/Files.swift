internal import CLinux
internal import Glibc

/// Something that names a file of this machine: bytes, or text as its UTF-8.
package protocol PathBytes: Sendable {
    var pathBytes: [UInt8] { get }
}

extension String: PathBytes {
    package var pathBytes: [UInt8] { Array(utf8) }
}

extension [UInt8]: PathBytes {
    package var pathBytes: [UInt8] { self }
}

extension PathBytes {
    /// For messages: safe on a terminal.
    package var shown: String { Name(pathBytes).escaped }

    /// Runs a system call on the path as a C string; a path with a NUL inside is refused, not cut.
    package func withCPath<Result: FixedWidthInteger & SignedInteger>(
        _ call: String, _ body: (UnsafePointer<CChar>) -> Result
    ) throws(SystemCallFailure) -> Result {
        var bytes = pathBytes
        guard !bytes.contains(0) else { throw SystemCallFailure(.invalid, call, shown) }
        bytes.append(0)
        return try systemCall(call, shown) {
            unsafe bytes.withUnsafeBytes { raw in
                unsafe body(raw.baseAddress!.assumingMemoryBound(to: CChar.self))
            }
        }
    }
}

/// Whole files and folders of this machine.
package enum Files {
    /// The folder part of a path (`.` when it has none) and the last component.
    package static func split(_ path: [UInt8]) -> (folder: [UInt8], last: [UInt8]) {
        var end = path.count
        while end > 1, path[end - 1] == 0x2f { end -= 1 }
        guard let slash = path[..<end].lastIndex(of: 0x2f) else { return ([0x2e], Array(path[..<end])) }
        return (slash == 0 ? [0x2f] : Array(path[..<slash]), Array(path[(slash + 1)..<end]))
    }

    /// `folder/last` with exactly one slash between.
    package static func join(_ folder: some PathBytes, _ last: some PathBytes) -> [UInt8] {
        let folder = folder.pathBytes
        return folder.last == 0x2f ? folder + last.pathBytes : folder + [0x2f] + last.pathBytes
    }

    /// The whole content; refused (EFBIG) when it is longer than `limit`, whatever the file claims to be.
    package static func readWhole(_ path: some PathBytes, limit: Int) throws(SystemCallFailure) -> [UInt8] {
        let file = try FileDescriptor(reading: path)
        // Read by pieces: a device or a pipe has no size, and a growing file outgrows the one it had.
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            let piece = try file.read(min(1 << 16, limit + 1 - bytes.count))
            if piece.isEmpty { return bytes }
            bytes += piece
        }
        throw SystemCallFailure(.tooLarge, "read", path.shown)
    }

    /// Replaces a file so that a crash leaves the old content or the new, never a mixture, and returns when the
    /// new one is on the disk.
    ///
    /// The mode is exact, whatever the umask. Costs two fsyncs.
    package static func writeAtomically(
        _ path: some PathBytes, _ bytes: [UInt8], mode: UInt32 = 0o600
    ) throws(SystemCallFailure) {
        let (folder, last) = split(path.pathBytes)
        let scratch = join(folder, Array(".".utf8) + last + Array(".\(UInt64.random(in: .min ... .max)).new".utf8))
        do throws(SystemCallFailure) {
            let flags = O_WRONLY | O_CREAT | O_EXCL | cl_o_nofollow()
            let file = try FileDescriptor(opening: scratch, flags: flags, mode: 0o600)
            try file.write(bytes)
            try file.setMode(mode)
            try file.synchronize()
            try rename(scratch, to: path)
        } catch {
            try? remove(scratch)
            throw error
        }
        try synchronizeFolder(folder)
    }

    /// Makes a folder; one that exists already is fine, and keeps its mode.
    package static func makeDirectory(
        _ path: some PathBytes, mode: UInt32 = 0o700, withParents: Bool = false
    ) throws(SystemCallFailure) {
        do throws(SystemCallFailure) {
            _ = unsafe try path.withCPath("mkdir") { unsafe Glibc.mkdir($0, mode) }
        } catch {
            switch error.errno {
            case .exists where isDirectory(path): return
            case .noEntry where withParents:
                let parent = split(path.pathBytes).folder
                guard parent != path.pathBytes else { throw error }
                try makeDirectory(parent, mode: mode, withParents: true)
                try makeDirectory(path, mode: mode)
            default: throw error
            }
        }
    }

    /// Whether something stands at the path; a dangling link counts.
    package static func exists(_ path: some PathBytes) -> Bool {
        var status = stat()
        return (unsafe try? path.withCPath("lstat") { unsafe lstat($0, &status) }) != nil
    }

    package static func isDirectory(_ path: some PathBytes) -> Bool {
        var status = stat()
        guard (unsafe try? path.withCPath("stat") { unsafe stat($0, &status) }) != nil else { return false }
        return status.st_mode & S_IFMT == S_IFDIR
    }

    package static func remove(_ path: some PathBytes) throws(SystemCallFailure) {
        _ = unsafe try path.withCPath("unlink") { unsafe Glibc.unlink($0) }
    }

    package static func removeDirectory(_ path: some PathBytes) throws(SystemCallFailure) {
        _ = unsafe try path.withCPath("rmdir") { unsafe Glibc.rmdir($0) }
    }

    package static func rename(_ from: some PathBytes, to: some PathBytes) throws(SystemCallFailure) {
        var target = to.pathBytes
        guard !target.contains(0) else { throw SystemCallFailure(.invalid, "rename", to.shown) }
        target.append(0)
        _ = unsafe try from.withCPath("rename") { source in
            unsafe target.withUnsafeBytes { raw in
                unsafe Glibc.rename(source, raw.baseAddress!.assumingMemoryBound(to: CChar.self))
            }
        }
    }

    /// Makes names created, renamed or removed in a folder durable.
    package static func synchronizeFolder(_ path: some PathBytes) throws(SystemCallFailure) {
        try FileDescriptor(opening: path, flags: O_RDONLY | cl_o_directory()).synchronize()
    }
}
