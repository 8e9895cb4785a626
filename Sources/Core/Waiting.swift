/// Runs `operation` as a task and blocks this thread until it has ended.
///
/// For threads of our own only: on one of Swift's it could wait for itself. Every operation given here has a deadline of
/// its own.
package func waitFor<Value: Sendable>(
    _ operation: @escaping @Sendable () async throws(Failure) -> Value
) throws(Failure) -> Value {
    try CancellableCalls().wait(for: operation)
}
