internal import Core

/// Waits of the mock's own making, which all end early when somebody says so.
final class Pauses: Sendable {
    private struct State {
        var waiting: [UInt64: Gate<Bool>] = [:]
        var next: UInt64 = 0
        var isClosed = false
    }

    private let time: any TimeSource
    private let state = Gate(State())

    init(_ time: any TimeSource) { self.time = time }

    /// Blocks the calling thread for `duration`, or until `endAll`.
    func wait(_ duration: Duration) {
        guard duration > .zero else { return }
        let isOver = Gate(false)
        let number = state.withLock { state -> UInt64? in
            guard !state.isClosed else { return nil }
            state.next += 1
            state.waiting[state.next] = isOver
            return state.next
        }
        guard let number else { return }
        let call = time.schedule(after: duration) { Self.end(isOver) }
        isOver.wait { $0 ? .done(()) : .wait(until: nil) }
        call.cancel()
        state.withLock { _ = $0.waiting.removeValue(forKey: number) }
    }

    /// Ends every wait under way; a closed one never begins another.
    func endAll(closing: Bool = false) {
        let waiting = state.withLock { state in
            state.isClosed = state.isClosed || closing
            return Array(state.waiting.values)
        }
        for gate in waiting { Self.end(gate) }
    }

    private static func end(_ gate: Gate<Bool>) {
        gate.withLock { $0 = true }
        gate.wakeAll()
    }
}
