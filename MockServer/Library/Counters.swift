internal import Core
internal import Synchronization

/// How often each route was asked, and what it answered.
package struct RequestCounts: Sendable, Equatable {
    /// By route (`GET /ipfs/:cid`) and status; 0 stands for a connection broken without one.
    package fileprivate(set) var byRoute: [String: [Int: Int]] = [:]

    /// All requests of a route, whatever came of them.
    package func requests(_ route: String) -> Int { byRoute[route]?.values.reduce(0, +) ?? 0 }

    package func answers(_ route: String, _ status: Int) -> Int { byRoute[route]?[status] ?? 0 }

    package var total: Int { byRoute.values.reduce(0) { $0 + $1.values.reduce(0, +) } }

    var json: JSON {
        .object(
            byRoute.sorted { $0.key < $1.key }.map { route, statuses in
                JSON.Member(
                    route,
                    .object(statuses.sorted { $0.key < $1.key }.map { JSON.Member("\($0.key)", JSON($0.value)) }))
            })
    }

    /// In the text format of Prometheus.
    var prometheus: String {
        var text = "# HELP http_requests_total Requests answered.\n# TYPE http_requests_total counter\n"
        for (route, statuses) in byRoute.sorted(by: { $0.key < $1.key }) {
            let parts = route.split(separator: " ", maxSplits: 1)
            for (status, count) in statuses.sorted(by: { $0.key < $1.key }) {
                text += "http_requests_total{method=\"\(parts[0])\",route=\"\(parts.last ?? "")\",status=\"\(status)\"}"
                text += " \(count)\n"
            }
        }
        return text
    }
}

/// Counts requests from many threads.
final class Counters: Sendable {
    private let counts = Mutex(RequestCounts())

    func count(_ route: String, _ status: Int) {
        counts.withLock { $0.byRoute[route, default: [:]][status, default: 0] += 1 }
    }
    var snapshot: RequestCounts { counts.withLock { $0 } }
    func reset() { counts.withLock { $0 = RequestCounts() } }
}
