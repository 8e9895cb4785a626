/// Where requests go.
package enum HTTPPeer: Sendable, Equatable {
    /// The host that each URL names.
    case network
    /// A unix socket on this machine; the host in a URL is only a name.
    case unixSocket(path: String)
}
