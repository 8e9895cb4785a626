package import Core
internal import Synchronization

/// An answer that is to come once, and that any number of tasks wait for, each until its own deadline.
package final class SharedAnswer<Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Result<Value, Failure>, Never>

    private struct State {
        var result: Result<Value, Failure>?
        var waiters: [UInt64: Waiter] = [:]
        /// Who is about to wait, or waits.
        var expected: Set<UInt64> = []
        /// Waiters that were called off before they could be entered.
        var calledOff: [UInt64: Failure] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Gives the answer to everybody; only the first one counts.
    package func fulfil(_ result: Result<Value, Failure>) {
        let waiters = state.withLock { state -> [Waiter] in
            guard state.result == nil else { return [] }
            state.result = result
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: result) }
    }

    /// The answer; `late` is thrown when it is not there by the deadline, `.interrupted` when the task is cancelled.
    package func value(
        until deadline: Moment, time: any TimeSource, late: Failure
    ) async throws(Failure) -> Value {
        let number = state.withLock { state -> UInt64 in
            state.next += 1
            state.expected.insert(state.next)
            return state.next
        }
        let alarm = time.schedule(after: deadline - time.now) { [self] in callOff(number, late) }
        defer {
            alarm.cancel()
            state.withLock { state in
                state.expected.remove(number)
                state.calledOff[number] = nil
            }
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in enter(number, waiter) }
        } onCancel: {
            callOff(number, Failure(.interrupted, "the call was cancelled"))
        }
        return try result.get()
    }

    private func enter(_ number: UInt64, _ waiter: Waiter) {
        let result = state.withLock { state -> Result<Value, Failure>? in
            if let result = state.result { return result }
            if let failure = state.calledOff[number] { return .failure(failure) }
            state.waiters[number] = waiter
            return nil
        }
        if let result { waiter.resume(returning: result) }
    }

    private func callOff(_ number: UInt64, _ failure: Failure) {
        let waiter = state.withLock { state -> Waiter? in
            if let waiter = state.waiters.removeValue(forKey: number) { return waiter }
            if state.expected.contains(number) { state.calledOff[number] = failure }
            return nil
        }
        waiter?.resume(returning: .failure(failure))
    }
}
