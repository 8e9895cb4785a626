internal import CFuse
internal import Core
internal import FileSystem
internal import Glibc

extension MountServer {
    /// Ranges of open files.
    @unsafe static func addRangeCallbacks(to operations: inout fuse_lowlevel_ops) {
        unsafe operations.fallocate = { request, node, flags, offset, count, information in
            let handle = unsafe information.handle
            let (offset, count) = (UInt64(clamping: offset), UInt64(clamping: count))
            let traced = TracedRequest(.fallocate, node: node, handle: handle.rawValue, offset: offset)
            unsafe MountServer.take(request, traced) { server, reply in
                guard let mode = AllocationMode(flags: flags) else { return reply.fail(.notSupported) }
                server.answer(reply, DoneDelivery()) { files throws(FileError) in
                    try files.allocate(handle, of: NodeID(node), at: offset, count: count, mode: mode)
                }
            }
        }
        unsafe operations.lseek = { request, node, offset, whence, information in
            let handle = unsafe information.handle
            let offset = UInt64(clamping: offset)
            let traced = TracedRequest(.lseek, node: node, handle: handle.rawValue, offset: offset)
            unsafe MountServer.take(request, traced) { server, reply in
                guard let stretch = StretchKind(whence: whence) else { return reply.fail(.invalid) }
                server.answer(reply, PositionDelivery()) { files throws(FileError) in
                    try files.seek(handle, of: NodeID(node), from: offset, to: stretch)
                }
            }
        }
        unsafe operations.copy_file_range = {
            request, node, offset, information, target, targetOffset, targetInformation, count, _ in
            let source = FilePlace(
                handle: unsafe information.handle, node: NodeID(node), offset: UInt64(clamping: offset))
            let place = FilePlace(
                handle: unsafe targetInformation.handle, node: NodeID(target), offset: UInt64(clamping: targetOffset))
            let traced = TracedRequest(
                .copyFileRange, node: node, handle: source.handle.rawValue, offset: source.offset, length: count)
            unsafe MountServer.take(request, traced) { server, reply in
                server.answer(reply, WrittenDelivery()) { files throws(FileError) in
                    try files.copy(from: source, to: place, count: UInt64(count))
                }
            }
        }
    }
}

extension AllocationMode {
    /// From the flags of `fallocate(2)`, GNU names that Swift does not see; nil for what moves the bytes behind a range, or
    /// unshares them.
    init?(flags: Int32) {
        let (keepSize, punchHole, zeroRange): (Int32, Int32, Int32) = (0x01, 0x02, 0x10)
        switch flags {
        case 0: self = .reserve(keepsSize: false)
        case keepSize: self = .reserve(keepsSize: true)
        case keepSize | punchHole: self = .punch
        case zeroRange: self = .zero(keepsSize: false)
        case keepSize | zeroRange: self = .zero(keepsSize: true)
        default: return nil
        }
    }
}

extension StretchKind {
    /// From the `whence` of `lseek(2)`: SEEK_DATA and SEEK_HOLE, which Swift does not see; the kernel keeps the others.
    init?(whence: Int32) {
        switch whence {
        case 3: self = .data
        case 4: self = .hole
        default: return nil
        }
    }
}
