internal import Core

/// The result of an operation: known now from memory, or later from the disk or the network.
package enum Answer<Value: Sendable>: Sendable {
    case now(Value)
    case later(Deferred<Value>)
}

/// Work that has not begun; `start` begins it and returns at once.
package struct Deferred<Value: Sendable>: Sendable {
    package typealias Completion = @Sendable (Result<Value, FileError>) -> Void

    /// Begins the work. The completion is called exactly once, on any thread, possibly before `start` returns.
    package let start: @Sendable (_ completion: @escaping Completion) -> Void

    package init(_ start: @escaping @Sendable (_ completion: @escaping Completion) -> Void) { self.start = start }
}

extension Answer {
    /// The value, waited for; for threads that may block.
    package func wait() throws(FileError) -> Value {
        switch self {
        case .now(let value): return value
        case .later(let deferred):
            let outcome = Gate<Result<Value, FileError>?>(nil)
            deferred.start { result in
                outcome.withLock { $0 = result }
                outcome.wakeAll()
            }
            return try outcome.wait { $0.map { .done($0) } ?? .wait(until: nil) }.get()
        }
    }
}
