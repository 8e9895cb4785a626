internal import CLinux
internal import Control
internal import Core
internal import Glibc
internal import Volumes

/// A file of the machine's own file system, as `lstat` shows it.
struct LocalFile {
    let path: [UInt8]
    let kind: FileKind
    let size: UInt64
    let attributes: StoredAttributes

    init(_ path: [UInt8]) throws(Failure) {
        self.path = path
        var status = stat()
        do throws(SystemCallFailure) {
            _ = unsafe try path.withCPath("lstat") { unsafe lstat($0, &status) }
        } catch {
            throw error.failure
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: kind = .directory
        case S_IFLNK: kind = .symlink
        case S_IFREG: kind = .regular
        case S_IFIFO: kind = .fifo
        case S_IFSOCK: kind = .socket
        case S_IFCHR: kind = .characterDevice
        default: kind = .blockDevice
        }
        size = UInt64(status.st_size)
        attributes = StoredAttributes(
            permissions: UInt16(status.st_mode & 0o7777), owner: status.st_uid, group: status.st_gid,
            modified: Timestamp(seconds: Int64(status.st_mtim.tv_sec), nanoseconds: UInt32(status.st_mtim.tv_nsec)))
    }

    /// The last component of a path; nil for `/`, `.` and `..`.
    static func name(of path: [UInt8]) -> Name? {
        guard let last = path.split(separator: 0x2f).last else { return nil }
        let name = Name(Array(last))
        return name.isComponent ? name : nil
    }

    func open() throws(Failure) -> FileDescriptor {
        do throws(SystemCallFailure) {
            return try FileDescriptor(reading: path)
        } catch {
            throw error.failure
        }
    }

    func listing() throws(Failure) -> [Name] {
        // Opening tells why, where a listing would only be empty.
        _ = try open()
        return FolderListing.names(in: path).sorted()
    }

    func linkTarget() throws(Failure) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: Limits.Names.pathBytes + 1)
        let capacity = buffer.count
        let path = self.path
        let count: Int
        do throws(SystemCallFailure) {
            count = try systemCall("readlink", Name(path).escaped) {
                unsafe buffer.withUnsafeMutableBytes { bytes in
                    unsafe (path + [0]).withUnsafeBytes { name in
                        unsafe readlink(
                            name.baseAddress!.assumingMemoryBound(to: CChar.self),
                            bytes.baseAddress!.assumingMemoryBound(to: CChar.self), capacity)
                    }
                }
            }
        } catch {
            throw error.failure
        }
        return Array(buffer[..<count])
    }

    /// Gives a file or folder that was fetched its permissions and times.
    static func set(_ path: [UInt8], permissions: UInt16, modified: Timestamp) throws(SystemCallFailure) {
        _ = unsafe try path.withCPath("chmod") { unsafe chmod($0, UInt32(permissions & 0o7777)) }
        let time = timespec(tv_sec: Int(modified.seconds), tv_nsec: Int(modified.nanoseconds))
        let times = [time, time]
        _ = unsafe try path.withCPath("utimensat") { name in
            unsafe times.withUnsafeBufferPointer {
                unsafe utimensat(AT_FDCWD, name, $0.baseAddress, AT_SYMLINK_NOFOLLOW)
            }
        }
    }

    static func makeLink(_ path: [UInt8], target: [UInt8]) throws(SystemCallFailure) {
        _ = unsafe try path.withCPath("symlink") { name in
            unsafe (target + [0]).withUnsafeBytes {
                unsafe symlink($0.baseAddress!.assumingMemoryBound(to: CChar.self), name)
            }
        }
    }
}
