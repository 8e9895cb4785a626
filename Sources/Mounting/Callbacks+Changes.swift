internal import CFuse
internal import Core
internal import FileSystem
internal import Glibc
internal import Volumes

extension MountServer {
    /// Changes of attributes, and of names that exist.
    @unsafe static func addChangeCallbacks(to operations: inout fuse_lowlevel_ops) {
        unsafe operations.setattr = { request, node, values, mask, information in
            guard let values = unsafe values?.pointee else { return }
            let change = AttributeChange(values, mask: mask)
            let handle: HandleID? = unsafe information == nil ? nil : information.handle
            let traced = TracedRequest(.setattr, node: node, handle: handle?.rawValue ?? 0, offset: change.size ?? 0)
            unsafe MountServer.take(request, traced) { server, reply in
                let caller = reply.caller
                server.answer(reply, StatusDelivery()) { files throws(FileError) in
                    try files.setAttributes(of: NodeID(node), to: change, handle: handle, caller: caller)
                }
            }
        }
        unsafe operations.unlink = { request, parent, name in
            unsafe MountServer.take(request, TracedRequest(.unlink, node: parent), name) { server, reply, name in
                server.answer(reply, DoneDelivery()) { files throws(FileError) in
                    try files.unlink(name, in: NodeID(parent))
                }
            }
        }
        unsafe operations.rmdir = { request, parent, name in
            unsafe MountServer.take(request, TracedRequest(.rmdir, node: parent), name) { server, reply, name in
                server.answer(reply, DoneDelivery()) { files throws(FileError) in
                    try files.removeDirectory(name, in: NodeID(parent))
                }
            }
        }
        unsafe operations.rename = { request, parent, name, newParent, newName, flags in
            guard let name = unsafe name else { return }
            let oldName = unsafe Name(copying: name)
            unsafe MountServer.take(request, TracedRequest(.rename, node: parent), newName) { server, reply, newName in
                guard let mode = RenameMode(flags: flags) else { return reply.fail(.invalid) }
                server.answer(reply, DoneDelivery()) { files throws(FileError) in
                    try files.rename(oldName, in: NodeID(parent), to: newName, in: NodeID(newParent), mode: mode)
                }
            }
        }
    }
}

extension RenameMode {
    /// From the flags of `renameat2(2)`; nil for what no vault can do (a whiteout).
    init?(flags: UInt32) {
        // RENAME_NOREPLACE and RENAME_EXCHANGE, GNU names that Swift does not see.
        switch flags {
        case 0: self = .replace
        case 1: self = .noReplace
        case 2: self = .exchange
        default: return nil
        }
    }
}
