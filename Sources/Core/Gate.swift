internal import Glibc
internal import Synchronization

/// State under a lock on which threads may wait for a condition, with a deadline.
///
/// For threads of our own only: nothing that Swift's cooperative pool runs may wait here.
@safe package final class Gate<State>: @unchecked Sendable {  // `state` is touched only with `mutex` held.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var state: State

    /// What a waiting thread found when it looked.
    package enum Verdict<Value> {
        case done(Value)
        case wait(until: Moment?)
    }

    package init(_ initial: consuming State) {
        state = initial
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Runs `body` with the lock held; it must not call out.
    package func withLock<Result, Problem: Error>(_ body: (inout State) throws(Problem) -> Result) throws(Problem)
        -> Result
    {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&state)
    }

    /// Makes every waiting thread look again.
    package func wakeAll() { unsafe pthread_cond_broadcast(condition) }

    /// Makes one waiting thread look again.
    package func wakeOne() { unsafe pthread_cond_signal(condition) }

    /// Runs `body` without the lock, when no other thread is in one under the same flag; waits for that.
    package func alone<Value, Problem: Error>(
        _ flag: WritableKeyPath<State, Bool>, _ body: () throws(Problem) -> Value
    ) throws(Problem) -> Value {
        wait { state -> Verdict<Void> in
            if state[keyPath: flag] { return .wait(until: nil) }
            state[keyPath: flag] = true
            return .done(())
        }
        defer {
            withLock { $0[keyPath: flag] = false }
            wakeAll()
        }
        return try body()
    }

    /// Calls `look` under the lock until it is done, sleeping between looks until woken or until the moment it names.
    package func wait<Value>(_ look: (inout State) -> Verdict<Value>) -> Value {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            switch look(&state) {
            case .done(let value): return value
            case .wait(until: nil): unsafe pthread_cond_wait(condition, mutex)
            case .wait(until: let moment?):
                var time = timespec(
                    tv_sec: Int(moment.nanoseconds / 1_000_000_000), tv_nsec: Int(moment.nanoseconds % 1_000_000_000))
                unsafe _ = pthread_cond_timedwait(condition, mutex, &time)
            }
        }
    }
}
