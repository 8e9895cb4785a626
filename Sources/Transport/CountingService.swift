package import Core
internal import Synchronization

/// Counts the calls that pass, by route and outcome, and their bytes.
package final class CountingService: HTTPService {
    /// What one route has seen.
    package struct Count: Sendable, Equatable {
        /// Begun, whatever came of them.
        package var calls = 0
        package var statuses: [Int: Int] = [:]
        package var failures: [FailureCode: Int] = [:]
        /// Bodies only.
        package var sentBytes = 0
        package var receivedBytes = 0

        package init() {}
    }

    private let next: any HTTPService
    private let counts = Mutex<[String: Count]>([:])

    package init(_ next: any HTTPService) { self.next = next }

    package var byRoute: [String: Count] { counts.withLock { $0 } }
    package var calls: Int { counts.withLock { $0.values.reduce(0) { $0 + $1.calls } } }
    package func reset() { counts.withLock { $0 = [:] } }

    package func send(_ call: HTTPCall) async throws(Failure) -> HTTPResponse {
        counts.withLock { counts in
            counts[call.route, default: Count()].calls += 1
            counts[call.route, default: Count()].sentBytes += call.request.body?.count ?? 0
        }
        do throws(Failure) {
            let response = try await next.send(call)
            counts.withLock { counts in
                counts[call.route, default: Count()].statuses[response.status, default: 0] += 1
                counts[call.route, default: Count()].receivedBytes += response.body.count
            }
            return response
        } catch {
            counts.withLock { $0[call.route, default: Count()].failures[error.code, default: 0] += 1 }
            throw error
        }
    }
}
