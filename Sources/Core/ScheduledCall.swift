internal import Synchronization

/// A call that waits for its time and can be taken back until it has begun.
package final class ScheduledCall: Sendable {
    private let body: Mutex<(@Sendable () -> Void)?>

    package init(_ body: @escaping @Sendable () -> Void) { self.body = Mutex(body) }

    package func cancel() { body.withLock { $0 = nil } }

    /// Runs the call unless it was cancelled or has run.
    package func fire() {
        let body = body.withLock { stored -> (@Sendable () -> Void)? in
            defer { stored = nil }
            return stored
        }
        body?()
    }

    package var isPending: Bool { body.withLock { $0 != nil } }
}
