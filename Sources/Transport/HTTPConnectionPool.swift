package import Core
internal import Synchronization

/// Connections to one peer, kept for reuse by many threads.
package final class HTTPConnectionPool: Sendable {
    // A connection is either in the list or with the one thread that took it out, never both.
    private struct Idle: @unchecked Sendable {
        let connection: HTTPConnection
    }

    private let peer: HTTPPeer
    private let idle = Mutex<[Idle]>([])
    /// More idle connections than this are closed: each holds a thread of the server.
    private let idleLimit: Int

    package init(_ peer: HTTPPeer, idleLimit: Int = 4) {
        self.peer = peer
        self.idleLimit = idleLimit
    }

    /// Runs `body` with a connection that nobody else uses meanwhile.
    package func withConnection<Result>(
        _ body: (HTTPConnection) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let kept = idle.withLock { $0.popLast() }
        let connection: HTTPConnection
        if let kept { connection = kept.connection } else { connection = try HTTPConnection(peer) }
        defer {
            let returned = Idle(connection: connection)
            // Handed out of the lock when there are enough: closing a connection is a system call.
            _ = idle.withLock { idle -> Idle? in
                if idle.count >= idleLimit { return returned }
                idle.append(returned)
                return nil
            }
        }
        return try body(connection)
    }
}
