internal import Core
internal import FileSystem
internal import Volumes

/// A file of any kind in memory; touched only under the file system's lock.
final class Node {
    let id: NodeID
    var attributes: Attributes
    var links: UInt32
    var content = Content()
    /// Of a link.
    var target: [UInt8] = []
    /// Of a directory.
    var entries: [Name: Node] = [:]
    var parent: NodeID
    var extended: [Name: [UInt8]] = [:]
    var lookups: UInt64 = 0
    var opens = 0

    init(_ id: NodeID, _ attributes: Attributes, parent: NodeID) {
        self.id = id
        self.attributes = attributes
        self.parent = parent
        links = attributes.kind == .directory ? 2 : 1
    }

    var isDirectory: Bool { attributes.kind == .directory }

    var status: NodeStatus {
        let size = attributes.kind == .symlink ? UInt64(target.count) : content.size
        return NodeStatus(
            inode: id.rawValue, links: links, size: size, allocated: content.allocated, attributes: attributes)
    }

    /// This node as an entry, counted as one lookup.
    func lookedUp() -> NodeEntry {
        lookups += 1
        return NodeEntry(node: id, status: status)
    }

    func touch(_ now: Timestamp) {
        attributes.modified = now
        attributes.changed = now
    }
}

/// An open directory: what it listed when it was read from the start.
struct Listing {
    var names: [Name] = []
}
