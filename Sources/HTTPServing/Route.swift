package import Core

/// The body of a request, pulled piece by piece by the handler's thread.
package final class RequestBody: Sendable {
    private let pipe: BytePipe

    init(_ pipe: BytePipe) { self.pipe = pipe }

    /// The next piece, or an empty one behind the last byte.
    ///
    /// Throws when the client left before that, sent more than the route takes, or the server stops.
    package func next() throws(Failure) -> ArraySlice<UInt8> { try pipe.read() }
}

/// One method and path of a server, and what answers it.
///
/// Handlers may block: each runs on a thread that serves nothing else meanwhile.
package struct Route: Sendable {
    package typealias WholeHandler = @Sendable (ServerRequest, [UInt8]) throws(Failure) -> ServerReply
    package typealias EarlyAnswer = @Sendable (ServerRequest) -> ServerReply?
    package typealias StreamHandler = @Sendable (ServerRequest, RequestBody) throws(Failure) -> ServerReply

    enum Handler: Sendable {
        case whole(WholeHandler)
        case stream(StreamHandler)
    }

    let method: HTTPMethod
    let pattern: RoutePattern
    /// A longer body is refused with 413, before a byte is read when its length is announced.
    let bodyLimit: UInt64
    let handler: Handler
    /// Answers a request by its head alone, before a byte of the body is read; nil lets it pass.
    let early: EarlyAnswer?

    /// A handler that gets the whole body at once; without a limit of its own it takes none.
    package init(
        _ method: HTTPMethod, _ pattern: String, bodyLimit: Int = 0, whole handler: @escaping WholeHandler
    ) {
        self.method = method
        self.pattern = RoutePattern(pattern)
        self.bodyLimit = UInt64(bodyLimit)
        self.handler = .whole(handler)
        early = nil
    }

    /// A handler that pulls the body while it arrives, on a thread of its own; `early` may answer before it starts.
    package init(
        _ method: HTTPMethod, _ pattern: String, bodyLimit: UInt64 = .max, early: EarlyAnswer? = nil,
        streaming handler: @escaping StreamHandler
    ) {
        self.method = method
        self.pattern = RoutePattern(pattern)
        self.bodyLimit = bodyLimit
        self.handler = .stream(handler)
        self.early = early
    }
}

/// Finds the route of a request.
struct Router: Sendable {
    private let routes: [Route]

    enum Answer {
        case found(Route, parameters: [String: [[UInt8]]])
        /// The path exists, with these methods.
        case wrongMethod([HTTPMethod])
        case unknownPath
    }

    init(_ routes: [Route]) { self.routes = routes }

    /// The first route that matches; HEAD falls back to GET, whose body is then not sent.
    func find(_ method: HTTPMethod?, _ segments: [[UInt8]]) -> Answer {
        var methods: [HTTPMethod] = []
        var fallback: Answer?
        for route in routes {
            guard let parameters = route.pattern.match(segments) else { continue }
            if route.method == method { return .found(route, parameters: parameters) }
            if method == .head, route.method == .get, fallback == nil {
                fallback = .found(route, parameters: parameters)
            }
            if !methods.contains(route.method) { methods.append(route.method) }
        }
        return fallback ?? (methods.isEmpty ? .unknownPath : .wrongMethod(methods))
    }
}
