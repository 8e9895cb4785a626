internal import CFileExercise
internal import Core
internal import FileExercise
internal import Glibc

/// A file under test, and every way into it. For one thread.
@safe final class ExercisedFile {
    let path: String
    private var file: FileDescriptor
    /// The same, opened to append.
    private var appender: FileDescriptor
    /// The other end of what is sent, in memory.
    private let memory: FileDescriptor
    private let pageBytes = sysconf(Int32(_SC_PAGESIZE))
    private let mappingLength: Int
    /// The whole file and more, from the first use until the file is opened anew or is to be forgotten.
    private var mapping: UnsafeMutableRawPointer?
    /// Whether what mappings changed is written back before a write makes the file longer.
    ///
    /// FUSE in Linux 6.18 clears the last page behind the end while it writes it back, and with it what a write has just
    /// put there, when the end has not moved yet: zeros are read until the page is dropped. Every FUSE mount has it.
    private let writesBackFirst: Bool
    private var hasMappedChanges = false

    /// Makes the file, of which `length` bytes will be used.
    init(making path: String, length: Int, writesBackFirst: Bool) throws(SystemCallFailure) {
        self.path = path
        self.writesBackFirst = writesBackFirst
        file = try FileDescriptor(opening: path, flags: O_RDWR | O_CREAT | O_EXCL)
        appender = try FileDescriptor(opening: path, flags: O_RDWR | O_APPEND)
        memory = FileDescriptor(owning: try systemCall("memfd_create", "a file in memory", cfe_memory_file), "memory")
        mappingLength = (length + pageBytes - 1) / pageBytes * pageBytes
    }

    deinit { unmap() }

    var size: Int { get throws(SystemCallFailure) { Int(try file.size) } }

    func read(_ count: Int, at offset: Int) throws(SystemCallFailure) -> [UInt8] {
        try file.read(count, at: UInt64(offset))
    }

    /// What an operation reads.
    func bytes(of operation: FileOperation) throws(SystemCallFailure) -> [UInt8] {
        if operation.kind == .send { return try send(operation.range) }
        // The other way in must show the same.
        let source = operation.range.count % 2 == 0 ? file : appender
        return try source.read(operation.range.count, at: UInt64(operation.range.lowerBound))
    }

    /// Does what changes the file; it has `size` bytes.
    func perform(_ operation: FileOperation, size: Int, other: ExercisedFile) throws(SystemCallFailure) {
        if writesBackFirst, hasMappedChanges, operation.range.upperBound > size {
            try systemCall("sync_file_range", path) { cfe_write_back(file.number) }
            hasMappedChanges = false
        }
        switch operation.kind {
        case .write: try file.write(Array(operation.bytes), at: UInt64(operation.range.lowerBound))
        case .append: try appender.write(Array(operation.bytes))
        case .truncate: try file.truncate(to: UInt64(operation.range.upperBound))
        case .writeMapped, .synchronizeMapped: try writeMapped(operation, size: size)
        case .receive: try receive(operation)
        case .synchronize: try file.synchronize()
        case .synchronizeData: try file.synchronizeData()
        case .dropCache: try dropCache()
        case .allocate, .reserve, .punchHole, .zero, .zeroInside: try allocate(operation)
        case .copy: try copy(operation.range, to: operation.target, in: self)
        case .copyOut: try copy(operation.range, to: operation.target, in: other)
        case .copyIn:
            let source = operation.target..<operation.target + operation.range.count
            try other.copy(source, to: operation.range.lowerBound, in: self)
        case .read, .send, .readMapped, .seekData, .seekHole, .reopen: break
        }
    }

    /// Closes the file and opens it again; the holes it shows meanwhile, when nobody can write to it.
    @discardableResult
    func reopen(searching: Bool = false) throws(SystemCallFailure) -> [Range<Int>] {
        unmap()
        // The last one closes first, and both before the new ones are there.
        let none = FileDescriptor(owning: -1, path)
        (file, appender) = (none, none)
        defer { withExtendedLifetime(none) {} }
        let holes = searching ? try Self.holes(of: try FileDescriptor(reading: path)) : []
        file = try FileDescriptor(opening: path, flags: O_RDWR)
        appender = try FileDescriptor(opening: path, flags: O_RDWR | O_APPEND)
        return holes
    }

    /// All holes of an open file, one search after the other; a search that goes nowhere is an error.
    ///
    /// A mount hears of a close later: until then it may take all for data, and once it changes its mind.
    private static func holes(of file: FileDescriptor) throws(SystemCallFailure) -> [Range<Int>] {
        let size = Int(try file.size)
        var (holes, position, mayChange): ([Range<Int>], Int, Bool) = ([], 0, true)
        while position < size {
            let data = try search(file, .seekData, from: position) ?? size
            guard (position...size).contains(data) else { throw SystemCallFailure(.range, "SEEK_DATA", file.subject) }
            if data > position { holes.append(position..<data) }
            if data == size { break }
            let end = try search(file, .seekHole, from: data) ?? data
            let isChange = end == data && mayChange
            guard end > data || isChange, end <= size else {
                throw SystemCallFailure(.range, "SEEK_HOLE", file.subject)
            }
            if isChange { mayChange = false }
            position = end
        }
        return holes
    }

    func remove() throws(SystemCallFailure) { try Files.remove(path) }

