import Core
import Glibc
import Synchronization

/// A server on loopback that talks to each connection as a test says, each on a thread of its own.
final class FaultServer: Sendable {
    let port: UInt16
    private let listener: FileDescriptor
    private let accepted: Gate<Int>

    init(_ talk: @escaping @Sendable (Int32) -> Void) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe bind(listener, $0, length)
                _ = listen(listener, 64)
                _ = unsafe getsockname(listener, $0, &length)
            }
        }
        let owner = FileDescriptor(owning: listener, "listener")
        let accepted = Gate(0)
        self.listener = owner
        self.accepted = accepted
        port = UInt16(bigEndian: address.sin_port)
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
