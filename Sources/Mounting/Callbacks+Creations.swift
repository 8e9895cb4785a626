internal import CFuse
internal import Core
internal import FileSystem
internal import Glibc
internal import Volumes

extension MountServer {
    /// Changes that make a name, and so answer with an entry.
    @unsafe static func addCreationCallbacks(to operations: inout fuse_lowlevel_ops) {
        unsafe operations.mknod = { request, parent, name, mode, device in
            unsafe MountServer.take(request, TracedRequest(.mknod, node: parent), name) { server, reply, name in
                guard let kind = FileKind(modeBits: mode), kind != .directory, kind != .symlink else {
                    return reply.fail(.invalid)
                }
                let device = kind == .characterDevice || kind == .blockDevice ? UInt64(device) : 0
                let caller = reply.caller
                server.answer(reply, EntryDelivery(fileSystem: server.fileSystem)) { files throws(FileError) in
                    try files.makeNode(
                        name, in: NodeID(parent), kind: kind, permissions: UInt16(mode & 0o7777), device: device,
                        caller: caller)
                }
            }
        }
        unsafe operations.mkdir = { request, parent, name, mode in
            unsafe MountServer.take(request, TracedRequest(.mkdir, node: parent), name) { server, reply, name in
                let caller = reply.caller
                server.answer(reply, EntryDelivery(fileSystem: server.fileSystem)) { files throws(FileError) in
                    try files.makeDirectory(
                        name, in: NodeID(parent), permissions: UInt16(mode & 0o7777), caller: caller)
                }
            }
        }
        unsafe operations.symlink = { request, target, parent, name in
            guard let target = unsafe target else { return }
            let bytes = unsafe Name(copying: target).bytes
            unsafe MountServer.take(request, TracedRequest(.symlink, node: parent), name) { server, reply, name in
                let caller = reply.caller
                server.answer(reply, EntryDelivery(fileSystem: server.fileSystem)) { files throws(FileError) in
                    try files.makeLink(name, in: NodeID(parent), target: bytes, caller: caller)
                }
            }
        }
        unsafe operations.link = { request, node, parent, name in
            unsafe MountServer.take(request, TracedRequest(.link, node: node), name) { server, reply, name in
                server.answer(reply, EntryDelivery(fileSystem: server.fileSystem)) { files throws(FileError) in
                    try files.link(NodeID(node), as: name, in: NodeID(parent))
                }
            }
        }
    }
}
