package import Core

/// Where a server listens.
package enum ListenAddress: Sendable, Equatable {
    /// A socket file with mode 0600; its folder must be the caller's alone.
    case unixSocket(path: String)
    /// A numeric IPv4 or IPv6 address; port 0 lets the system pick one.
    case tcp(host: String, port: UInt16)

    package static func loopback(port: UInt16 = 0) -> ListenAddress { .tcp(host: "127.0.0.1", port: port) }
}

/// What a server admits.
package struct ServerOptions: Sendable {
    /// Requests at once, each with a thread; one more is answered 503.
    package var requestLimit: Int
    /// A connection on which the client moves no byte for this long is closed; a handler's time does not count.
    package var idleLimit: Duration
    /// The same while a body is under way; nil waits for ever, right for a unix socket, whose peer's death is seen.
    package var bodyIdleLimit: Duration?
    /// How much of a body that nobody wants any more is read, so that the client sees the reason and not a broken
    /// connection; a client with more to send than this is cut off.
    package var drainLimit: UInt64
    /// Whether a request that comes while the server stops finds its connection broken, instead of hearing 503.
    package var breaksWhileStopping: Bool
    /// Host names of our own besides the loopback ones, checked over TCP against DNS rebinding.
    package var hosts: [String]
    /// Who may connect over a unix socket.
    package var admitsPeer: @Sendable (PeerCredentials) -> Bool
    /// Why a request is refused before its body is read, for tokens and the like; nil admits it.
    package var refuses: @Sendable (ServerRequest) -> Failure?

    package init(
        requestLimit: Int = Limits.Control.connections, idleLimit: Duration = .seconds(60),
        bodyIdleLimit: Duration? = .seconds(60), drainLimit: UInt64 = ServerLimits.drainedBytes,
        breaksWhileStopping: Bool = false,
        hosts: [String] = [],
        admitsPeer: @escaping @Sendable (PeerCredentials) -> Bool = { $0.isOwnerOrRoot() },
        refuses: @escaping @Sendable (ServerRequest) -> Failure? = { _ in nil }
    ) {
        self.requestLimit = requestLimit
        self.idleLimit = idleLimit
        self.bodyIdleLimit = bodyIdleLimit
        self.drainLimit = drainLimit
        self.breaksWhileStopping = breaksWhileStopping
        self.hosts = hosts
        self.admitsPeer = admitsPeer
        self.refuses = refuses
    }

    /// Whether the `Host` field names this machine: a page of another site that points its name here says its own.
    func admitsHost(_ field: String?) -> Bool {
        guard let field else { return false }
        let bytes = Array(field.lowercased().utf8)
        let name: ArraySlice<UInt8>
        if bytes.first == 0x5b {
            guard let end = bytes.firstIndex(of: 0x5d) else { return false }
            name = bytes[...end]
        } else {
            name = bytes.prefix { $0 != 0x3a }
        }
        let port = bytes[name.endIndex...]
        guard port.isEmpty || (port.first == 0x3a && port.dropFirst().allSatisfy { (0x30...0x39).contains($0) }) else {
            return false
        }
        return (["localhost", "127.0.0.1", "[::1]"] + hosts).contains { name.elementsEqual($0.lowercased().utf8) }
    }
}
