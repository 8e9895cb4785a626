internal import CFuse
internal import Core
internal import FileSystem
internal import Volumes

extension MountServer {
    /// Finding nodes, looking at them, and forgetting them.
    @unsafe static func addNameCallbacks(to operations: inout fuse_lowlevel_ops) {
        unsafe operations.lookup = { request, parent, name in
            unsafe MountServer.take(request, TracedRequest(.lookup, node: parent), name) { server, reply, name in
                server.answer(reply, EntryDelivery(fileSystem: server.fileSystem)) { files throws(FileError) in
                    try files.lookup(name, in: NodeID(parent))
                }
            }
        }
        unsafe operations.forget = { request, node, lookups in
            unsafe MountServer.take(request, TracedRequest(.forget, node: node)) { server, reply in
                server.fileSystem.forget(NodeID(node), lookups: lookups)
                reply.sayNothing()
            }
        }
        unsafe operations.forget_multi = { request, count, nodes in
            unsafe MountServer.take(request, TracedRequest(.forget, length: count)) { server, reply in
                for forgotten in unsafe Array(UnsafeBufferPointer(start: nodes, count: count)) {
                    server.fileSystem.forget(NodeID(forgotten.ino), lookups: forgotten.nlookup)
                }
                reply.sayNothing()
            }
        }
        unsafe operations.getattr = { request, node, _ in
            unsafe MountServer.take(request, TracedRequest(.getattr, node: node)) { server, reply in
                server.answer(reply, StatusDelivery()) { files throws(FileError) in try files.status(of: NodeID(node)) }
            }
        }
        unsafe operations.readlink = { request, node in
            unsafe MountServer.take(request, TracedRequest(.readlink, node: node)) { server, reply in
                server.answer(reply, LinkTargetDelivery()) { files throws(FileError) in
                    try files.target(ofLink: NodeID(node))
                }
            }
        }
        unsafe operations.statfs = { request, node in
            unsafe MountServer.take(request, TracedRequest(.statfs, node: node)) { server, reply in
                reply.capacity(server.fileSystem.capacity())
            }
        }
    }
}
