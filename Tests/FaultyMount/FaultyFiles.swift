internal import Core
internal import FileSystem
internal import Mounting
internal import ReferenceFiles
internal import Synchronization
internal import Volumes

/// Files whose names say what goes wrong with them: `never…` is not answered, `late…` after 1.5 s, `soon…` after 0.1 s;
/// what is read from `unreadable…` or written to `unwritable…` is never answered.
final class FaultyFiles: MountableFileSystem {
    private struct State {
        var invalidator: Invalidator?
        var unreadable: Set<NodeID> = []
        var unwritable: Set<NodeID> = []
        var lateAnswers = 0
        var writes = 0
        var syncs = 0
    }

    private let inner: MemoryFileSystem
    private let state = Mutex(State())
    private let time = SystemTime()

    init(_ inner: MemoryFileSystem) { self.inner = inner }

    func connect(_ invalidator: Invalidator) { state.withLock { $0.invalidator = invalidator } }

    /// The answer of `body`, when the name allows.
    private func answer<Value: Sendable>(
        _ name: Name, _ body: @escaping @Sendable () throws(FileError) -> Answer<Value>
    ) throws(FileError) -> Answer<Value> {
        let text = name.string ?? ""
        if text.hasPrefix("never") { return .later(Deferred { _ in }) }
        if text.hasPrefix("late") { return later(.milliseconds(1500), body) }
        if text.hasPrefix("soon") { return later(.milliseconds(100), body) }
        return try body()
    }

    private func later<Value: Sendable>(
        _ delay: Duration, _ body: @escaping @Sendable () throws(FileError) -> Answer<Value>
    ) -> Answer<Value> {
        .later(
            Deferred { [time, self] completion in
                _ = time.schedule(after: delay) {
                    do throws(FileError) {
                        if case .now(let value) = try body() { completion(.success(value)) }
                    } catch { completion(.failure(error)) }
                    self.state.withLock { $0.lateAnswers += 1 }
                }
            })
    }

    func lookup(_ name: Name, in parent: NodeID) throws(FileError) -> Answer<NodeEntry> {
        try answer(name) { [inner] () throws(FileError) in try inner.lookup(name, in: parent) }
    }

    func create(
        _ name: Name, in parent: NodeID, permissions: UInt16, mode: OpenMode, caller: Caller
    ) throws(FileError) -> Answer<OpenedNode> {
        let answer = try inner.create(name, in: parent, permissions: permissions, mode: mode, caller: caller)
        if case .now(let opened) = answer {
            state.withLock { state in
                if name.string?.hasPrefix("unreadable") == true { state.unreadable.insert(opened.entry.node) }
                if name.string?.hasPrefix("unwritable") == true { state.unwritable.insert(opened.entry.node) }
            }
        }
        return answer
    }

    func read(_ handle: HandleID, of node: NodeID, at offset: UInt64, count: Int) throws(FileError) -> Answer<[UInt8]> {
        if state.withLock({ $0.unreadable.contains(node) }) { return .later(Deferred { _ in }) }
        return try inner.read(handle, of: node, at: offset, count: count)
    }

    func write(
        _ bytes: UnsafeRawBufferPointer, to handle: HandleID, of node: NodeID, at offset: UInt64, isCacheWriteOut: Bool
    ) throws(FileError) -> Answer<Int> {
        state.withLock { $0.writes += 1 }
        if state.withLock({ $0.unwritable.contains(node) }) { return .later(Deferred { _ in }) }
        return unsafe try inner.write(bytes, to: handle, of: node, at: offset, isCacheWriteOut: isCacheWriteOut)
    }

    func synchronize(_ node: NodeID, dataOnly: Bool) throws(FileError) -> Answer<Void> {
        state.withLock { $0.syncs += 1 }
        return later(.milliseconds(20)) { .now(()) }
    }

    /// `user.faulty.make` makes a file of that name in the root, `user.faulty.remove` removes it, `user.faulty.hide` changes
    /// its mode to 0: beside the kernel, which is told.
    func setAttribute(
        _ name: Name, of node: NodeID, to value: [UInt8], mode: AttributeSetMode, caller: Caller
    ) throws(FileError) -> Answer<Void> {
        let target = Name(value)
        let invalidator = state.withLock { $0.invalidator }
        switch name.string {
        case "user.faulty.make":
            let made = try inner.makeNode(
                target, in: .root, kind: .regular, permissions: 0o644, device: 0, caller: caller)
            if case .now(let entry) = made { inner.forget(entry.node, lookups: 1) }
            invalidator?.entry(target, in: .root)
            return .now(())
        case "user.faulty.remove":
            _ = try inner.unlink(target, in: .root)
            invalidator?.entry(target, in: .root)
            return .now(())
        case "user.faulty.hide":
            guard case .now(let entry) = try inner.lookup(target, in: .root) else { return .now(()) }
            var change = AttributeChange()
            change.permissions = 0
            _ = try inner.setAttributes(of: entry.node, to: change, handle: nil, caller: caller)
            inner.forget(entry.node, lookups: 1)
            invalidator?.attributes(of: entry.node)
            return .now(())
        default: return try inner.setAttribute(name, of: node, to: value, mode: mode, caller: caller)
        }
    }
}

