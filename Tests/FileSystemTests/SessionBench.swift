import Core
import FileSystem
import StorageSupport
import VaultSupport
import Vaults
import Volumes

/// A session over a vault on a simulated disk, with calls that wait for their answers.
final class SessionBench {
    let store: TestVault
    private(set) var session: Session
    let caller = Caller(owner: 1000, group: 1000)

    var time: ManualTime { store.time }

    init() throws {
        store = try TestVault()
        session = try Session(volume: store.volume, time: store.time, sealingThreads: 2)
    }

    private func begin() throws {
        session = try Session(volume: store.volume, time: store.time, sealingThreads: 2)
    }

    /// Ends the session and the vault in order, and starts both again.
    func remount() throws {
        try session.close()
        try store.closeAndOpen()
        try begin()
    }

    /// Ends the session and the vault, lets another program at the store, and starts both again.
    func remount(after program: LaterProgram) throws {
        try session.close()
        try program.write(to: store)
        try store.open(on: store.disk)
        try begin()
    }

    /// Starts again after the process was killed.
    func kill() throws {
        let old = session
        try store.killAndOpen()
        try begin()
        try? old.close()
    }

    /// Starts again after a power cut.
    func cutPower(seed: UInt64) throws {
        let old = session
        try store.cutPowerAndOpen(seed: seed)
        try begin()
        try? old.close()
    }

    func close() throws {
        try session.close()
        try store.close()
    }

    /// Moves the clock, so that what has waited goes to the volume and from there to the disk.
    func wait(_ duration: Duration = .seconds(3)) {
        for _ in 0..<Int(duration.milliseconds / 250) { time.advance(by: .milliseconds(250)) }
    }

    // Names

    func lookup(_ name: Name, in parent: NodeID = .root) throws(FileError) -> NodeEntry {
        try session.lookup(name, in: parent).wait()
    }

    func create(
        _ name: Name, in parent: NodeID = .root, permissions: UInt16 = 0o644, mode: OpenMode = [.read, .write]
    ) throws(FileError) -> OpenedNode {
        try session.create(name, in: parent, permissions: permissions, mode: mode, caller: caller).wait()
    }

    @discardableResult
    func makeDirectory(_ name: Name, in parent: NodeID = .root, permissions: UInt16 = 0o755) throws(FileError)
        -> NodeEntry
    {
        try session.makeDirectory(name, in: parent, permissions: permissions, caller: caller).wait()
    }

    func unlink(_ name: Name, in parent: NodeID = .root) throws(FileError) {
        try session.unlink(name, in: parent).wait()
    }

    func removeDirectory(_ name: Name, in parent: NodeID = .root) throws(FileError) {
        try session.removeDirectory(name, in: parent).wait()
    }

    @discardableResult
    func link(_ node: NodeID, as name: Name, in parent: NodeID = .root) throws(FileError) -> NodeEntry {
        try session.link(node, as: name, in: parent).wait()
    }

    func rename(
        _ name: Name, in parent: NodeID = .root, to newName: Name, in newParent: NodeID = .root,
        mode: RenameMode = .replace
    ) throws(FileError) {
        try session.rename(name, in: parent, to: newName, in: newParent, mode: mode).wait()
    }

    func status(_ node: NodeID) throws(FileError) -> NodeStatus { try session.status(of: node).wait() }

    /// Whether a name is there, with nothing remembered of it.
    func exists(_ name: Name, in parent: NodeID = .root) throws(FileError) -> Bool {
        do throws(FileError) {
            session.forget(try lookup(name, in: parent).node, lookups: 1)
            return true
        } catch {
            if error.code == .notFound { return false }
            throw error
        }
    }

    @discardableResult
    func set(_ node: NodeID, _ edit: (inout AttributeChange) -> Void) throws(FileError) -> NodeStatus {
        var change = AttributeChange()
        edit(&change)
        return try session.setAttributes(of: node, to: change, handle: nil, caller: caller).wait()
    }

    func truncate(_ node: NodeID, to size: UInt64) throws(FileError) { try set(node) { $0.size = size } }

    // Content

    func open(_ node: NodeID, _ mode: OpenMode) throws(FileError) -> HandleID {
        try session.open(node, mode: mode, caller: caller).wait()
    }

    func open(_ name: Name, in parent: NodeID = .root, _ mode: OpenMode) throws(FileError) -> OpenedNode {
        let entry = try lookup(name, in: parent)
        return OpenedNode(entry: entry, handle: try open(entry.node, mode))
    }

    func release(_ file: OpenedNode) {
        session.release(file.handle, of: file.entry.node)
        session.forget(file.entry.node, lookups: 1)
    }

    @discardableResult
    func write(_ bytes: [UInt8], to file: OpenedNode, at offset: UInt64) throws(FileError) -> Int {
        var outcome: Result<Answer<Int>, FileError> = .success(.now(0))
        unsafe bytes.withUnsafeBytes { buffer in
            do throws(FileError) {
                outcome = .success(
                    try unsafe session.write(
                        buffer, to: file.handle, of: file.entry.node, at: offset, isCacheWriteOut: false))
            } catch {
                outcome = .failure(error)
            }
        }
        return try outcome.get().wait()
    }

    func read(_ file: OpenedNode, at offset: UInt64, count: Int) throws(FileError) -> [UInt8] {
        try session.read(file.handle, of: file.entry.node, at: offset, count: count).wait()
    }

    func synchronize(_ file: OpenedNode) throws(FileError) {
        try session.synchronize(file.entry.node, dataOnly: false).wait()
    }

    func flush(_ file: OpenedNode) throws(FileError) { try session.flush(file.handle, of: file.entry.node).wait() }

    /// Makes a whole file and closes it, without a sync.
    func store(_ bytes: [UInt8], as name: Name, in parent: NodeID = .root) throws(FileError) {
        let file = try create(name, in: parent, mode: [.read, .write, .truncate])
        try write(bytes, to: file, at: 0)
        try flush(file)
        release(file)
    }

    /// A whole file's bytes.
    func content(_ name: Name, in parent: NodeID = .root) throws(FileError) -> [UInt8] {
        let file = try open(name, in: parent, .read)
        defer { release(file) }
        let size = Int(try status(file.entry.node).size)
        var bytes: [UInt8] = []
        while bytes.count < size {
            let part = try read(file, at: UInt64(bytes.count), count: min(1 << 20, size - bytes.count))
            if part.isEmpty { break }
            bytes += part
        }
        return bytes
    }

    // Directories

    /// Every entry behind `.` and `..`, in pages of `limit`.
    func list(_ directory: NodeID = .root, limit: Int = 7) throws(FileError) -> [ListedEntry] {
        let handle = try session.openDirectory(directory).wait()
        defer { session.releaseDirectory(handle, of: directory) }
        var entries: [ListedEntry] = []
        while true {
            let page = try session.readDirectory(
                handle, of: directory, after: entries.last?.cookie ?? 0, limit: limit, plus: false
            ).wait()
            if page.isEmpty { return entries.filter { $0.name != Name(".") && $0.name != Name("..") } }
            entries += page
        }
    }
}

/// The code of the refusal that `body` meets; nil when it meets none.
func refusal(_ body: () throws(FileError) -> Void) -> FailureCode? {
    do throws(FileError) {
        try body()
        return nil
    } catch {
        return error.code
    }
}
