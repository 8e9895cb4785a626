internal import CFuse
internal import Core
internal import FileSystem
internal import Volumes

extension MountServer {
    /// Extended attributes.
    @unsafe static func addAttributeCallbacks(to operations: inout fuse_lowlevel_ops) {
        unsafe operations.getxattr = { request, node, name, count in
            let traced = TracedRequest(.getxattr, node: node, length: count)
            unsafe MountServer.take(request, traced, name) { server, reply, name in
                if server.refuses(name) { return reply.fail(.notSupported) }
                server.answer(reply, AttributeDelivery(room: count)) { files throws(FileError) in
                    try files.attribute(name, of: NodeID(node))
                }
            }
        }
        unsafe operations.listxattr = { request, node, count in
            unsafe MountServer.take(request, TracedRequest(.listxattr, node: node, length: count)) { server, reply in
                let caller = reply.caller
                server.answer(reply, AttributeNamesDelivery(room: count, caller: caller)) { files throws(FileError) in
                    try files.attributeNames(of: NodeID(node))
                }
            }
        }
        unsafe operations.setxattr = { request, node, name, value, count, flags in
            let value = unsafe Array(UnsafeRawBufferPointer(start: value, count: count))
            let traced = TracedRequest(.setxattr, node: node, length: count)
            unsafe MountServer.take(request, traced, name) { server, reply, name in
                guard let mode = AttributeSetMode(flags: flags) else { return reply.fail(.invalid) }
                if server.refuses(name) { return reply.fail(.notSupported) }
                let caller = AccessListName.contains(name) ? reply.callerWithGroups : reply.caller
                server.answer(reply, DoneDelivery()) { files throws(FileError) in
                    try files.setAttribute(name, of: NodeID(node), to: value, mode: mode, caller: caller)
                }
            }
        }
        unsafe operations.removexattr = { request, node, name in
            unsafe MountServer.take(request, TracedRequest(.removexattr, node: node), name) { server, reply, name in
                if server.refuses(name) { return reply.fail(.notSupported) }
                server.answer(reply, DoneDelivery()) { files throws(FileError) in
                    try files.removeAttribute(name, of: NodeID(node))
                }
            }
        }
    }
}

extension AttributeSetMode {
    /// From the flags of `setxattr(2)`: XATTR_CREATE and XATTR_REPLACE, which Swift does not see.
    init?(flags: Int32) {
        switch flags {
        case 0: self = .any
        case 1: self = .create
        case 2: self = .replace
        default: return nil
        }
    }
}

extension MountServer {
    /// Whether this is an access list that nobody would obey: the kernel does only where both have agreed on it.
    fileprivate func refuses(_ name: Name) -> Bool { AccessListName.contains(name) && !obeysAccessLists }
}
