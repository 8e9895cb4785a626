package import Core
package import Volumes

/// A number under which a mount knows a file while somebody remembers it. The root is 1.
package struct NodeID: Hashable, Sendable {
    package static let root = NodeID(1)
    package let rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// An open file or directory; never zero.
package struct HandleID: Hashable, Sendable {
    package let rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// Everything `stat` shows of a node.
package struct NodeStatus: Sendable, Equatable {
    package var inode: UInt64
    package var links: UInt32
    package var size: UInt64
    /// Bytes that hold data, for `st_blocks`: holes do not count.
    package var allocated: UInt64
    package var attributes: Attributes

    package init(inode: UInt64, links: UInt32, size: UInt64, allocated: UInt64, attributes: Attributes) {
        self.inode = inode
        self.links = links
        self.size = size
        self.allocated = allocated
        self.attributes = attributes
    }
}

/// A node handed to the kernel; each one counts as one lookup until `forget` takes it back.
package struct NodeEntry: Sendable {
    package let node: NodeID
    package let status: NodeStatus

    package init(node: NodeID, status: NodeStatus) {
        self.node = node
        self.status = status
    }
}

/// One line of a directory listing.
package struct ListedEntry: Sendable {
    package let name: Name
    package let inode: UInt64
    package let kind: FileKind
    /// Where the listing continues behind this entry; stays valid while the directory is open.
    package let cookie: UInt64
    /// With `readDirectory(plus: true)`: the entry looked up, counted once. `.` and `..` have none.
    package let entry: NodeEntry?

    package init(name: Name, inode: UInt64, kind: FileKind, cookie: UInt64, entry: NodeEntry?) {
        self.name = name
        self.inode = inode
        self.kind = kind
        self.cookie = cookie
        self.entry = entry
    }
}

/// On whose behalf an operation runs.
package struct Caller: Sendable {
    package let owner: UInt32
    package let group: UInt32
    package let process: Int32
    /// Permissions that new files do not get, where no default list says what they get.
    package let umask: UInt16
    /// Further groups; known only to operations that depend on them.
    package let groups: [UInt32]

    package init(owner: UInt32, group: UInt32, process: Int32 = 0, umask: UInt16 = 0, groups: [UInt32] = []) {
        self.owner = owner
        self.group = group
        self.process = process
        self.umask = umask
        self.groups = groups
    }
}

/// How a file is to be opened.
package struct OpenMode: Sendable, OptionSet {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let read = OpenMode(rawValue: 1)
    package static let write = OpenMode(rawValue: 2)
    package static let append = OpenMode(rawValue: 4)
    package static let truncate = OpenMode(rawValue: 8)
    package static let exclusive = OpenMode(rawValue: 16)
}

/// What a change of attributes sets; nil leaves a value alone.
package struct AttributeChange: Sendable {
    package enum Time: Sendable {
        case now
        case at(Timestamp)
    }
    package var permissions: UInt16?
    package var owner: UInt32?
    package var group: UInt32?
    package var size: UInt64?
    package var accessed: Time?
    package var modified: Time?
    package var changed: Timestamp?

    package init() {}
}

/// What a rename does with a target that exists.
package enum RenameMode: Sendable {
    case replace, noReplace, exchange
}

/// What `fallocate` is asked to do with a range.
package enum AllocationMode: Sendable {
    /// There is to be room for it; the file reaches at least to its end, unless it keeps its size.
    case reserve(keepsSize: Bool)
    /// It reads as zeros from now on, and its space is free.
    case punch
    /// As `punch`; the file reaches at least to its end, unless it keeps its size.
    case zero(keepsSize: Bool)
}

/// What `lseek` looks for.
package enum StretchKind: Sendable {
    case data, hole
}

/// A place in an open file.
package struct FilePlace: Sendable {
    package let handle: HandleID
    package let node: NodeID
    package let offset: UInt64

    package init(handle: HandleID, node: NodeID, offset: UInt64) {
        self.handle = handle
        self.node = node
        self.offset = offset
    }
}

/// How setting an extended attribute treats one that is, or is not, there.
package enum AttributeSetMode: Sendable {
    case any, create, replace
}

/// What `statfs` tells.
package struct Capacity: Sendable {
    package var blockSize: UInt32
    package var blocks: UInt64
    package var freeBlocks: UInt64
    package var files: UInt64
    package var freeFiles: UInt64

    package init(blockSize: UInt32, blocks: UInt64, freeBlocks: UInt64, files: UInt64, freeFiles: UInt64) {
        self.blockSize = blockSize
        self.blocks = blocks
        self.freeBlocks = freeBlocks
        self.files = files
        self.freeFiles = freeFiles
    }
}
