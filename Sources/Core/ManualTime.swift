internal import Synchronization

/// A clock that moves only when a test moves it.
package final class ManualTime: TimeSource {
    private struct State {
        var now: Moment
        var wall: Timestamp
        var calls: [(time: Moment, call: ScheduledCall)] = []
    }

    private let state: Mutex<State>

    package init(wall: Timestamp = Timestamp(seconds: 1_700_000_000)) {
        state = Mutex(State(now: Moment(nanoseconds: 1_000_000_000), wall: wall))
    }

    package var now: Moment { state.withLock { $0.now } }
    package var wallClock: Timestamp { state.withLock { $0.wall } }

    package func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> ScheduledCall {
        let call = ScheduledCall(body)
        state.withLock { $0.calls.append(($0.now + delay, call)) }
        return call
    }

    /// Moves both clocks forward and runs, in order of time, every call that falls due.
    package func advance(by step: Duration) {
        let target = now + step
        while let call = nextCall(until: target) { call.fire() }
        state.withLock { state in
            let total = Int64(state.wall.nanoseconds) + step.nanoseconds
            state.wall = Timestamp(
                seconds: state.wall.seconds + total / 1_000_000_000, nanoseconds: UInt32(total % 1_000_000_000))
            state.now = target
        }
    }

    /// Sets the wall clock to any time, as somebody does who sets a machine's clock; the other one goes on.
    package func setWallClock(_ time: Timestamp) { state.withLock { $0.wall = time } }

    private func nextCall(until target: Moment) -> ScheduledCall? {
        state.withLock { state in
            guard let index = state.calls.indices.min(by: { state.calls[$0].time < state.calls[$1].time }),
                state.calls[index].time <= target
            else { return nil }
            state.now = max(state.now, state.calls[index].time)
            return state.calls.remove(at: index).call
        }
    }
}
