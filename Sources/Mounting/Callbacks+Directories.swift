internal import CFuse
internal import Core
internal import FileSystem
internal import Volumes

extension MountServer {
    /// Open directories.
    @unsafe static func addDirectoryCallbacks(to operations: inout fuse_lowlevel_ops) {
        unsafe operations.opendir = { request, node, _ in
            unsafe MountServer.take(request, TracedRequest(.opendir, node: node)) { server, reply in
                let delivery = HandleDelivery(fileSystem: server.fileSystem, node: NodeID(node), opened: .directory)
                server.answer(reply, delivery) { files throws(FileError) in try files.openDirectory(NodeID(node)) }
            }
        }
        unsafe operations.readdir = { request, node, count, offset, information in
            unsafe MountServer.list(request, node, count, offset, information.handle, plus: false)
        }
        unsafe operations.readdirplus = { request, node, count, offset, information in
            unsafe MountServer.list(request, node, count, offset, information.handle, plus: true)
        }
        unsafe operations.releasedir = { request, node, information in
            let handle = unsafe information.handle
            let traced = TracedRequest(.releasedir, node: node, handle: handle.rawValue)
            unsafe MountServer.take(request, traced) { server, reply in
                server.fileSystem.releaseDirectory(handle, of: NodeID(node))
                reply.succeed()
            }
        }
        unsafe operations.fsyncdir = { request, node, dataOnly, information in
            let traced = TracedRequest(.fsyncdir, node: node, handle: unsafe information.handle.rawValue)
            unsafe MountServer.take(request, traced) { server, reply in
                server.answer(reply, DoneDelivery()) { files throws(FileError) in
                    try files.synchronize(NodeID(node), dataOnly: dataOnly != 0)
                }
            }
        }
    }

    @unsafe private static func list(
        _ request: fuse_req_t?, _ node: fuse_ino_t, _ count: Int, _ offset: off_t, _ handle: HandleID, plus: Bool
    ) {
        let cookie = UInt64(bitPattern: Int64(offset))
        let traced = TracedRequest(.readdir, node: node, handle: handle.rawValue, offset: cookie, length: count)
        unsafe take(request, traced) { server, reply in
            let limit = ListingBuffer.expectedEntries(in: count, plus: plus)
            server.answer(reply, ListingDelivery(fileSystem: server.fileSystem, room: count, plus: plus)) {
                files throws(FileError) in
                try files.readDirectory(handle, of: NodeID(node), after: cookie, limit: limit, plus: plus)
            }
        }
    }
}