// The rest goes to the files in memory as it is.
extension FaultyFiles {
    func forget(_ node: NodeID, lookups: UInt64) { inner.forget(node, lookups: lookups) }
    func status(of node: NodeID) throws(FileError) -> Answer<NodeStatus> { try inner.status(of: node) }
    func setAttributes(
        of node: NodeID, to change: AttributeChange, handle: HandleID?, caller: Caller
    ) throws(FileError) -> Answer<NodeStatus> {
        try inner.setAttributes(of: node, to: change, handle: handle, caller: caller)
    }
    func target(ofLink node: NodeID) throws(FileError) -> Answer<[UInt8]> { try inner.target(ofLink: node) }
    func makeNode(
        _ name: Name, in parent: NodeID, kind: FileKind, permissions: UInt16, device: UInt64, caller: Caller
    ) throws(FileError) -> Answer<NodeEntry> {
        try inner.makeNode(name, in: parent, kind: kind, permissions: permissions, device: device, caller: caller)
    }
    func makeDirectory(
        _ name: Name, in parent: NodeID, permissions: UInt16, caller: Caller
    ) throws(FileError) -> Answer<NodeEntry> {
        try inner.makeDirectory(name, in: parent, permissions: permissions, caller: caller)
    }
    func makeLink(
        _ name: Name, in parent: NodeID, target: [UInt8], caller: Caller
    ) throws(FileError) -> Answer<NodeEntry> {
        try inner.makeLink(name, in: parent, target: target, caller: caller)
    }
    func link(_ node: NodeID, as name: Name, in parent: NodeID) throws(FileError) -> Answer<NodeEntry> {
        try inner.link(node, as: name, in: parent)
    }
    func unlink(_ name: Name, in parent: NodeID) throws(FileError) -> Answer<Void> {
        try inner.unlink(name, in: parent)
    }
    func removeDirectory(_ name: Name, in parent: NodeID) throws(FileError) -> Answer<Void> {
        try inner.removeDirectory(name, in: parent)
    }
    func rename(
        _ name: Name, in parent: NodeID, to newName: Name, in newParent: NodeID, mode: RenameMode
    ) throws(FileError) -> Answer<Void> {
        try inner.rename(name, in: parent, to: newName, in: newParent, mode: mode)
    }
    func open(_ node: NodeID, mode: OpenMode, caller: Caller) throws(FileError) -> Answer<HandleID> {
        try inner.open(node, mode: mode, caller: caller)
    }
    func flush(_ handle: HandleID, of node: NodeID) throws(FileError) -> Answer<Void> {
        try inner.flush(handle, of: node)
    }
    func release(_ handle: HandleID, of node: NodeID) { inner.release(handle, of: node) }
    func openDirectory(_ node: NodeID) throws(FileError) -> Answer<HandleID> { try inner.openDirectory(node) }
    func readDirectory(
        _ handle: HandleID, of node: NodeID, after cookie: UInt64, limit: Int, plus: Bool
    ) throws(FileError) -> Answer<[ListedEntry]> {
        try inner.readDirectory(handle, of: node, after: cookie, limit: limit, plus: plus)
    }
    func releaseDirectory(_ handle: HandleID, of node: NodeID) { inner.releaseDirectory(handle, of: node) }
    func attribute(_ name: Name, of node: NodeID) throws(FileError) -> Answer<[UInt8]> {
        if name.string == "user.faulty.late" { return .now(Array("\(state.withLock { $0.lateAnswers })".utf8)) }
        if name.string == "user.faulty.calls" {
            return .now(Array(state.withLock { "\($0.writes) writes, \($0.syncs) syncs" }.utf8))
        }
        return try inner.attribute(name, of: node)
    }
    func attributeNames(of node: NodeID) throws(FileError) -> Answer<[Name]> { try inner.attributeNames(of: node) }
    func removeAttribute(_ name: Name, of node: NodeID) throws(FileError) -> Answer<Void> {
        try inner.removeAttribute(name, of: node)
    }
    func capacity() -> Capacity { inner.capacity() }
    func unmounted() { inner.unmounted() }
}
