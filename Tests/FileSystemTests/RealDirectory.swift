import CLinux
import Core
import FileSystem
import Glibc
import Volumes

/// The same operations on a fresh directory in memory of the machine's.
final class RealDirectory {
    typealias Outcome = DifferentialTests.Outcome
    private let root: String
    private var open: [Int: Int32] = [:]

    init() throws {
        var template = Array("/dev/shm/cbstore-XXXXXX".utf8CString)
        let isMade = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
        guard isMade else { throw Errno.last }
        root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func remove() {
        for descriptor in open.values { Glibc.close(descriptor) }
        Self.removeTree(root)
    }

    private static func removeTree(_ path: String) {
        for name in names(in: path) {
            let below = path + "/" + name.escaped
            if unsafe Glibc.unlink(below) != 0 { removeTree(below) }
        }
        unsafe _ = Glibc.rmdir(path)
    }

    private static func names(in path: String) -> [Name] {
        guard let directory = unsafe opendir(path) else { return [] }
        defer { unsafe _ = closedir(directory) }
        var names: [Name] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
            names.append(Name(name))
        }
        return names.filter { $0 != Name(".") && $0 != Name("..") }.sorted()
    }

    private func path(_ names: [Name]) -> String { root + names.map { "/" + $0.escaped }.joined() }

    private func outcome(_ result: some SignedInteger) -> Outcome { result < 0 ? .refused(Errno.last) : .done }

    func perform(_ operation: DifferentialTests.Operation) -> Outcome {
        switch operation {
        case .create(let names, let exclusive):
            let descriptor = unsafe cl_open(path(names), O_WRONLY | O_CREAT | (exclusive ? O_EXCL : 0), 0o644)
            if descriptor >= 0 { Glibc.close(descriptor) }
            return outcome(descriptor)
        case .makeDirectory(let names): return outcome(unsafe mkdir(path(names), 0o755))
        case .makeLink(let names, let target):
            return outcome(
                unsafe (target + [0]).withUnsafeBytes {
                    unsafe symlink($0.baseAddress!.assumingMemoryBound(to: CChar.self), path(names))
                })
        case .readLink(let names):
            var buffer = [CChar](repeating: 0, count: 4096)
            let count = unsafe readlink(path(names), &buffer, buffer.count)
            return count < 0 ? .refused(Errno.last) : .bytes(buffer[..<count].map { UInt8(bitPattern: $0) })
        case .unlink(let names): return outcome(unsafe Glibc.unlink(path(names)))
        case .removeDirectory(let names): return outcome(unsafe rmdir(path(names)))
        case .link(let names, let other): return outcome(unsafe Glibc.link(path(names), path(other)))
        case .rename(let names, let other, let mode):
            let flags: UInt32 =
                switch mode {
                case .replace: 0
                case .noReplace: cl_rename_noreplace()
                case .exchange: cl_rename_exchange()
                }
            return outcome(unsafe cl_renameat2(AT_FDCWD, path(names), AT_FDCWD, path(other), flags))
        case .truncate(let names, let size): return outcome(unsafe Glibc.truncate(path(names), Int(size)))
        case .setPermissions(let names, let permissions): return outcome(unsafe chmod(path(names), UInt32(permissions)))
        case .status(let names):
            var buffer = stat()
            return unsafe lstat(path(names), &buffer) < 0 ? .refused(Errno.last) : Self.status(buffer)
        case .list(let names):
            var buffer = stat()
            if unsafe lstat(path(names), &buffer) < 0 { return .refused(Errno.last) }
            return buffer.st_mode & S_IFMT == S_IFDIR ? .names(Self.names(in: path(names))) : .refused(.notDirectory)
        case .write, .read, .open: return whole(operation)
        case .writeOpen, .readOpen, .truncateOpen, .statusOpen, .close: return held(operation)
        }
    }

    private func whole(_ operation: DifferentialTests.Operation) -> Outcome {
        switch operation {
        case .write(let names, let offset, let bytes):
            let descriptor = unsafe cl_open(path(names), O_WRONLY, 0)
            if descriptor < 0 { return .refused(Errno.last) }
            defer { Glibc.close(descriptor) }
            return Self.write(bytes, to: descriptor, at: offset)
        case .read(let names, let offset, let count):
            let descriptor = unsafe cl_open(path(names), O_RDONLY, 0)
            if descriptor < 0 { return .refused(Errno.last) }
            defer { Glibc.close(descriptor) }
            return Self.read(descriptor, at: offset, count: count)
        case .open(let names, let slot):
            let descriptor = unsafe cl_open(path(names), O_RDWR, 0)
            if descriptor < 0 { return .refused(Errno.last) }
            if let before = open.updateValue(descriptor, forKey: slot) { Glibc.close(before) }
            return .done
        default: return .done
        }
    }

    private func held(_ operation: DifferentialTests.Operation) -> Outcome {
        switch operation {
        case .writeOpen(let slot, let offset, let bytes):
            return open[slot].map { Self.write(bytes, to: $0, at: offset) } ?? .done
        case .readOpen(let slot, let offset, let count):
            return open[slot].map { Self.read($0, at: offset, count: count) } ?? .done
        case .truncateOpen(let slot, let size): return open[slot].map { outcome(ftruncate($0, Int(size))) } ?? .done
        case .statusOpen(let slot):
            guard let descriptor = open[slot] else { return .done }
            var buffer = stat()
            return unsafe fstat(descriptor, &buffer) < 0 ? .refused(Errno.last) : Self.status(buffer)
        case .close(let slot):
            if let descriptor = open.removeValue(forKey: slot) { Glibc.close(descriptor) }
            return .done
        default: return .done
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, at offset: UInt64) -> Outcome {
        let count = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, Int(offset)) }
        return count < 0 ? .refused(Errno.last) : .done
    }

    private static func read(_ descriptor: Int32, at offset: UInt64, count: Int) -> Outcome {
        var buffer = [UInt8](repeating: 0, count: count)
        let read = unsafe buffer.withUnsafeMutableBytes {
            unsafe pread(descriptor, $0.baseAddress, $0.count, Int(offset))
        }
        return read < 0 ? .refused(Errno.last) : .bytes(Array(buffer[..<read]))
    }

    private static func status(_ buffer: stat) -> Outcome {
        let kind: FileKind =
            switch buffer.st_mode & S_IFMT {
            case S_IFDIR: .directory
            case S_IFLNK: .symlink
            default: .regular
            }
        return .status(
            kind: kind, links: UInt32(buffer.st_nlink), size: kind == .directory ? 0 : UInt64(buffer.st_size),
            permissions: UInt16(buffer.st_mode & 0o7777))
    }
}
