/// Runs `operation` as a task and blocks this thread until it has ended.
///
/// For threads of our own only: on one of Swift's it could wait for itself. Every operation given here has a deadline of
/// its own.
package func waitFor<Value: Sendable>(
    _ operation: @escaping @Sendable () async throws(Failure) -> Value
) throws(Failure) -> Value {
    let outcome = Gate<Result<Value, Failure>?>(nil)
    Task.detached {
        let result: Result<Value, Failure>
        do throws(Failure) {
            result = .success(try await operation())
        } catch {
            result = .failure(error)
        }
        outcome.withLock { $0 = result }
        outcome.wakeAll()
    }
    return try outcome.wait { outcome in outcome.map { .done($0) } ?? .wait(until: nil) }.get()
}
