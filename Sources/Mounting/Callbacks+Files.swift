internal import CFuse
internal import Core
internal import FileSystem
internal import Glibc
internal import Volumes

extension MountServer {
    /// Open files.
    @unsafe static func addFileCallbacks(to operations: inout fuse_lowlevel_ops) {
        unsafe addOpenAndClose(to: &operations)
        unsafe operations.read = { request, node, count, offset, information in
            let handle = unsafe information.handle
            let offset = UInt64(clamping: offset)
            let traced = TracedRequest(.read, node: node, handle: handle.rawValue, offset: offset, length: count)
            unsafe MountServer.take(request, traced) { server, reply in
                server.answer(reply, ContentDelivery(limit: count)) { files throws(FileError) in
                    try files.read(handle, of: NodeID(node), at: offset, count: count)
                }
            }
        }
        unsafe operations.write = { request, node, bytes, count, offset, information in
            let handle = unsafe information.handle
            let offset = UInt64(clamping: offset)
            let isCacheWriteOut = unsafe information?.pointee.writepage == 1
            let content = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
            let traced = TracedRequest(.write, node: node, handle: handle.rawValue, offset: offset, length: count)
            unsafe MountServer.take(request, traced) { server, reply in
                server.answer(reply, WrittenDelivery()) { files throws(FileError) in
                    unsafe try files.write(
                        content, to: handle, of: NodeID(node), at: offset, isCacheWriteOut: isCacheWriteOut)
                }
            }
        }
        unsafe operations.fsync = { request, node, dataOnly, information in
            let traced = TracedRequest(.fsync, node: node, handle: unsafe information.handle.rawValue)
            unsafe MountServer.take(request, traced) { server, reply in
                server.answer(reply, DoneDelivery()) { files throws(FileError) in
                    try files.synchronize(NodeID(node), dataOnly: dataOnly != 0)
                }
            }
        }
    }

    @unsafe private static func addOpenAndClose(to operations: inout fuse_lowlevel_ops) {
        unsafe operations.create = { request, parent, name, mode, information in
            let openMode = OpenMode(flags: unsafe information?.pointee.flags ?? 0)
            unsafe MountServer.take(request, TracedRequest(.create, node: parent), name) { server, reply, name in
                let caller = reply.caller
                server.answer(reply, CreationDelivery(fileSystem: server.fileSystem)) { files throws(FileError) in
                    try files.create(
                        name, in: NodeID(parent), permissions: UInt16(mode & 0o7777), mode: openMode, caller: caller)
                }
            }
        }
        unsafe operations.open = { request, node, information in
            let mode = OpenMode(flags: unsafe information?.pointee.flags ?? 0)
            unsafe MountServer.take(request, TracedRequest(.open, node: node)) { server, reply in
                let caller = reply.caller
                let opened = mode.contains(.write) ? OpenedAs.writable : .readable
                let delivery = HandleDelivery(fileSystem: server.fileSystem, node: NodeID(node), opened: opened)
                server.answer(reply, delivery) { files throws(FileError) in
                    try files.open(NodeID(node), mode: mode, caller: caller)
                }
            }
        }
        unsafe operations.flush = { request, node, information in
            let handle = unsafe information.handle
            let traced = TracedRequest(.flush, node: node, handle: handle.rawValue)
            unsafe MountServer.take(request, traced) { server, reply in
                server.answer(reply, DoneDelivery()) { files throws(FileError) in
                    try files.flush(handle, of: NodeID(node))
                }
            }
        }
        unsafe operations.release = { request, node, information in
            let handle = unsafe information.handle
            let traced = TracedRequest(.release, node: node, handle: handle.rawValue)
            unsafe MountServer.take(request, traced) { server, reply in
                server.fileSystem.release(handle, of: NodeID(node))
                reply.succeed()
            }
        }
    }
}
