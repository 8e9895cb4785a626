internal import Core
internal import Synchronization

/// The last failures of stores, by the name their client gave the request.
final class RecentFailures: Sendable {
    /// Clients ask at once: as many as there can be connections.
    private static let capacity = Limits.Control.connections

    private let entries = Mutex<[(request: String, failure: Failure)]>([])

    func remember(_ failure: Failure, _ request: String) {
        entries.withLock { entries in
            if entries.count == Self.capacity { entries.removeFirst() }
            entries.append((request, failure))
        }
    }

    func recall(_ request: String) -> Failure? {
        entries.withLock { $0.last { $0.request == request }?.failure }
    }
}
