internal import Core
internal import Synchronization

/// Another clock, ahead of it by what was asked for.
final class ShiftedTime: TimeSource {
    private let base: any TimeSource
    private let shift = Mutex<Duration>(.zero)

    init(_ base: any TimeSource) { self.base = base }

    var now: Moment { base.now + shift.withLock { $0 } }
    var wallClock: Timestamp { base.wallClock + shift.withLock { $0 } }

    /// Runs by the clock below: a pause lasts as long as it says, however far this clock is moved meanwhile.
    func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> ScheduledCall {
        base.schedule(after: delay, body)
    }

    func advance(by step: Duration) { shift.withLock { $0 += step } }
}

extension Timestamp {
    static func + (left: Timestamp, right: Duration) -> Timestamp {
        let total = right + .nanoseconds(Int64(left.nanoseconds))
        let rest = (total.nanoseconds % 1_000_000_000 + 1_000_000_000) % 1_000_000_000
        let seconds = (total.nanoseconds - rest) / 1_000_000_000
        return Timestamp(seconds: left.seconds + seconds, nanoseconds: UInt32(rest))
    }

    /// As JavaScript writes dates: RFC 3339 with milliseconds.
    var javaScriptText: String {
        let milliseconds = "\(1000 + nanoseconds / 1_000_000)".dropFirst()
        return text.dropLast() + ".\(milliseconds)Z"
    }
}
