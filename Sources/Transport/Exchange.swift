internal import Core
internal import Synchronization

/// One call on its way through the client; whoever ends it first decides how.
final class Exchange: Sendable {
    typealias Outcome = Result<HTTPResponse, Failure>

    private enum Progress {
        case underWay(CheckedContinuation<Outcome, Never>?)
        case finished(Outcome)
    }

    let call: HTTPCall
    /// Counted from `send`, so that waiting in the queue is part of it.
    let deadline: Moment
    let origin: String
    /// The streamed bodies, if any.
    let relay: BodyRelay?
    private let progress = Mutex(Progress.underWay(nil))

    init(_ call: HTTPCall, relay: BodyRelay? = nil) {
        self.call = call
        self.relay = relay
        deadline = SystemTime.monotonic() + call.deadline
        origin = call.request.origin
    }

    var isFinished: Bool {
        progress.withLock { progress in
            if case .finished = progress { true } else { false }
        }
    }

    /// Later ends are ignored.
    func finish(_ outcome: Outcome) {
        let waiter = progress.withLock { progress -> CheckedContinuation<Outcome, Never>? in
            guard case .underWay(let waiter) = progress else { return nil }
            progress = .finished(outcome)
            return waiter
        }
        waiter?.resume(returning: outcome)
    }

    /// For one caller.
    func outcome() async -> Outcome {
        await withCheckedContinuation { continuation in
            let finished = progress.withLock { progress -> Outcome? in
                if case .finished(let outcome) = progress { return outcome }
                progress = .underWay(continuation)
                return nil
            }
            if let finished { continuation.resume(returning: finished) }
        }
    }
}
