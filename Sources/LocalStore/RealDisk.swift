internal import CLinux
package import Core
internal import Glibc

/// A folder of this machine's file system.
package struct RealDisk: Disk {
    private let folder: [UInt8]

    package init(folder: some PathBytes) { self.folder = folder.pathBytes }

    package var shown: String { folder.shown }

    private func place(_ path: String) -> [UInt8] { path.isEmpty ? folder : Files.join(folder, path) }

    package func makeFolder(_ path: String) throws(SystemCallFailure) {
        try Files.makeDirectory(place(path), mode: 0o700, withParents: path.isEmpty)
    }

    package func list(_ path: String) throws(SystemCallFailure) -> [String] {
        let descriptor = try FileDescriptor(opening: place(path), flags: O_RDONLY | cl_o_directory())
        // The stream takes over a descriptor and closes it, so it gets one of its own.
        let copy = try systemCall("dup", place(path).shown) { Glibc.dup(descriptor.number) }
        guard let stream = unsafe fdopendir(copy) else {
            let number = Errno.last
            _ = Glibc.close(copy)
            throw SystemCallFailure(number, "fdopendir", place(path).shown)
        }
        defer { unsafe _ = closedir(stream) }
        var names: [String] = []
        while true {
            cl_set_errno(0)
            guard let entry = unsafe readdir(stream) else { break }
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { raw in
                unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        if Errno.last.rawValue != 0 { throw SystemCallFailure(Errno.last, "readdir", place(path).shown) }
        return names
    }

    package func open(_ path: String, for intent: OpenIntent) throws(SystemCallFailure) -> any DiskFile {
        let flags =
            switch intent {
            case .read: O_RDONLY
            case .write: O_RDWR
            case .create: O_RDWR | O_CREAT | O_EXCL
            }
        return RealFile(try FileDescriptor(opening: place(path), flags: flags | cl_o_nofollow(), mode: 0o600))
    }

    package func rename(_ path: String, to other: String) throws(SystemCallFailure) {
        try Files.rename(place(path), to: place(other))
    }

    package func remove(_ path: String) throws(SystemCallFailure) { try Files.remove(place(path)) }

    package func synchronizeFolder(_ path: String) throws(SystemCallFailure) {
        try Files.synchronizeFolder(place(path))
    }

    package func space() throws(SystemCallFailure) -> FileSystemSpace { try Files.space(at: folder) }
}

/// One open file of this machine.
private final class RealFile: DiskFile {
    private let descriptor: FileDescriptor

    init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SystemCallFailure) -> Int {
        unsafe try descriptor.read(into: buffer, at: offset)
    }

    func write(_ bytes: RawSpan, at offset: UInt64) throws(SystemCallFailure) {
        unsafe try bytes.withUnsafeBytes { (raw) throws(SystemCallFailure) in
            unsafe try descriptor.write(raw, at: offset)
        }
    }

    func synchronizeData() throws(SystemCallFailure) { try descriptor.synchronizeData() }

    func startWriteBack(from offset: UInt64, count: UInt64) throws(SystemCallFailure) {
        try systemCall("sync_file_range", descriptor.subject) {
            cl_start_write_back(descriptor.number, off_t(clamping: offset), off_t(clamping: count))
        }
    }

    func allocate(from offset: UInt64, count: UInt64) throws(SystemCallFailure) {
        do throws(SystemCallFailure) {
            try systemCall("fallocate", descriptor.subject) {
                cl_fallocate(
                    descriptor.number, cl_fallocate_keep_size(), off_t(clamping: offset), off_t(clamping: count))
            }
        } catch {
            // A file system that cannot reserve reports a full disk later, at the write.
            if error.errno != .notSupported, error.errno != .notSupportedCall { throw error }
        }
    }

    func truncate(to size: UInt64) throws(SystemCallFailure) { try descriptor.truncate(to: size) }

    func size() throws(SystemCallFailure) -> UInt64 { try descriptor.size }
}
