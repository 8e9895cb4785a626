import Core
import Glibc

/// A TCP socket that listens on loopback, on a port that the system picked.
///
/// Whoever accepts holds the descriptor too, so that its number is given to nobody else meanwhile.
struct LoopbackListener {
    let port: UInt16
    let socket: FileDescriptor

    init() {
        let listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
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
        socket = FileDescriptor(owning: listener, "listener")
        port = UInt16(bigEndian: address.sin_port)
    }
}
