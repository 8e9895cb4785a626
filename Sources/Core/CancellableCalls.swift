internal import Synchronization

/// Calls of asynchronous work that threads of our own wait for, and that can all be ended at once.
package final class CancellableCalls: Sendable {
    private struct State {
        var isCancelled = false
        var running: [Int: Task<Void, Never>] = [:]
        var last = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Runs `operation` as a task and blocks this thread until it has ended.
    ///
    /// For threads of our own only: on one of Swift's it could wait for itself. Every operation given here has a deadline
    /// of its own. After `cancel` it throws `.interrupted` without running anything.
    package func wait<Value: Sendable>(
        for operation: @escaping @Sendable () async throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let outcome = Gate<Result<Value, Failure>?>(nil)
        let number = state.withLock { state -> Int? in
            if state.isCancelled { return nil }
            state.last += 1
            // Under the lock, so that a cancellation either finds the task or prevents it.
            state.running[state.last] = Task.detached {
                let result: Result<Value, Failure>
                do throws(Failure) {
                    result = .success(try await operation())
                } catch {
                    result = .failure(error)
                }
                outcome.withLock { $0 = result }
                outcome.wakeAll()
            }
            return state.last
        }
        guard let number else { throw Failure(.interrupted, "the work was stopped") }
        let result = outcome.wait { outcome in outcome.map { .done($0) } ?? .wait(until: nil) }
        state.withLock { $0.running[number] = nil }
        return try result.get()
    }

    /// Ends every call under way and those to come.
    package func cancel() {
        let running = state.withLock { state -> [Task<Void, Never>] in
            state.isCancelled = true
            return Array(state.running.values)
        }
        for task in running { task.cancel() }
    }

    package var isCancelled: Bool { state.withLock { $0.isCancelled } }
}
