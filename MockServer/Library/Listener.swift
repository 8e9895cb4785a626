internal import Core
internal import HTTPServing

/// The HTTP server of a mock, which can go away and come back on the same port.
final class Listener: Sendable {
    private struct State {
        var server: HTTPServer?
        var port: UInt16 = 0
    }

    private let service: Service
    private let state = Gate(State())

    init(_ service: Service) { self.service = service }

    var port: UInt16 { state.withLock { $0.port } }

    /// Listens, unless it does already.
    func open(port: UInt16) throws(Failure) {
        guard state.withLock({ $0.server == nil }) else { return }
        let options = ServerOptions(requestLimit: MockLimits.requests, drainLimit: MockLimits.drainedBytes)
        let dispatcher = Dispatcher(service: service, endpoints: service.endpoints(self))
        let server = try HTTPServer(.loopback(port: port), routes: dispatcher.routes, options: options)
        guard case .tcp(_, let port) = server.address else { return }
        let isFirst = state.withLock { state in
            guard state.server == nil else { return false }
            (state.server, state.port) = (server, port)
            return true
        }
        if !isFirst { server.stop(within: .zero) }
    }

    /// Breaks every connection; requests under way have a moment to end.
    func close(within limit: Duration = MockLimits.closing) {
        let server = state.withLock { state in
            defer { state.server = nil }
            return state.server
        }
        server?.stop(within: limit)
    }
}
