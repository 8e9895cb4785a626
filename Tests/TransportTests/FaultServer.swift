import Core
import Glibc
import Synchronization

/// A server on loopback that talks to each connection as a test says, each on a thread of its own.
final class FaultServer: Sendable {
    let port: UInt16
    private let listener: FileDescriptor
    private let accepted: Gate<Int>

    init(_ talk: @escaping @Sendable (Int32) -> Void) {
        let listener = LoopbackListener()
        let owner = listener.socket
        let accepted = Gate(0)
        self.listener = owner
        self.accepted = accepted
        port = listener.port
        Threads.start("fault-server") {
            while true {
                let connection = accept(owner.number, nil, nil)
                guard connection >= 0 else { return }
                accepted.withLock { $0 += 1 }
                accepted.wakeAll()
                Threads.start("fault-talk") {
                    talk(connection)
                    close(connection)
                }
            }
        }
    }

    deinit { shutdown(listener.number, Int32(SHUT_RDWR)) }

    var url: String { "http://127.0.0.1:\(port)/secret?token=t" }
    var connections: Int { accepted.withLock { $0 } }

    /// Until so many connections came; false when they do not come.
    func waitForConnections(_ count: Int) async throws -> Bool {
        try await Threads.run("wait") { [accepted] () throws(Failure) in
            let deadline = SystemTime.monotonic() + .seconds(10)
            return accepted.wait { accepted in
                if accepted >= count { return .done(true) }
                return SystemTime.monotonic() >= deadline ? .done(false) : .wait(until: deadline)
            }
        }
    }

    /// Closes with a reset instead of an ordinary end.
    static func reset(_ connection: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        unsafe _ = setsockopt(
            connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}
