internal import CLinux
internal import Core
internal import Glibc

/// Copies and removals of whole folders of this machine.
enum FolderCopy {
    private static let piece = 1 << 20

    /// Copies regular files and folders but those of the name `left` in the outermost, and returns when all of it is on
    /// the disk.
    static func copy(_ source: [UInt8], to target: [UInt8], without left: String) throws(Failure) {
        do throws(SystemCallFailure) {
            try copyEntries(of: source, to: target, without: Array(left.utf8))
            let folder = try FileDescriptor(reading: target)
            try systemCall("syncfs", folder.subject) { cl_syncfs(folder.number) }
        } catch {
            throw Failure(error.errno.code, "the store could not be copied", cause: error)
        }
    }

    private static func copyEntries(
        of source: [UInt8], to target: [UInt8], without left: [UInt8]? = nil
    ) throws(SystemCallFailure) {
        try Files.makeDirectory(target, mode: 0o700)
        // Opening tells why, where a listing would only be empty.
        _ = try FileDescriptor(reading: source)
        for name in FolderListing.names(in: source) where name.bytes != left {
            let (from, to) = (Files.join(source, name.bytes), Files.join(target, name.bytes))
            if Files.isDirectory(from) {
                try copyEntries(of: from, to: to)
            } else {
                try copyFile(from, to)
            }
        }
    }

    private static func copyFile(_ source: [UInt8], _ target: [UInt8]) throws(SystemCallFailure) {
        let input = try FileDescriptor(reading: source)
        let output = try FileDescriptor(creating: target, mode: 0o600)
        var offset: UInt64 = 0
        while true {
            let bytes = try input.read(piece, at: offset)
            if bytes.isEmpty { return }
            try output.write(bytes, at: offset)
            offset += UInt64(bytes.count)
        }
    }

    /// Removes a folder and all in it, as far as it can.
    static func removeTree(_ path: [UInt8]) {
        for name in FolderListing.names(in: path) {
            let below = Files.join(path, name.bytes)
            if Files.isDirectory(below) { removeTree(below) } else { try? Files.remove(below) }
        }
        try? Files.removeDirectory(path)
    }
}
