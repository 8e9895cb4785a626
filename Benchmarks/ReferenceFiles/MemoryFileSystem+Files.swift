package import Core
package import FileSystem
internal import Synchronization
internal import Volumes

extension MemoryFileSystem {
    package func create(
        _ name: Name, in parent: NodeID, permissions: UInt16, mode: OpenMode, caller: Caller
    ) throws(FileError) -> Answer<OpenedNode> {
        try state.withLock { state throws(FileError) in
            let node: Node
            if let found = try state.directory(parent).entries[name] {
                if mode.contains(.exclusive) { throw FileError(.alreadyExists) }
                if found.isDirectory { throw FileError(.isDirectory) }
                node = found
                state.truncate(node, mode, caller)
            } else {
                node = try state.make(name, in: parent, kind: .regular, permissions: permissions, caller: caller)
            }
            node.opens += 1
            return .now(OpenedNode(entry: node.lookedUp(), handle: state.nextHandle(mode)))
        }
    }

    package func open(_ node: NodeID, mode: OpenMode, caller: Caller) throws(FileError) -> Answer<HandleID> {
        try state.withLock { state throws(FileError) in
            let node = try state.node(node)
            state.truncate(node, mode, caller)
            node.opens += 1
            return .now(state.nextHandle(mode))
        }
    }

    package func read(
        _ handle: HandleID, of node: NodeID, at offset: UInt64, count: Int
    ) throws(FileError) -> Answer<[UInt8]> {
        try state.withLock { state throws(FileError) in
            .now(try state.node(node).content.read(at: offset, count: count))
        }
    }

    package func write(
        _ bytes: UnsafeRawBufferPointer, to handle: HandleID, of node: NodeID, at offset: UInt64, isCacheWriteOut: Bool
    ) throws(FileError) -> Answer<Int> {
        // The closure may not take the pointer into the lock's region; it is used only there, and only during the call.
        let source = UInt(bitPattern: bytes.baseAddress)
        let count = bytes.count
        return try state.withLock { state throws(FileError) in
            let node = try state.node(node)
            let bytes = unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: source), count: count)
            let position = handle.appends && !isCacheWriteOut ? node.content.size : offset
            if position > UInt64(Int64.max) - UInt64(count) { throw FileError(.tooLarge) }
            unsafe node.content.write(bytes, at: position)
            node.touch(state.now)
            return .now(count)
        }
    }

    package func flush(_ handle: HandleID, of node: NodeID) throws(FileError) -> Answer<Void> { .now(()) }

    package func synchronize(_ node: NodeID, dataOnly: Bool) throws(FileError) -> Answer<Void> { .now(()) }

    package func release(_ handle: HandleID, of node: NodeID) {
        state.withLock { state in
            guard let found = state.nodes[node] else { return }
            found.opens -= 1
            state.dropIfUnused(found)
        }
    }
}

extension HandleID {
    /// The append flag lives in the handle's lowest bit, so that a write needs no table of handles.
    fileprivate var appends: Bool { rawValue & 1 == 1 }
}

extension MemoryFileSystem.State {
    fileprivate mutating func nextHandle(_ mode: OpenMode) -> HandleID {
        HandleID(nextNumber() << 1 | (mode.contains(.append) ? 1 : 0))
    }

    /// What opening does to a file: truncation, which clears set-id bits unless root asks, and the relatime rule.
    fileprivate func truncate(_ node: Node, _ mode: OpenMode, _ caller: Caller) {
        if mode.contains(.truncate) {
            node.content.truncate(to: 0)
            node.touch(now)
            if caller.owner != 0 {
                let grouped = node.attributes.permissions & 0o010 != 0
                node.attributes.permissions &= grouped ? ~0o6000 : ~0o4000
            }
        }
        if mode.contains(.read) {
            let (now, attributes) = (now, node.attributes)
            let isStale = now.seconds - attributes.accessed.seconds >= 86_400
            if isStale || attributes.accessed <= max(attributes.modified, attributes.changed) {
                node.attributes.accessed = now
            }
        }
    }
}
