package import Core
package import Volumes

/// What a mount serves. Nothing here knows FUSE; nothing here waits.
///
/// Every method returns at once: with the value when memory holds what it needs, else with work to start. Methods may be
/// called from any thread at the same time. An operation that returns a `NodeEntry` has counted one lookup of that node;
/// whoever could not deliver the reply gives it back with `forget`.
package protocol MountableFileSystem: AnyObject, Sendable {
    /// Whether access lists are kept as extended attributes, in step with the modes, and new files made by them.
    var keepsAccessLists: Bool { get }

    func lookup(_ name: Name, in parent: NodeID) throws(FileError) -> Answer<NodeEntry>
    func forget(_ node: NodeID, lookups: UInt64)
    func status(of node: NodeID) throws(FileError) -> Answer<NodeStatus>
    func setAttributes(
        of node: NodeID, to change: AttributeChange, handle: HandleID?, caller: Caller
    ) throws(FileError) -> Answer<NodeStatus>
    func target(ofLink node: NodeID) throws(FileError) -> Answer<[UInt8]>

    func makeNode(
        _ name: Name, in parent: NodeID, kind: FileKind, permissions: UInt16, device: UInt64, caller: Caller
    ) throws(FileError) -> Answer<NodeEntry>
    func makeDirectory(
        _ name: Name, in parent: NodeID, permissions: UInt16, caller: Caller
    ) throws(FileError) -> Answer<NodeEntry>
    func makeLink(
        _ name: Name, in parent: NodeID, target: [UInt8], caller: Caller
    ) throws(FileError) -> Answer<NodeEntry>
    func link(_ node: NodeID, as name: Name, in parent: NodeID) throws(FileError) -> Answer<NodeEntry>
    func unlink(_ name: Name, in parent: NodeID) throws(FileError) -> Answer<Void>
    func removeDirectory(_ name: Name, in parent: NodeID) throws(FileError) -> Answer<Void>
    func rename(
        _ name: Name, in parent: NodeID, to newName: Name, in newParent: NodeID, mode: RenameMode
    ) throws(FileError) -> Answer<Void>

    /// Makes a regular file and opens it; with an existing name, opens that one unless the mode is exclusive.
    func create(
        _ name: Name, in parent: NodeID, permissions: UInt16, mode: OpenMode, caller: Caller
    ) throws(FileError) -> Answer<OpenedNode>
    /// With `truncate` the file is emptied here, by `create` too; set-id bits go then unless the caller is root.
    func open(_ node: NodeID, mode: OpenMode, caller: Caller) throws(FileError) -> Answer<HandleID>
    func read(_ handle: HandleID, of node: NodeID, at offset: UInt64, count: Int) throws(FileError) -> Answer<[UInt8]>
    /// Writes all of `bytes`, which are valid only until this returns: what a later answer needs is copied before.
    ///
    /// `isCacheWriteOut`: the kernel writes back pages of a shared mapping; the append rule does not apply.
    func write(
        _ bytes: UnsafeRawBufferPointer, to handle: HandleID, of node: NodeID, at offset: UInt64, isCacheWriteOut: Bool
    ) throws(FileError) -> Answer<Int>
    /// A descriptor was closed: reports an error of earlier writes; waits for nothing.
    func flush(_ handle: HandleID, of node: NodeID) throws(FileError) -> Answer<Void>
    /// Answers when everything this file depends on is on the disk.
    func synchronize(_ node: NodeID, dataOnly: Bool) throws(FileError) -> Answer<Void>
    func release(_ handle: HandleID, of node: NodeID)

    /// Reserves, punches or zeroes a range of a file.
    func allocate(
        _ handle: HandleID, of node: NodeID, at offset: UInt64, count: UInt64, mode: AllocationMode
    ) throws(FileError) -> Answer<Void>
    /// Where, from `offset` on, the next data or the next hole is; the end of the file is a hole.
    func seek(
        _ handle: HandleID, of node: NodeID, from offset: UInt64, to stretch: StretchKind
    ) throws(FileError) -> Answer<UInt64>
    /// Copies up to `count` bytes from one open file into another, or the same; how many it were.
    func copy(
        from source: FilePlace, to target: FilePlace, count: UInt64
    ) throws(FileError) -> Answer<Int>

    func openDirectory(_ node: NodeID) throws(FileError) -> Answer<HandleID>
    /// Entries behind `cookie` (0 is the start), `.` and `..` first, at most `limit`; empty at the end.
    func readDirectory(
        _ handle: HandleID, of node: NodeID, after cookie: UInt64, limit: Int, plus: Bool
    ) throws(FileError) -> Answer<[ListedEntry]>
    func releaseDirectory(_ handle: HandleID, of node: NodeID)

    func attribute(_ name: Name, of node: NodeID) throws(FileError) -> Answer<[UInt8]>
    func attributeNames(of node: NodeID) throws(FileError) -> Answer<[Name]>
    func setAttribute(
        _ name: Name, of node: NodeID, to value: [UInt8], mode: AttributeSetMode, caller: Caller
    ) throws(FileError) -> Answer<Void>
    func removeAttribute(_ name: Name, of node: NodeID) throws(FileError) -> Answer<Void>

    /// From memory, always.
    func capacity() -> Capacity
    /// No operation follows; forget all nodes and handles.
    func unmounted()
}

/// What a file system does that knows no access lists, no holes, and no content of several files.
extension MountableFileSystem {
    package var keepsAccessLists: Bool { false }

    package func allocate(
        _ handle: HandleID, of node: NodeID, at offset: UInt64, count: UInt64, mode: AllocationMode
    ) throws(FileError) -> Answer<Void> {
        throw FileError(.unsupported)
    }

    package func copy(
        from source: FilePlace, to target: FilePlace, count: UInt64
    ) throws(FileError) -> Answer<Int> {
        throw FileError(.unsupported)
    }

    package func seek(
        _ handle: HandleID, of node: NodeID, from offset: UInt64, to stretch: StretchKind
    ) throws(FileError) -> Answer<UInt64> {
        // One stretch of data, and the hole behind its end.
        guard case .now(let status) = try status(of: node) else { throw FileError(.unsupported) }
        guard offset < status.size else { throw FileError(.noDevice) }
        return .now(stretch == .data ? offset : status.size)
    }
}

/// A file made or found, looked up once and opened.
package struct OpenedNode: Sendable {
    package let entry: NodeEntry
    package let handle: HandleID

    package init(entry: NodeEntry, handle: HandleID) {
        self.entry = entry
        self.handle = handle
    }
}
