internal import Core
internal import HTTPServing

/// The HTTP server of a mock, which can go away and come back on the same port.
final class Listener: Sendable {
    private struct State {
        var server: HTTPServer?
        var port: UInt16 = 0
        var isOver = false
    }

    private let service: Service
    private let absences: Pauses
    private let state = Gate(State())

    init(_ service: Service) {
        self.service = service
        absences = Pauses(service.time)
    }

    var port: UInt16 { state.withLock { $0.port } }

    /// Listens, unless it does already.
    func open(port: UInt16) throws(Failure) {
        guard state.withLock({ $0.server == nil && !$0.isOver }) else { return }
        let options = ServerOptions(
            requestLimit: MockLimits.requests, drainLimit: MockLimits.drainedBytes, breaksWhileStopping: true)
        let dispatcher = Dispatcher(service: service, endpoints: service.endpoints(self))
        let server = try HTTPServer(.loopback(port: port), routes: dispatcher.routes, options: options)
        guard case .tcp(_, let port) = server.address else { return }
        let isFirst = state.withLock { state in
            guard state.server == nil, !state.isOver else { return false }
            (state.server, state.port) = (server, port)
            return true
        }
        if !isFirst { server.stop(within: .zero) }
    }

    /// Closes in a moment, so that the request that asks for it gets its answer; opens when `absence` is over.
    func leave(for absence: Duration) {
        let port = port
        Threads.start("absence") { [self] in
            close()
            _ = absences.wait(absence, absences.ticket)
            // Without the port, which somebody else may have taken meanwhile, nothing is left to serve on.
            try? open(port: port)
        }
    }

    /// Closes, and never opens again.
    func end() {
        state.withLock { $0.isOver = true }
        absences.endAll(.broken, closing: true)
        close()
    }

    /// Breaks every connection; requests under way have a moment to end.
    func close(within limit: Duration = MockLimits.closing) {
        service.pauses.endAll(.broken)
        let server = state.withLock { state in
            defer { state.server = nil }
            return state.server
        }
        server?.stop(within: limit)
        // What came in between and stalls since.
        service.pauses.endAll(.broken)
    }
}
