internal import Synchronization

/// One thread that runs scheduled calls when their time comes; the calls must be short.
final class AlarmThread: Sendable {
    static let shared = AlarmThread()

    private struct Entry {
        let time: Moment
        let call: ScheduledCall
    }

    private struct State {
        /// Sorted by time, the earliest last.
        var entries: [Entry] = []
        var isRunning = false
    }

    private let state = Gate(State())

    func schedule(at time: Moment, _ body: @escaping @Sendable () -> Void) -> ScheduledCall {
        let call = ScheduledCall(body)
        let mustStart = state.withLock { state -> Bool in
            let index = state.entries.partitionPoint { $0.time <= time }
            state.entries.insert(Entry(time: time, call: call), at: index)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        state.wakeAll()
        if mustStart { Threads.start("alarm") { [self] in run() } }
        return call
    }

    private func run() {
        while true {
            let due = state.wait { state -> Gate<State>.Verdict<[ScheduledCall]> in
                let now = SystemTime.monotonic()
                var due: [ScheduledCall] = []
                while let last = state.entries.last, last.time <= now {
                    due.append(last.call)
                    state.entries.removeLast()
                }
                if !due.isEmpty { return .done(due) }
                state.entries.removeAll { !$0.call.isPending }
                return .wait(until: state.entries.last?.time)
            }
            for call in due { call.fire() }
        }
    }
}

extension Array {
    /// The first index whose element satisfies `belongsAfter`, in an array partitioned by it.
    package func partitionPoint(_ belongsAfter: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if belongsAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
