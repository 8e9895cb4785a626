internal import CLinux
internal import Core
internal import Glibc

/// A bound, listening socket, and its file when it has one.
final class ListeningSocket: Sendable {
    let descriptor: FileDescriptor
    let address: ListenAddress
    /// Device and inode of the socket file, so that nobody else's is removed.
    private let file: FileIdentity?

    private struct FileIdentity: Sendable, Equatable {
        let device: UInt64
        let inode: UInt64

        init?(_ path: String) {
            var status = stat()
            guard (unsafe try? path.withCPath("lstat") { unsafe lstat($0, &status) }) != nil else { return nil }
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
        }
    }

    init(_ address: ListenAddress) throws(Failure) {
        do throws(SystemCallFailure) {
            switch address {
            case .unixSocket(let path):
                descriptor = try Self.bindUnix(path)
                self.address = address
                file = FileIdentity(path)
            case .tcp(let host, let port):
                descriptor = try Self.bindTCP(host, port)
                self.address = .tcp(host: host, port: Self.port(of: descriptor))
                file = nil
            }
        } catch {
            throw Self.failure(error, address)
        }
    }

    private static func failure(_ error: SystemCallFailure, _ address: ListenAddress) -> Failure {
        guard error.errno.rawValue == EADDRINUSE else { return error.failure }
        return Failure(
            .busy, "another process listens on \(error.subject)",
            advice: address == .unixSocket(path: error.subject) ? nil : "choose another port", cause: error)
    }

    /// Removes the socket file if it is still this one.
    func removeFile() {
        guard case .unixSocket(let path) = address, let file, FileIdentity(path) == file else { return }
        try? Files.remove(path)
    }

    private static func bindUnix(_ path: String) throws(SystemCallFailure) -> FileDescriptor {
        let shown = path.shown
        guard path.utf8.count <= Limits.Control.socketPathBytes, !path.utf8.contains(0) else {
            throw SystemCallFailure(.nameTooLong, "bind", shown)
        }
        let descriptor = try open(AF_UNIX, shown)
        // On Linux the file takes its mode from the socket: there is no moment in which it is open to others.
        try descriptor.setMode(0o600)
        do throws(SystemCallFailure) {
            unsafe try withUnixAddress(path) { address, length in unsafe bind(descriptor.number, address, length) }
        } catch {
            guard error.errno.rawValue == EADDRINUSE, isStale(path) else { throw error }
            try Files.remove(path)
            unsafe try withUnixAddress(path) { address, length in unsafe bind(descriptor.number, address, length) }
        }
        try systemCall("listen", shown) { listen(descriptor.number, ServerLimits.backlog) }
        return descriptor
    }

    /// Whether a socket file stands there behind which nobody listens any more.
    private static func isStale(_ path: String) -> Bool {
        var status = stat()
        guard (unsafe try? path.withCPath("lstat") { unsafe lstat($0, &status) }) != nil,
            status.st_mode & S_IFMT == S_IFSOCK, let probe = try? open(AF_UNIX, path.shown)
        else { return false }
        do throws(SystemCallFailure) {
            unsafe try withUnixAddress(path) { address, length in unsafe connect(probe.number, address, length) }
            return false
        } catch {
            // A full queue says EAGAIN: somebody is there.
            return error.errno.rawValue == ECONNREFUSED
        }
    }

    private static func withUnixAddress(
        _ path: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(SystemCallFailure) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
        try systemCall("socket", path.shown) {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe call($0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
    }

    private static func bindTCP(_ host: String, _ port: UInt16) throws(SystemCallFailure) -> FileDescriptor {
        let subject = "\(host):\(port)"
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, "\(port)", &hints, &list) == 0, let first = unsafe list else {
            throw SystemCallFailure(.invalid, "getaddrinfo", subject)
        }
        defer { unsafe freeaddrinfo(first) }
        let descriptor = try open(unsafe first.pointee.ai_family, subject)
        var yes: Int32 = 1
        _ = unsafe setsockopt(descriptor.number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        try systemCall("bind", subject) {
            unsafe bind(descriptor.number, first.pointee.ai_addr, first.pointee.ai_addrlen)
        }
        try systemCall("listen", subject) { listen(descriptor.number, ServerLimits.backlog) }
        return descriptor
    }

    private static func port(of descriptor: FileDescriptor) -> UInt16 {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor.number, $0, &length)
            }
        }
        // The port stands at the same place in the addresses of both families.
        return result == 0
            ? unsafe withUnsafeBytes(of: address) { unsafe UInt16($0[2]) << 8 | UInt16($0[3]) } : 0
    }

    private static func open(_ family: Int32, _ subject: String) throws(SystemCallFailure) -> FileDescriptor {
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        return FileDescriptor(owning: try systemCall("socket", subject) { socket(family, flags, 0) }, subject)
    }
}
