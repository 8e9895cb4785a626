internal import CFuse
internal import Core
internal import FileSystem
internal import Volumes

/// Serves the kernel's requests from a file system: what the callbacks of libfuse call, on libfuse's threads.
///
/// A callback converts, calls one method of the file system, and returns; it neither throws nor waits.
final class MountServer: @unchecked Sendable {  // What varies is set before the requests come whose threads read it.
    private var bound: (any MountableFileSystem)?
    /// Whether the kernel obeys access lists, and leaves the umask of new files to us.
    private(set) var obeysAccessLists = false
    let trace: (any MountTrace)?
    let parking: Parking
    private let report: @Sendable (MountReport) -> Void
    private let whenReady: @Sendable () -> Void

    init(
        _ surroundings: Mount.Surroundings,
        whenReady: @escaping @Sendable () -> Void
    ) {
        self.whenReady = whenReady
        trace = surroundings.trace
        report = surroundings.report
        parking = Parking(
            capacity: surroundings.parkedRequests, deadlines: surroundings.deadlines, time: surroundings.time,
            report: surroundings.report)
    }

    /// Gives the server what it serves; before any request is taken.
    func bind(_ fileSystem: any MountableFileSystem) { bound = fileSystem }

    /// What is served.
    var fileSystem: any MountableFileSystem {
        guard let bound else { preconditionFailure("a request was taken before there was a file system") }
        return bound
    }

    /// Runs one operation and sees to its reply: now, or when the answer comes.
    func answer<Kind: Delivery>(
        _ reply: consuming Reply, _ delivery: Kind,
        _ operation: (any MountableFileSystem) throws(FileError) -> Answer<Kind.Value>
    ) {
        let outcome: Result<Answer<Kind.Value>, FileError>
        do throws(FileError) { outcome = .success(try operation(fileSystem)) } catch { outcome = .failure(error) }
        switch outcome {
        case .success(.now(let value)): if !delivery.send(value, as: reply) { delivery.giveBack(value) }
        case .success(.later(let work)): park(reply, delivery, work)
        case .failure(let error): refuse(reply, error)
        }
    }

    /// Answers with an error; a missing name is answered in the way the kernel remembers.
    func refuse(_ reply: consuming Reply, _ error: FileError) {
        if let failure = error.failure {
            report(MountReport(reply.kind, node: reply.node, errno: error.errno, "\(failure)"))
        }
        if reply.kind == .lookup, error.errno == .noEntry { reply.absence() } else { reply.fail(error.errno) }
    }

    private func park<Kind: Delivery>(_ reply: consuming Reply, _ delivery: Kind, _ work: Deferred<Kind.Value>) {
        let ticket: Parking.Ticket
        do throws(Failure) { ticket = try parking.admit(reply.kind, node: reply.node) } catch {
            refuse(reply, FileError(error))
            return
        }
        // Before the reply can be answered elsewhere: libfuse frees the request with its answer.
        reply.reportInterruption(as: ticket.number)
        parking.park(ReplyBox(reply), under: ticket)
        work.start { [self] result in
            guard let reply = parking.take(ticket) else {
                // After the end the file system hears nothing more, and needs nothing back.
                if case .success(let value) = result, !parking.isClosed { delivery.giveBack(value) }
                return
            }
            defer { parking.left() }
            switch result {
            case .success(let value): if !delivery.send(value, as: reply) { delivery.giveBack(value) }
            case .failure(let error): refuse(reply, error)
            }
        }
    }

    /// A reply was dropped unanswered, which is a fault of this program; its caller got EIO.
    func forgottenReply(_ kind: RequestKind, _ node: UInt64, _ token: TraceToken?) {
        if let token { trace?.exit(token, kind, .io) }
        report(MountReport(kind, node: node, errno: .io, "dropped without an answer"))
    }

    /// Settles with the kernel what each side does; called on the first request.
    @unsafe func negotiate(_ connection: UnsafeMutablePointer<fuse_conn_info>) {
        var wanted =
            FUSE_CAP_ASYNC_READ | FUSE_CAP_ATOMIC_O_TRUNC | FUSE_CAP_READDIRPLUS | FUSE_CAP_READDIRPLUS_AUTO
            | FUSE_CAP_ASYNC_DIO | FUSE_CAP_PARALLEL_DIROPS | FUSE_CAP_CACHE_SYMLINKS | FUSE_CAP_EXPLICIT_INVAL_DATA
        // Not wanted, each for a reason: AUTO_INVAL_DATA drops a file's pages at each change of mtime; WRITEBACK_CACHE
        // hides size, time and errors of writes from us; HANDLE_KILLPRIV would have us clear set-id bits, which the kernel
        // does well; the splice flags gain nothing for data that lies in memory.
        let lists = FUSE_CAP_POSIX_ACL | FUSE_CAP_DONT_MASK
        let capable = unsafe Int32(bitPattern: connection.pointee.capable)
        obeysAccessLists = fileSystem.keepsAccessLists && capable & lists == lists
        if obeysAccessLists { wanted |= lists }
        unsafe connection.pointee.want = UInt32(bitPattern: wanted & capable)
        unsafe connection.pointee.max_write = UInt32(Limits.requestBytes)
        unsafe connection.pointee.max_read = UInt32(Limits.requestBytes)
        unsafe connection.pointee.max_background = Limits.backgroundRequests
        unsafe connection.pointee.congestion_threshold = Limits.congestionThreshold
        unsafe connection.pointee.time_gran = 1
        whenReady()
    }
}
