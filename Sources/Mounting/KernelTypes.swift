internal import CFuse
internal import Core
internal import FileSystem
internal import Glibc
internal import Volumes

/// How a file was opened, which decides what its reply allows the kernel.
enum OpenedAs {
    case readable, writable, directory
}

extension fuse_entry_param {
    init(_ entry: NodeEntry) {
        self.init()
        ino = entry.node.rawValue
        attr = stat(entry.status)
        attr_timeout = Limits.lifetimeSeconds
        entry_timeout = Limits.lifetimeSeconds
    }
}

extension fuse_file_info {
    init(_ handle: HandleID, as opened: OpenedAs) {
        self.init()
        fh = handle.rawValue
        keep_cache = 1
        switch opened {
        case .readable: noflush = 1  // Nothing was written, so closing has nothing to report.
        case .writable: break
        // A listing that the kernel kept would go to the next reader with this one's cookies, and where its pages have gone
        // meanwhile, come back with one of them.
        case .directory: break
        }
    }
}

extension stat {
    init(_ status: NodeStatus) {
        self.init()
        let attributes = status.attributes
        st_ino = UInt(status.inode)
        st_mode = attributes.kind.modeBits | UInt32(attributes.permissions)
        st_nlink = UInt(status.links)
        st_uid = attributes.owner
        st_gid = attributes.group
        st_rdev = UInt(attributes.device)
        st_size = Int(clamping: status.size)
        st_blksize = Limits.preferredBlockBytes
        st_blocks = Int(clamping: status.allocated / 512 + (status.allocated % 512 == 0 ? 0 : 1))
        st_atim = timespec(attributes.accessed)
        st_mtim = timespec(attributes.modified)
        st_ctim = timespec(attributes.changed)
    }
}

extension statvfs {
    init(_ capacity: Capacity) {
        self.init()
        f_bsize = UInt(capacity.blockSize)
        f_frsize = UInt(capacity.blockSize)
        f_blocks = UInt(capacity.blocks)
        f_bfree = UInt(capacity.freeBlocks)
        f_bavail = UInt(capacity.freeBlocks)
        f_files = UInt(capacity.files)
        f_ffree = UInt(capacity.freeFiles)
        f_favail = UInt(capacity.freeFiles)
        f_namemax = UInt(Limits.nameBytes)
    }
}

extension timespec {
    init(_ time: Timestamp) { self.init(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds)) }
}

extension Timestamp {
    init(_ time: timespec) { self.init(seconds: Int64(time.tv_sec), nanoseconds: UInt32(clamping: time.tv_nsec)) }
}

extension FileKind {
    /// The file type as `st_mode` carries it.
    var modeBits: UInt32 {
        switch self {
        case .regular: S_IFREG
        case .directory: S_IFDIR
        case .symlink: S_IFLNK
        case .fifo: S_IFIFO
        case .socket: S_IFSOCK
        case .characterDevice: S_IFCHR
        case .blockDevice: S_IFBLK
        }
    }

    init?(modeBits: UInt32) {
        guard let kind = Self.allCases.first(where: { $0.modeBits == modeBits & S_IFMT }) else { return nil }
        self = kind
    }
}

extension OpenMode {
    /// From the flags of `open(2)`.
    init(flags: Int32) {
        self = flags & O_ACCMODE == O_WRONLY ? .write : flags & O_ACCMODE == O_RDWR ? [.read, .write] : .read
        if flags & O_APPEND != 0 { insert(.append) }
        if flags & O_TRUNC != 0 { insert(.truncate) }
        if flags & O_EXCL != 0 { insert(.exclusive) }
    }
}

extension AttributeChange {
    /// From what `setattr` carries: only the values `mask` names are valid.
    init(_ values: stat, mask: Int32) {
        self.init()
        func has(_ bit: Int32) -> Bool { mask & bit != 0 }
        if has(FUSE_SET_ATTR_MODE) { permissions = UInt16(values.st_mode & 0o7777) }
        if has(FUSE_SET_ATTR_UID) { owner = values.st_uid }
        if has(FUSE_SET_ATTR_GID) { group = values.st_gid }
        if has(FUSE_SET_ATTR_SIZE) { size = UInt64(clamping: values.st_size) }
        if has(FUSE_SET_ATTR_ATIME) { accessed = has(FUSE_SET_ATTR_ATIME_NOW) ? .now : .at(Timestamp(values.st_atim)) }
        if has(FUSE_SET_ATTR_MTIME) { modified = has(FUSE_SET_ATTR_MTIME_NOW) ? .now : .at(Timestamp(values.st_mtim)) }
        if has(FUSE_SET_ATTR_CTIME) { changed = Timestamp(values.st_ctim) }
    }
}

extension Name {
    /// A copy of the bytes before the NUL.
    @unsafe init(copying text: UnsafePointer<CChar>) {
        self.init(unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text))))
    }
}