    /// What was read comes from the file system itself the next time, as far as nothing waits to be written.
    func dropCache() throws(SystemCallFailure) {
        unmap()
        try systemCall("posix_fadvise", path) { cfe_drop_cache(file.number) }
    }

    // MARK: Space and copies

    private func allocate(_ operation: FileOperation) throws(SystemCallFailure) {
        let (offset, count) = (operation.range.lowerBound, operation.range.count)
        try systemCall("fallocate", path) {
            switch operation.kind {
            case .reserve: cfe_reserve(file.number, offset, count)
            case .punchHole: cfe_punch_hole(file.number, offset, count)
            case .zero: cfe_zero(file.number, offset, count)
            case .zeroInside: cfe_zero_inside(file.number, offset, count)
            default: cfe_allocate(file.number, offset, count)
            }
        }
    }

    private func copy(_ range: Range<Int>, to offset: Int, in target: ExercisedFile) throws(SystemCallFailure) {
        var (from, to) = (range.lowerBound, offset)
        while from < range.upperBound {
            let count = try systemCall("copy_file_range", path) {
                unsafe cfe_copy(file.number, &from, target.file.number, &to, range.upperBound - from)
            }
            if count == 0 { throw SystemCallFailure(.io, "copy_file_range, which found the end of", path) }
        }
    }

    /// Where the data or the hole is; nil when there is none any more.
    func seek(_ operation: FileOperation) throws(SystemCallFailure) -> Int? {
        try Self.search(file, operation.kind, from: operation.range.lowerBound)
    }

    private static func search(
        _ file: FileDescriptor, _ kind: FileOperation.Kind, from start: Int
    ) throws(SystemCallFailure) -> Int? {
        do throws(SystemCallFailure) {
            return try systemCall("lseek", file.subject) {
                kind == .seekData ? cfe_seek_data(file.number, start) : cfe_seek_hole(file.number, start)
            }
        } catch {
            if error.errno == .noDeviceOrAddress { return nil }
            throw error
        }
    }

    // MARK: Pipes of the kernel

    private func send(_ range: Range<Int>) throws(SystemCallFailure) -> [UInt8] {
        try memory.truncate(to: 0)
        try rewind(memory, to: 0)
        var from = range.lowerBound
        while from < range.upperBound {
            let count = try systemCall("sendfile", path) {
                unsafe cfe_send(memory.number, file.number, &from, range.upperBound - from)
            }
            if count == 0 { break }
        }
        return try memory.read(range.count, at: 0)
    }

    private func receive(_ operation: FileOperation) throws(SystemCallFailure) {
        try memory.truncate(to: 0)
        try memory.write(Array(operation.bytes), at: 0)
        try rewind(file, to: operation.range.lowerBound)
        var from = 0
        while from < operation.range.count {
            let count = try systemCall("sendfile", path) {
                unsafe cfe_send(file.number, memory.number, &from, operation.range.count - from)
            }
            if count == 0 { throw SystemCallFailure(.io, "sendfile, which came to no end, into", path) }
        }
    }

    private func rewind(_ file: FileDescriptor, to offset: Int) throws(SystemCallFailure) {
        try systemCall("lseek", path) { lseek(file.number, offset, SEEK_SET) }
    }
}

extension ExercisedFile {
    // MARK: Mapped

    private func mapped() throws(SystemCallFailure) -> UnsafeMutableRawPointer {
        if let mapping = unsafe mapping { return unsafe mapping }
        let address = unsafe mmap(nil, mappingLength, PROT_READ | PROT_WRITE, MAP_SHARED, file.number, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw SystemCallFailure(.last, "mmap", path)
        }
        unsafe mapping = unsafe address
        return unsafe address
    }

    private func unmap() {
        if let mapping = unsafe mapping { unsafe _ = munmap(mapping, mappingLength) }
        unsafe mapping = nil
    }

    /// The bytes in a range of the file, which has `size`, and those behind its end if the range reaches that.
    func mappedBytes(
        _ range: Range<Int>, size: Int
    ) throws(SystemCallFailure) -> (found: [UInt8], tail: ArraySlice<UInt8>) {
        let base = unsafe try mapped()
        let end = range.upperBound == size ? (size + pageBytes - 1) / pageBytes * pageBytes : range.upperBound
        var found = [UInt8](repeating: 0, count: end - range.lowerBound)
        try systemCall("mapped read", path) {
            unsafe found.withUnsafeMutableBytes { buffer in
                unsafe cfe_copy_guarded(buffer.baseAddress, base + range.lowerBound, buffer.count)
            }
        }
        let tail = Array(found[range.count...])[...]
        found.removeLast(tail.count)
        return (found, tail)
    }

    private func writeMapped(_ operation: FileOperation, size: Int) throws(SystemCallFailure) {
        let range = operation.range
        if range.upperBound > size { try file.truncate(to: UInt64(range.upperBound)) }
        let base = unsafe try mapped()
        hasMappedChanges = true
        let bytes = operation.bytes
        try systemCall("mapped write", path) {
            unsafe bytes.withUnsafeBytes { buffer in
                unsafe cfe_copy_guarded(base + range.lowerBound, buffer.baseAddress, buffer.count)
            }
        }
        guard operation.kind == .synchronizeMapped else { return }
        let page = range.lowerBound / pageBytes * pageBytes
        try systemCall("msync", path) { unsafe msync(base + page, range.upperBound - page, MS_SYNC) }
    }
}
