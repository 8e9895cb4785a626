package import Core
internal import Synchronization

/// Gives each call a number that its server sees as `X-Request-Id`, and tells `sink` one line about each.
///
/// A line holds route and origin, never a path, query, header or body.
package final class TracingService: HTTPService {
    private let next: any HTTPService
    private let time: any TimeSource
    /// Tells the requests of this process from those of others in a server's log.
    private let prefix: String
    private let sink: @Sendable (String) -> Void
    private let last = Atomic<UInt64>(0)

    package init(
        _ next: any HTTPService, time: any TimeSource, prefix: String, sink: @escaping @Sendable (String) -> Void
    ) {
        self.next = next
        self.time = time
        self.prefix = prefix
        self.sink = sink
    }

    package func send(_ call: HTTPCall) async throws(Failure) -> HTTPResponse {
        let id = "\(prefix)-\(last.wrappingAdd(1, ordering: .relaxed).newValue)"
        var call = call
        call.request.headers["X-Request-Id"] = id
        let start = time.now
        do throws(Failure) {
            let response = try await next.send(call)
            tell(id, call, "\(response.status)", response.body.count, since: start)
            return response
        } catch {
            tell(id, call, error.code.rawValue, 0, since: start)
            throw error
        }
    }

    private func tell(_ id: String, _ call: HTTPCall, _ outcome: String, _ received: Int, since start: Moment) {
        let milliseconds = (time.now - start).nanoseconds / 1_000_000
        sink(
            "\(id) \(call.route) \(call.request.origin) \(outcome) sent=\(call.request.body?.count ?? 0) "
                + "received=\(received) ms=\(milliseconds)")
    }
}
