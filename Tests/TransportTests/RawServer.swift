import Core
import Glibc

/// A server of one connection that says what a test wants, for answers no proper server gives.
final class RawServer: Sendable {
    let port: UInt16
    /// Shared with the thread, so that its number is not given away while that may still accept.
    private let listener: FileDescriptor

    /// Takes one connection, and runs `talk` with its descriptor on a thread; the connection closes behind it.
    init(_ talk: @escaping @Sendable (Int32) -> Void) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe bind(listener, $0, length)
                _ = listen(listener, 4)
                _ = unsafe getsockname(listener, $0, &length)
            }
        }
        let owner = FileDescriptor(owning: listener, "listener")
        self.listener = owner
        port = UInt16(bigEndian: address.sin_port)
        Threads.start("raw-server") {
            let connection = accept(owner.number, nil, nil)
            guard connection >= 0 else { return }
            talk(connection)
            close(connection)
        }
    }

    deinit {
        shutdown(listener.number, Int32(SHUT_RDWR))
    }

    /// Reads until the blank line behind a request's head, or as much as there is.
    static func readHead(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while !bytes.suffix(4).elementsEqual([13, 10, 13, 10]), unsafe read(connection, &byte, 1) == 1 {
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func say(_ connection: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe send(connection, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Waits until the other side closes.
    static func waitForEnd(_ connection: Int32) {
        var byte: UInt8 = 0
        while unsafe read(connection, &byte, 1) == 1 {}
    }
}
