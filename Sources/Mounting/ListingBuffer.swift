internal import CFuse
internal import Core
internal import FileSystem
internal import Glibc
internal import Volumes

/// The reply to `readdir` while it is being filled.
///
/// Safe, because it exists only inside `Reply.listing`, which the memory and the request outlive.
@safe struct ListingBuffer: ~Copyable {
    private let memory: UnsafeMutableRawBufferPointer
    private let request: fuse_req_t
    /// Bytes filled.
    private(set) var count = 0

    @unsafe init(_ memory: UnsafeMutableRawBufferPointer, for request: fuse_req_t) {
        unsafe self.memory = unsafe memory
        unsafe self.request = unsafe request
    }

    /// How many entries of average names fill `byteCount`.
    static func expectedEntries(in byteCount: Int, plus: Bool) -> Int {
        // A dirent's fixed part is 24 bytes; the attributes before it in a plus listing are 128.
        max(1, byteCount / ((plus ? 152 : 24) + Limits.expectedNameBytes))
    }

    /// Adds an entry; false if there is no room for it.
    mutating func append(_ line: ListedEntry, plus: Bool) -> Bool {
        let room = unsafe memory.count - count
        guard room > 0, let start = unsafe memory.baseAddress?.advanced(by: count).assumingMemoryBound(to: CChar.self)
        else {
            return false
        }
        let offset = off_t(truncatingIfNeeded: line.cookie)
        let needed = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: line.name.count + 1) { text in
            for (index, byte) in line.name.bytes.enumerated() { unsafe text[index] = CChar(bitPattern: byte) }
            unsafe text[line.name.count] = 0
            if plus {
                var parameters = line.entry.map { fuse_entry_param($0) } ?? fuse_entry_param()
                if line.entry == nil { parameters.attr = Self.identity(of: line) }
                return unsafe fuse_add_direntry_plus(request, start, room, text.baseAddress, &parameters, offset)
            }
            var attributes = Self.identity(of: line)
            return unsafe fuse_add_direntry(request, start, room, text.baseAddress, &attributes, offset)
        }
        if needed > room { return false }
        count += needed
        return true
    }

    /// The number and type, which is all that a plain listing tells.
    private static func identity(of line: ListedEntry) -> stat {
        var attributes = stat()
        attributes.st_ino = UInt(line.inode)
        attributes.st_mode = line.kind.modeBits
        return attributes
    }
}
