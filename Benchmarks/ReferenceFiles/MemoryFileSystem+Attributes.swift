package import Core
package import FileSystem
internal import Synchronization
internal import Volumes

extension MemoryFileSystem {
    package func attribute(_ name: Name, of node: NodeID) throws(FileError) -> Answer<[UInt8]> {
        try state.withLock { state throws(FileError) in
            guard let value = try state.node(node).extended[name] else { throw FileError(.noAttribute) }
            return .now(value)
        }
    }

    package func attributeNames(of node: NodeID) throws(FileError) -> Answer<[Name]> {
        try state.withLock { state throws(FileError) in .now(try state.node(node).extended.keys.sorted()) }
    }

    package func setAttribute(
        _ name: Name, of node: NodeID, to value: [UInt8], mode: AttributeSetMode, caller: Caller
    ) throws(FileError) -> Answer<Void> {
        try state.withLock { state throws(FileError) in
            let node = try state.node(node)
            let exists = node.extended[name] != nil
            if mode == .create, exists { throw FileError(.alreadyExists) }
            if mode == .replace, !exists { throw FileError(.noAttribute) }
            node.extended[name] = value
            node.attributes.changed = state.now
            return .now(())
        }
    }

    package func removeAttribute(_ name: Name, of node: NodeID) throws(FileError) -> Answer<Void> {
        try state.withLock { state throws(FileError) in
            let node = try state.node(node)
            guard node.extended.removeValue(forKey: name) != nil else { throw FileError(.noAttribute) }
            node.attributes.changed = state.now
            return .now(())
        }
    }
}
