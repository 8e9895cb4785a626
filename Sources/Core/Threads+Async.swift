internal import Synchronization

extension Threads {
    /// Runs `body`, which may block, on a thread made for it, while the task waits without holding one of Swift's.
    ///
    /// For what happens now and then: a thread costs some 20 µs. Cancelling the task does not end the body. What the body
    /// captured is let go before the task goes on, so that a lock in it is free by then.
    package static func run<Value: Sendable>(
        _ name: String, _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let once = Once(body)
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, Failure>, Never>) in
            start(name) { continuation.resume(returning: once.run()) }
        }
        return try result.get()
    }

    /// A body that is run once and then gone, however long this object stays.
    private final class Once<Value: Sendable>: Sendable {
        private let body: Mutex<(@Sendable () throws(Failure) -> Value)?>

        init(_ body: @escaping @Sendable () throws(Failure) -> Value) { self.body = Mutex(body) }

        func run() -> Result<Value, Failure> {
            let taken = body.withLock { kept -> (@Sendable () throws(Failure) -> Value)? in
                defer { kept = nil }
                return kept
            }
            guard let taken else { return .failure(Failure(.other, "a thread's work was asked for twice")) }
            return Result { () throws(Failure) in try taken() }
        }
    }
}
