import Core
import Glibc

/// A server of one connection that says what a test wants, for answers no proper server gives.
final class RawServer: Sendable {
    let port: UInt16
    private let listener: FileDescriptor

    /// Takes one connection, and runs `talk` with its descriptor on a thread; the connection closes behind it.
    init(_ talk: @escaping @Sendable (Int32) -> Void) {
        let listener = LoopbackListener()
        let owner = listener.socket
        self.listener = owner
        port = listener.port
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
