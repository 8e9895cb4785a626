package import Core
package import FileSystem
internal import Synchronization
package import Volumes

extension MemoryFileSystem {
    package func makeNode(
        _ name: Name, in parent: NodeID, kind: FileKind, permissions: UInt16, device: UInt64, caller: Caller
    ) throws(FileError) -> Answer<NodeEntry> {
        try state.withLock { state throws(FileError) in
            let node = try state.make(
                name, in: parent, kind: kind, permissions: permissions, device: device, caller: caller)
            return .now(node.lookedUp())
        }
    }

    package func makeDirectory(
        _ name: Name, in parent: NodeID, permissions: UInt16, caller: Caller
    ) throws(FileError) -> Answer<NodeEntry> {
        try state.withLock { state throws(FileError) in
            let node = try state.make(name, in: parent, kind: .directory, permissions: permissions, caller: caller)
            return .now(node.lookedUp())
        }
    }

    package func makeLink(
        _ name: Name, in parent: NodeID, target: [UInt8], caller: Caller
    ) throws(FileError) -> Answer<NodeEntry> {
        try state.withLock { state throws(FileError) in
            let node = try state.make(name, in: parent, kind: .symlink, permissions: 0o777, caller: caller)
            node.target = target
            return .now(node.lookedUp())
        }
    }

    package func link(_ node: NodeID, as name: Name, in parent: NodeID) throws(FileError) -> Answer<NodeEntry> {
        try state.withLock { state throws(FileError) in
            let node = try state.node(node)
            let directory = try state.directory(parent)
            if node.isDirectory { throw FileError(.notPermitted) }
            if node.links == 0 || directory.links == 0 { throw FileError(.notFound) }
            if directory.entries[name] != nil { throw FileError(.alreadyExists) }
            directory.entries[name] = node
            node.links += 1
            node.attributes.changed = state.now
            directory.touch(node.attributes.changed)
            return .now(node.lookedUp())
        }
    }

    package func unlink(_ name: Name, in parent: NodeID) throws(FileError) -> Answer<Void> {
        try state.withLock { state throws(FileError) in
            let directory = try state.directory(parent)
            guard let node = directory.entries[name] else { throw FileError(.notFound) }
            if node.isDirectory { throw FileError(.isDirectory) }
            state.remove(node, name, from: directory)
            return .now(())
        }
    }

    package func removeDirectory(_ name: Name, in parent: NodeID) throws(FileError) -> Answer<Void> {
        try state.withLock { state throws(FileError) in
            let directory = try state.directory(parent)
            guard let node = directory.entries[name] else { throw FileError(.notFound) }
            if !node.isDirectory { throw FileError(.notDirectory) }
            if !node.entries.isEmpty { throw FileError(.notEmpty) }
            state.remove(node, name, from: directory)
            return .now(())
        }
    }

    package func rename(
        _ name: Name, in parent: NodeID, to newName: Name, in newParent: NodeID, mode: RenameMode
    ) throws(FileError) -> Answer<Void> {
        try state.withLock { state throws(FileError) in
            let source = try state.directory(parent)
            let target = try state.directory(newParent)
            guard let node = source.entries[name] else { throw FileError(.notFound) }
            let other = target.entries[newName]
            if mode == .exchange {
                guard let other else { throw FileError(.notFound) }
                state.place(other, as: name, in: source, from: target)
                state.place(node, as: newName, in: target, from: source)
                return .now(())
            }
            if let other {
                if mode == .noReplace { throw FileError(.alreadyExists) }
                if other === node { return .now(()) }
                if other.isDirectory, !node.isDirectory { throw FileError(.isDirectory) }
                if node.isDirectory, !other.isDirectory { throw FileError(.notDirectory) }
                if !other.entries.isEmpty { throw FileError(.notEmpty) }
                state.remove(other, newName, from: target)
            }
            source.entries[name] = nil
            state.place(node, as: newName, in: target, from: source)
            return .now(())
        }
    }
}

extension MemoryFileSystem.State {
    /// Takes a name away, and with a directory all that counts it.
    mutating func remove(_ node: Node, _ name: Name, from directory: Node) {
        directory.entries[name] = nil
        directory.touch(now)
        node.attributes.changed = now
        if node.isDirectory {
            node.links = 0
            directory.links -= 1
        } else {
            node.links -= 1
        }
        dropIfUnused(node)
    }

    /// Puts a node that had its name in `source` under another name.
    func place(_ node: Node, as name: Name, in target: Node, from source: Node) {
        target.entries[name] = node
        if node.isDirectory {
            source.links -= 1
            target.links += 1
            node.parent = target.id
        }
        let now = now
        node.attributes.changed = now
        source.touch(now)
        target.touch(now)
    }
}
