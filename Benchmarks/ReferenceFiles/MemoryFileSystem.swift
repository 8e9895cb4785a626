package import Core
package import FileSystem
internal import Synchronization
internal import Volumes

/// A complete file system in memory, as simple as the protocol allows: one lock, dictionaries, no journal.
///
/// It is what a mount of anything slower is measured against, and what the mount itself is tested with.
package final class MemoryFileSystem: MountableFileSystem {
    struct State {
        var nodes: [NodeID: Node] = [:]
        var listings: [HandleID: Listing] = [:]
        var lastNumber: UInt64 = 1
        let time = SystemTime()

        var now: Timestamp { time.wallClock }

        mutating func nextNumber() -> UInt64 {
            lastNumber += 1
            return lastNumber
        }

        func node(_ id: NodeID) throws(FileError) -> Node {
            guard let node = nodes[id] else { throw FileError(.stale) }
            return node
        }

        func directory(_ id: NodeID) throws(FileError) -> Node {
            let node = try node(id)
            guard node.isDirectory else { throw FileError(.notDirectory) }
            return node
        }

        /// Drops a node that has no name, no opener and no place in the kernel's memory.
        mutating func dropIfUnused(_ node: Node) {
            if node.links == 0, node.lookups == 0, node.opens == 0 { nodes[node.id] = nil }
        }

        /// A new node under a free name; a set-group directory hands down its group.
        mutating func make(
            _ name: Name, in parent: NodeID, kind: FileKind, permissions: UInt16, device: UInt64 = 0, caller: Caller
        ) throws(FileError) -> Node {
            let directory = try directory(parent)
            if directory.links == 0 { throw FileError(.notFound) }
            if directory.entries[name] != nil { throw FileError(.alreadyExists) }
            let now = now
            var attributes = Attributes(
                kind: kind, permissions: permissions, owner: caller.owner, group: caller.group, device: device, now: now
            )
            if directory.attributes.permissions & 0o2000 != 0 {
                attributes.group = directory.attributes.group
                if kind == .directory { attributes.permissions |= 0o2000 }
            }
            let node = Node(NodeID(nextNumber()), attributes, parent: parent)
            nodes[node.id] = node
            directory.entries[name] = node
            if kind == .directory { directory.links += 1 }
            directory.touch(now)
            return node
        }
    }

    let state: Mutex<State>

    package init(owner: UInt32, group: UInt32) {
        var state = State()
        let attributes = Attributes(kind: .directory, permissions: 0o755, owner: owner, group: group, now: state.now)
        let root = Node(.root, attributes, parent: .root)
        root.lookups = 1
        state.nodes[.root] = root
        self.state = Mutex(state)
    }

    package func lookup(_ name: Name, in parent: NodeID) throws(FileError) -> Answer<NodeEntry> {
        try state.withLock { state throws(FileError) in
            guard let node = try state.directory(parent).entries[name] else { throw FileError(.notFound) }
            return .now(node.lookedUp())
        }
    }

    package func forget(_ node: NodeID, lookups: UInt64) {
        state.withLock { state in
            guard let found = state.nodes[node] else { return }
            found.lookups -= min(lookups, found.lookups)
            state.dropIfUnused(found)
        }
    }

    package func status(of node: NodeID) throws(FileError) -> Answer<NodeStatus> {
        try state.withLock { state throws(FileError) in .now(try state.node(node).status) }
    }

    package func setAttributes(
        of node: NodeID, to change: AttributeChange, handle: HandleID?, caller: Caller
    ) throws(FileError) -> Answer<NodeStatus> {
        try state.withLock { state throws(FileError) in
            let node = try state.node(node)
            let now = state.now
            if let permissions = change.permissions { node.attributes.permissions = permissions }
            if let owner = change.owner { node.attributes.owner = owner }
            if let group = change.group { node.attributes.group = group }
            if let size = change.size {
                if size > UInt64(Int64.max) { throw FileError(.tooLarge) }
                node.content.truncate(to: size)
                node.attributes.modified = now
            }
            if let time = change.accessed { node.attributes.accessed = time.resolved(now) }
            if let time = change.modified { node.attributes.modified = time.resolved(now) }
            node.attributes.changed = change.changed ?? now
            return .now(node.status)
        }
    }

    package func target(ofLink node: NodeID) throws(FileError) -> Answer<[UInt8]> {
        try state.withLock { state throws(FileError) in .now(try state.node(node).target) }
    }

    package func capacity() -> Capacity {
        let files = UInt64(state.withLock { $0.nodes.count })
        let blocks = UInt64(1) << 26
        return Capacity(blockSize: 4096, blocks: blocks, freeBlocks: blocks, files: blocks + files, freeFiles: blocks)
    }

    package func unmounted() {}
}

extension AttributeChange.Time {
    func resolved(_ now: Timestamp) -> Timestamp {
        switch self {
        case .now: now
        case .at(let time): time
        }
    }
}
