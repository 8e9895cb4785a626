internal import CFuse
internal import Core
internal import FileSystem
internal import Volumes

extension MountServer {
    /// All callbacks. `ioctl`, `bmap` and `poll` are left out: the kernel answers them itself. So are the locks, which it
    /// then keeps by itself, correctly, because all users of the files are on this machine.
    static func operations() -> fuse_lowlevel_ops {
        var operations = fuse_lowlevel_ops()
        unsafe operations.`init` = { server, connection in
            guard let server = unsafe server, let connection = unsafe connection else { return }
            unsafe Unmanaged<MountServer>.fromOpaque(server)._withUnsafeGuaranteedRef {
                unsafe $0.negotiate(connection)
            }
        }
        unsafe addNameCallbacks(to: &operations)
        unsafe addCreationCallbacks(to: &operations)
        unsafe addChangeCallbacks(to: &operations)
        unsafe addFileCallbacks(to: &operations)
        unsafe addRangeCallbacks(to: &operations)
        unsafe addDirectoryCallbacks(to: &operations)
        unsafe addAttributeCallbacks(to: &operations)
        return operations
    }

    /// Finds the server that a request is for and takes on the duty to answer it.
    @unsafe static func take(
        _ request: fuse_req_t?, _ traced: TracedRequest, _ body: (MountServer, consuming Reply) -> Void
    ) {
        // libfuse passes both always; it knows no request without a session.
        guard let request = unsafe request, let context = unsafe fuse_req_userdata(request) else { return }
        let server = unsafe Unmanaged<MountServer>.fromOpaque(context).takeUnretainedValue()
        unsafe body(server, Reply(to: request, of: server, traced))
    }

    /// The same for a request that names something; a name too long for any file is refused here.
    @unsafe static func take(
        _ request: fuse_req_t?, _ traced: TracedRequest, _ name: UnsafePointer<CChar>?,
        _ body: (MountServer, consuming Reply, Name) -> Void
    ) {
        guard let name = unsafe name else { return }
        let copy = unsafe Name(copying: name)
        unsafe take(request, traced) { server, reply in
            if copy.count > Limits.nameBytes { return reply.fail(.nameTooLong) }
            body(server, reply, copy)
        }
    }
}

extension UnsafeMutablePointer<fuse_file_info>? {
    /// The handle a request came with.
    var handle: HandleID { HandleID(self?.pointee.fh ?? 0) }
}
