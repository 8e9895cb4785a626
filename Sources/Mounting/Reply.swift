internal import CFuse
internal import Core
internal import FileSystem
internal import Glibc
internal import Synchronization

/// The duty to answer one request: exactly once, because each answer consumes it, and with EIO if it is forgotten.
@safe struct Reply: ~Copyable, @unchecked Sendable {  // libfuse allows any thread to answer; only one holds this.
    private let request: fuse_req_t
    private let server: Unmanaged<MountServer>
    private let token: TraceToken?
    let kind: RequestKind
    let node: UInt64

    init(to request: fuse_req_t, of server: MountServer, _ traced: TracedRequest) {
        unsafe self.request = unsafe request
        unsafe self.server = .passUnretained(server)
        kind = traced.kind
        node = traced.node
        token = server.trace?.enter(traced)
    }

    deinit {
        unsafe fuse_reply_err(request, EIO)
        unsafe server._withUnsafeGuaranteedRef { $0.forgottenReply(kind, node, token) }
    }

    // Those that hand something over return whether the kernel took it; it does not when the caller is gone.

    consuming func fail(_ errno: Errno) {
        unsafe fuse_reply_err(request, errno.rawValue)
        leave(errno)
        discard self
    }

    consuming func succeed() {
        unsafe fuse_reply_err(request, 0)
        leave(nil)
        discard self
    }

    /// For `forget`, which the kernel does not wait for.
    consuming func sayNothing() {
        unsafe fuse_reply_none(request)
        leave(nil)
        discard self
    }

    consuming func entry(_ entry: NodeEntry) -> Bool {
        var parameters = fuse_entry_param(entry)
        let result = unsafe fuse_reply_entry(request, &parameters)
        leave(nil)
        discard self
        return result == 0
    }

    /// There is no such name, and the kernel may remember that.
    consuming func absence() {
        var parameters = fuse_entry_param()
        parameters.entry_timeout = Limits.lifetimeSeconds
        unsafe fuse_reply_entry(request, &parameters)
        leave(.noEntry)
        discard self
    }

    consuming func status(_ status: NodeStatus) {
        var attributes = stat(status)
        unsafe fuse_reply_attr(request, &attributes, Limits.lifetimeSeconds)
        leave(nil)
        discard self
    }

    consuming func linkTarget(_ target: [UInt8]) {
        // The reply ends at the first NUL; the array has none inside, as no system call could have made it.
        unsafe (target + [0]).withUnsafeBytes { bytes in
            unsafe _ = fuse_reply_readlink(request, bytes.baseAddress?.assumingMemoryBound(to: CChar.self))
        }
        leave(nil)
        discard self
    }

    consuming func opened(_ handle: HandleID, as opened: OpenedAs) -> Bool {
        var information = fuse_file_info(handle, as: opened)
        let result = unsafe fuse_reply_open(request, &information)
        leave(nil)
        discard self
        return result == 0
    }

    consuming func created(_ node: OpenedNode) -> Bool {
        var parameters = fuse_entry_param(node.entry)
        var information = fuse_file_info(node.handle, as: .writable)
        let result = unsafe fuse_reply_create(request, &parameters, &information)
        leave(nil)
        discard self
        return result == 0
    }

    consuming func data(_ bytes: borrowing [UInt8]) {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe _ = fuse_reply_buf(request, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        leave(nil)
        discard self
    }

    /// Lets `fill` write a listing and sends what it wrote; true if the kernel took it.
    consuming func listing(upTo count: Int, _ fill: (inout ListingBuffer) -> Void) -> Bool {
        let result = unsafe withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { memory in
            var buffer = unsafe ListingBuffer(memory, for: request)
            fill(&buffer)
            return unsafe fuse_reply_buf(request, memory.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
        }
        leave(nil)
        discard self
        return result == 0
    }

    consuming func written(_ count: Int) {
        unsafe fuse_reply_write(request, count)
        leave(nil)
        discard self
    }

    consuming func position(_ offset: UInt64) {
        unsafe fuse_reply_lseek(request, off_t(clamping: offset))
        leave(nil)
        discard self
    }

    consuming func capacity(_ capacity: Capacity) {
        var values = statvfs(capacity)
        unsafe fuse_reply_statfs(request, &values)
        leave(nil)
        discard self
    }

    /// The length of an attribute whose value was not asked for.
    consuming func attributeLength(_ count: Int) {
        unsafe fuse_reply_xattr(request, count)
        leave(nil)
        discard self
    }

    var caller: Caller {
        guard let context = unsafe fuse_req_ctx(request) else { return Caller(owner: 0, group: 0) }
        return unsafe Caller(
            owner: context.pointee.uid, group: context.pointee.gid, process: context.pointee.pid,
            umask: UInt16(truncatingIfNeeded: context.pointee.umask))
    }

    /// The caller with all its groups, which the system is asked for.
    var callerWithGroups: Caller {
        let caller = caller
        var groups = [gid_t](repeating: 0, count: Limits.callerGroups)
        let count = unsafe fuse_req_getgroups(request, Int32(groups.count), &groups)
        return Caller(
            owner: caller.owner, group: caller.group, process: caller.process, umask: caller.umask,
            groups: Array(groups.prefix(max(0, Int(count)))))
    }

    /// Has the interruption of this request reported under `ticket`, at once if it already happened.
    ///
    /// The ticket travels in place of a pointer: libfuse may call back while the request is being answered elsewhere.
    func reportInterruption(as ticket: UInt64) {
        unsafe fuse_req_interrupt_func(
            request,
            { request, ticket in
                guard let server = unsafe fuse_req_userdata(request) else { return }
                unsafe Unmanaged<MountServer>.fromOpaque(server)._withUnsafeGuaranteedRef {
                    $0.parking.interrupt(UInt64(UInt(bitPattern: ticket)))
                }
            }, UnsafeMutableRawPointer(bitPattern: UInt(ticket)))
    }

    private func leave(_ errno: Errno?) {
        guard let token else { return }
        unsafe server._withUnsafeGuaranteedRef { server in server.trace?.exit(token, kind, errno) }
    }
}

/// A reply on its way to whichever thread answers first.
final class ReplyBox: Sendable {
    private let reply: Mutex<Reply?>

    init(_ reply: consuming Reply) { self.reply = Mutex(reply) }

    /// The reply, for the first who asks.
    func take() -> Reply? { reply.withLock { $0.take() } }
}
