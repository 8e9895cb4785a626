internal import Synchronization

extension TimeSource {
    /// Suspends the task until `duration` has passed on this clock; throws `.interrupted` at once when it is cancelled.
    package func sleep(for duration: Duration) async throws(Failure) {
        let sleeper = Sleeper()
        let alarm = schedule(after: duration) { sleeper.end(isCancelled: false) }
        let isCancelled = await withTaskCancellationHandler {
            await sleeper.end()
        } onCancel: {
            alarm.cancel()
            sleeper.end(isCancelled: true)
        }
        if isCancelled { throw Failure(.interrupted, "the wait was cancelled") }
    }
}

/// One wait of one task, ended by its alarm or by a cancellation, whichever is first.
private final class Sleeper: Sendable {
    private enum Progress {
        case asleep(CheckedContinuation<Bool, Never>?)
        case ended(isCancelled: Bool)
    }

    private let progress = Mutex(Progress.asleep(nil))

    func end(isCancelled: Bool) {
        let waiter = progress.withLock { progress -> CheckedContinuation<Bool, Never>? in
            guard case .asleep(let waiter) = progress else { return nil }
            progress = .ended(isCancelled: isCancelled)
            return waiter
        }
        waiter?.resume(returning: isCancelled)
    }

    func end() async -> Bool {
        await withCheckedContinuation { continuation in
            let ended = progress.withLock { progress -> Bool? in
                if case .ended(let isCancelled) = progress { return isCancelled }
                progress = .asleep(continuation)
                return nil
            }
            if let ended { continuation.resume(returning: ended) }
        }
    }
}
