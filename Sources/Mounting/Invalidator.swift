internal import CFuse
package import Core
package import FileSystem
internal import Glibc
internal import Volumes

/// Tells the kernel what changed beside it; one thread of its own speaks, because the kernel takes its own locks to listen.
///
/// Change the state first, then notify. No reply may wait for a notification.
@safe package final class Invalidator: @unchecked Sendable {  // `session` is libfuse's, which locks.
    private enum Notice {
        case entry(parent: NodeID, name: Name)
        case attributes(NodeID)
        case content(NodeID)
        case allEntries
    }

    private struct State {
        var notices: [Notice] = []
        var isDelivering = false
        var hasThread = false
        var isClosed = false
        var lost = 0
    }

    private let state = Gate(State())
    private let session: OpaquePointer
    private let report: @Sendable (MountReport) -> Void

    @unsafe init(session: OpaquePointer, report: @escaping @Sendable (MountReport) -> Void) {
        unsafe self.session = unsafe session
        self.report = report
    }

    /// The name means something else now, or nothing, or something again. Also drops the directory's cached listing.
    package func entry(_ name: Name, in parent: NodeID) { enqueue(.entry(parent: parent, name: name)) }

    /// The attributes of a node changed, not its content.
    package func attributes(of node: NodeID) { enqueue(.attributes(node)) }

    /// A node's cached pages are no longer true: a directory's listing, a link's target. For a file's content see the
    /// design: a new version gets a new node.
    package func content(of node: NodeID) { enqueue(.content(node)) }

    /// Every name may mean something else now, or nothing: the kernel asks again before it believes one.
    package func allEntries() { enqueue(.allEntries) }

    /// Waits until all that was said before has reached the kernel; false at the deadline.
    package func waitUntilDelivered(limit: Duration) -> Bool {
        let deadline = SystemTime.monotonic() + limit
        return state.wait { state in
            if state.notices.isEmpty, !state.isDelivering { return .done(true) }
            return SystemTime.monotonic() >= deadline ? .done(false) : .wait(until: deadline)
        }
    }

    /// Drops what is queued and waits for the thread to leave.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.notices = []
        }
        state.wakeAll()
        state.wait { $0.hasThread ? .wait(until: nil) : .done(()) }
    }

    private func enqueue(_ notice: Notice) {
        enum Step { case nothing, wake, start, lost(Int) }
        let step = state.withLock { state -> Step in
            if state.isClosed { return .nothing }
            if state.notices.count >= Limits.queuedNotifications {
                state.lost += 1
                return .lost(state.lost)
            }
            state.notices.append(notice)
            if state.hasThread { return .wake }
            state.hasThread = true
            return .start
        }
        switch step {
        case .nothing: break
        case .wake: state.wakeAll()
        case .start: Threads.start("notify") { [self] in run() }
        case .lost(let count):
            report(
                MountReport(
                    nil,
                    "the kernel may show old state: \(count) notifications lost, \(Limits.queuedNotifications) wait"))
        }
    }

    private func run() {
        while true {
            let batch = state.wait { state -> Gate<State>.Verdict<[Notice]?> in
                state.isDelivering = false
                if state.isClosed { return .done(nil) }
                if state.notices.isEmpty { return .wait(until: nil) }
                state.isDelivering = true
                defer { state.notices = [] }
                return .done(state.notices)
            }
            guard let batch else { break }
            for notice in batch { deliver(notice) }
            state.withLock { $0.isDelivering = false }
            state.wakeAll()
        }
        state.withLock { $0.hasThread = false }
        state.wakeAll()
    }

    /// ENOENT from the kernel means that it does not know the node, and so believes nothing wrong of it.
    private func deliver(_ notice: Notice) {
        switch notice {
        case .entry(let parent, let name):
            unsafe (name.bytes + [0]).withUnsafeBytes { bytes in
                guard let text = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return }
                unsafe _ = fuse_lowlevel_notify_inval_entry(session, parent.rawValue, text, name.count)
            }
        case .attributes(let node): unsafe _ = fuse_lowlevel_notify_inval_inode(session, node.rawValue, -1, 0)
        case .content(let node): unsafe _ = fuse_lowlevel_notify_inval_inode(session, node.rawValue, 0, 0)
        case .allEntries: beginEpoch()
        }
    }

    /// Begins an epoch: entries that the kernel has from an earlier one are looked up again.
    ///
    /// libfuse 3.14 has no call for it, so the notification is written as the kernel reads it: its length, its code, and
    /// no request. A kernel before 6.16 refuses it; then names live as long as they were promised to.
    private func beginEpoch() {
        let notification = [Self.headLength, Self.beginEpochCode, 0, 0]
        let written = unsafe notification.withUnsafeBytes { bytes in
            unsafe write(fuse_session_fd(session), bytes.baseAddress, bytes.count)
        }
        if written < 0 {
            report(MountReport(nil, "names that others changed may be seen late: this kernel has no epochs"))
        }
    }

    private static let headLength: UInt32 = 16
    /// FUSE_NOTIFY_INC_EPOCH of the kernel's protocol 7.44.
    private static let beginEpochCode: UInt32 = 8
}
