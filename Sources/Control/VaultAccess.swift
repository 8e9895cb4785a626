package import Core
package import Vaults
package import Volumes

/// A path inside a vault: components from the root, none of them empty, `.` or `..`.
package struct VaultPath: Hashable, Sendable {
    package let components: [Name]

    package init(components: [Name]) { self.components = components }

    /// Reads `/a/b`; `.` and empty components vanish, `..` goes up and never above the root.
    package init(_ bytes: [UInt8]) {
        var components: [Name] = []
        for piece in bytes.split(separator: 0x2f) {
            let name = Name(Array(piece))
            if name.bytes == [0x2e] { continue }
            if name.bytes == [0x2e, 0x2e] {
                _ = components.popLast()
            } else {
                components.append(name)
            }
        }
        self.components = components
    }

    package static let root = VaultPath(components: [])
    package var isRoot: Bool { components.isEmpty }
    package var name: Name? { components.last }
    package var parent: VaultPath { VaultPath(components: components.dropLast()) }
    package func appending(_ name: Name) -> VaultPath { VaultPath(components: components + [name]) }
    package var bytes: [UInt8] { components.isEmpty ? [0x2f] : components.flatMap { [0x2f] + $0.bytes } }
    /// For a terminal.
    package var escaped: String { Name(bytes).escaped }
}

/// One file as the verbs show it.
package struct FileInfo: Sendable, Equatable {
    package var name: Name
    package var attributes: Attributes
    package var inode: UInt64
    package var links: UInt32
    package var size: UInt64
    package var allocated: UInt64
    /// The target of a symbolic link.
    package var target: [UInt8]?
    /// The CID of the file's root object; nil for what has none (directories, links, and files not yet sealed).
    package var cid: String?

    package init(
        name: Name, attributes: Attributes, inode: UInt64, links: UInt32, size: UInt64, allocated: UInt64,
        target: [UInt8]? = nil, cid: String? = nil
    ) {
        self.name = name
        self.attributes = attributes
        self.inode = inode
        self.links = links
        self.size = size
        self.allocated = allocated
        self.target = target
        self.cid = cid
    }
}

/// What to read: a file by its path, or a sealed file by the CID of its root object.
package enum ContentSource: Sendable, Equatable {
    case path(VaultPath)
    case cid(String)
}

/// Attributes a stored file is to carry; nil leaves the default.
package struct StoredAttributes: Sendable, Equatable {
    package var permissions: UInt16?
    package var owner: UInt32?
    package var group: UInt32?
    package var modified: Timestamp?

    package init(
        permissions: UInt16? = nil, owner: UInt32? = nil, group: UInt32? = nil, modified: Timestamp? = nil
    ) {
        self.permissions = permissions
        self.owner = owner
        self.group = group
        self.modified = modified
    }
}

/// How a vault stands.
package struct VaultStatus: Sendable, Equatable {
    package var vault: String
    /// The vault's name in IPNS (its anchor).
    package var ipnsName: String
    package var device: String
    /// nil: the embedded store only.
    package var remote: RemoteStatus?
    package var files: UInt64
    package var contentBytes: UInt64
    package var storeBytes: UInt64
    package var objects: UInt64
    /// Changes that are not yet part of a commit.
    package var pendingChanges: UInt64
    /// Of those, how many are not yet known to be on the disk.
    package var unsyncedChanges: UInt64
    package var lastCommit: Timestamp?
    package var commitCount: UInt64
    /// Four words that stand for the newest commit, to compare with another device.
    package var checkWords: String?
    /// Where the vault is mounted by the process that holds it.
    package var mountpoint: String?
    package var process: Int32
    /// What the content in the store is held below, and what it takes; nil without a limit.
    package var cacheLimitBytes: UInt64?
    package var cachedBytes: UInt64?
    /// What went wrong in the background and was not yet told to anybody.
    package var troubles: [String]

    package init(
        vault: String, ipnsName: String, device: String, remote: RemoteStatus?, files: UInt64, contentBytes: UInt64,
        storeBytes: UInt64, objects: UInt64, pendingChanges: UInt64, unsyncedChanges: UInt64, lastCommit: Timestamp?,
        commitCount: UInt64, checkWords: String?, mountpoint: String?, process: Int32, cacheLimitBytes: UInt64? = nil,
        cachedBytes: UInt64? = nil, troubles: [String]
    ) {
        self.vault = vault
        self.ipnsName = ipnsName
        self.device = device
        self.remote = remote
        self.files = files
        self.contentBytes = contentBytes
        self.storeBytes = storeBytes
        self.objects = objects
        self.pendingChanges = pendingChanges
        self.unsyncedChanges = unsyncedChanges
        self.lastCommit = lastCommit
        self.commitCount = commitCount
        self.checkWords = checkWords
        self.mountpoint = mountpoint
        self.process = process
        self.cacheLimitBytes = cacheLimitBytes
        self.cachedBytes = cachedBytes
        self.troubles = troubles
    }
}

/// What a verb can do with a vault, whether this process holds it or another one reached over its socket.
///
/// Methods block the calling thread until they are done; call them from threads of your own.
package protocol VaultAccess: AnyObject, Sendable {
    /// The file at `path` itself; a symbolic link is not followed.
    func info(at path: VaultPath) throws(Failure) -> FileInfo
    /// Up to `limit` entries of a directory in byte order of their names, behind `after`; fewer only at the end.
    func list(_ path: VaultPath, after: Name?, limit: Int) throws(Failure) -> [FileInfo]
    /// Hands `range` (nil: all) of a regular file to `sink`, piece by piece, and returns the whole file's size.
    @discardableResult
    func read(
        _ source: ContentSource, range: Range<UInt64>?, into sink: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> UInt64
    /// Stores a regular file: `source` is asked for pieces until it gives an empty one.
    ///
    /// The file at `path` is made, or gets this content as its new version; either way nobody sees half of it.
    func store(
        at path: VaultPath, attributes: StoredAttributes, from source: () throws(Failure) -> ArraySlice<UInt8>
    ) throws(Failure) -> FileInfo
    func makeDirectory(at path: VaultPath, attributes: StoredAttributes, withParents: Bool) throws(Failure) -> FileInfo
    func makeLink(at path: VaultPath, target: [UInt8], attributes: StoredAttributes) throws(Failure) -> FileInfo
    func setAttributes(at path: VaultPath, to attributes: StoredAttributes) throws(Failure)
    /// Removes a file or directory; a directory with entries only when `recursively`.
    func remove(at path: VaultPath, recursively: Bool) throws(Failure)
    /// Moves as `rename(2)` does; with an existing directory as the target the caller has appended the name.
    func move(from: VaultPath, to: VaultPath) throws(Failure)
    func status() throws(Failure) -> VaultStatus
    /// Returns when every change made so far is on the disk.
    func flush() throws(Failure)
    /// Returns when every change made so far is published, or throws what prevents it.
    ///
    /// Asks for progress only where the work is done in this process.
    func publish(within limit: Duration, _ progress: (SendProgress) -> Void) throws(Failure)
    /// Takes in what other devices have published, where it includes what is here, and publishes what is here.
    func synchronize(within limit: Duration) throws(Failure) -> SyncReport
}
