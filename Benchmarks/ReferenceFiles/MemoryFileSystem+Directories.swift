internal import Core
package import FileSystem
internal import Synchronization
internal import Volumes

extension MemoryFileSystem {
    package func openDirectory(_ node: NodeID) throws(FileError) -> Answer<HandleID> {
        try state.withLock { state throws(FileError) in
            let directory = try state.directory(node)
            let handle = HandleID(state.nextNumber())
            state.listings[handle] = Listing()
            directory.opens += 1
            return .now(handle)
        }
    }

    package func readDirectory(
        _ handle: HandleID, of node: NodeID, after cookie: UInt64, limit: Int, plus: Bool
    ) throws(FileError) -> Answer<[ListedEntry]> {
        try state.withLock { state throws(FileError) in
            let directory = try state.directory(node)
            guard var listing = state.listings[handle] else { throw FileError(.badHandle) }
            if cookie == 0 {
                listing.names = Array(directory.entries.keys)
                state.listings[handle] = listing
            }
            var lines: [ListedEntry] = []
            lines.reserveCapacity(min(limit, listing.names.count + 2))
            // Cookies 1 and 2 stand behind "." and "..", the others behind their place in the list.
            var next = cookie
            while lines.count < limit, next < UInt64(listing.names.count) + 2 {
                next += 1
                if next <= 2 {
                    let inode = next == 1 ? directory.id.rawValue : directory.parent.rawValue
                    let name = Name(next == 1 ? "." : "..")
                    lines.append(ListedEntry(name: name, inode: inode, kind: .directory, cookie: next, entry: nil))
                    continue
                }
                let name = listing.names[Int(next) - 3]
                guard let child = directory.entries[name] else { continue }
                lines.append(
                    ListedEntry(
                        name: name, inode: child.id.rawValue, kind: child.attributes.kind, cookie: next,
                        entry: plus ? child.lookedUp() : nil))
            }
            return .now(lines)
        }
    }

    package func releaseDirectory(_ handle: HandleID, of node: NodeID) {
        state.withLock { state in
            state.listings[handle] = nil
            guard let found = state.nodes[node] else { return }
            found.opens -= 1
            state.dropIfUnused(found)
        }
    }
}
