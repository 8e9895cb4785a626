internal import CLinux
package import Core
internal import Glibc

/// The methods a route can answer.
package enum HTTPMethod: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case put = "PUT"
    case post = "POST"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
}

/// Who is at the other end of a unix socket.
package struct PeerCredentials: Sendable, Equatable {
    package let process: Int32
    package let user: UInt32
    package let group: UInt32

    package init(process: Int32, user: UInt32, group: UInt32) {
        self.process = process
        self.user = user
        self.group = group
    }

    /// Those of the process that connected this socket; nil when it is no unix socket.
    init?(of socket: Int32) {
        var (process, user, group): (UInt32, UInt32, UInt32) = (0, 0, 0)
        guard unsafe cl_peer_credentials(socket, &process, &user, &group) == 0 else { return nil }
        self.init(process: Int32(truncatingIfNeeded: process), user: user, group: group)
    }

    /// Whether the peer is the user this process works for, or root, who could anyhow.
    package func isOwnerOrRoot(owner: UInt32 = geteuid()) -> Bool { user == owner || user == 0 }
}

/// One request without its body.
package struct ServerRequest: Sendable {
    package let method: HTTPMethod
    /// The path's segments, decoded, without empty ones.
    package let segments: [[UInt8]]
    package let headers: HeaderFields
    /// Nil over TCP.
    package let peer: PeerCredentials?
    private let query: [String: [UInt8]]
    var parameters: [String: [[UInt8]]] = [:]
    var link: ExchangeLink?

    init(method: HTTPMethod, target: RequestTarget, headers: HeaderFields, peer: PeerCredentials?) {
        self.method = method
        self.segments = target.segments
        self.query = target.query
        self.headers = headers
        self.peer = peer
    }

    /// The one segment a `{name}` of the route stands for.
    package func parameter(_ name: String) -> [UInt8] { parameters[name]?.first ?? [] }

    /// The segments a `{name...}` of the route stands for.
    package func parameters(_ name: String) -> [[UInt8]] { parameters[name] ?? [] }

    /// A value of the query, decoded.
    package func query(_ name: String) -> [UInt8]? { query[name] }

    /// The keys of the query, in order.
    package var queryKeys: [String] { query.keys.sorted() }

    /// A value of the query that must be text.
    package func queryText(_ name: String) throws(Failure) -> String? {
        guard let bytes = query[name] else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(.invalid, "the parameter \(name) is not UTF-8")
        }
        return text
    }

    /// A value of the query that must be a whole number.
    package func queryNumber<Number: FixedWidthInteger>(
        _ name: String, as type: Number.Type = Number.self
    ) throws(Failure) -> Number? {
        guard let text = try queryText(name) else { return nil }
        guard let number = Number(text) else {
            throw Failure(.invalid, "the parameter \(name) is not a number in range")
        }
        return number
    }

    /// Breaks the connection at once and without a reply, as a machine does that loses its state: the client's next
    /// read or write fails. Any thread may call it; without effect once the exchange is over.
    package func resetConnection() { link?.reset() }

    /// Whether the client reads fields behind a chunked body.
    package var takesTrailers: Bool {
        headers.fields.contains { $0.name.lowercased() == "te" && $0.value.lowercased().contains("trailers") }
    }
}
