internal import Core

/// Waits of the mock's own making, which all end early when somebody says so.
final class Pauses: Sendable {
    /// How a wait ended.
    enum Ending: Sendable {
        /// By its time, or because it was called off.
        case over
        /// Whoever waited for the answer is being cut off.
        case broken
    }

    /// When somebody decided to wait: what is called off from then on is called off for this wait, begun or not.
    struct Ticket: Sendable {
        fileprivate let round: UInt64
    }

    private struct State {
        var waiting: [UInt64: Gate<Ending?>] = [:]
        var next: UInt64 = 0
        var round: UInt64 = 0
        /// Of the last round.
        var ending = Ending.over
        var isClosed = false
    }

    private let time: any TimeSource
    private let state = Gate(State())

    init(_ time: any TimeSource) { self.time = time }

    var ticket: Ticket { Ticket(round: state.withLock { $0.round }) }

    /// Blocks the calling thread for `duration`, or until `endAll` is called after the ticket was drawn.
    func wait(_ duration: Duration, _ ticket: Ticket) -> Ending {
        guard duration > .zero else { return .over }
        let ending = Gate<Ending?>(nil)
        let (number, early) = state.withLock { state -> (UInt64, Ending?) in
            if state.isClosed || state.round != ticket.round { return (0, state.ending) }
            state.next += 1
            state.waiting[state.next] = ending
            return (state.next, nil)
        }
        if let early { return early }
        let call = time.schedule(after: duration) { Self.end(ending, .over) }
        let result = ending.wait { $0.map { .done($0) } ?? .wait(until: nil) }
        call.cancel()
        state.withLock { _ = $0.waiting.removeValue(forKey: number) }
        return result
    }

    /// Ends every wait under way; a closed one never begins another.
    func endAll(_ ending: Ending = .over, closing: Bool = false) {
        let waiting = state.withLock { state in
            state.isClosed = state.isClosed || closing
            state.round += 1
            state.ending = ending
            return Array(state.waiting.values)
        }
        for gate in waiting { Self.end(gate, ending) }
    }

    private static func end(_ gate: Gate<Ending?>, _ ending: Ending) {
        gate.withLock { $0 = $0 ?? ending }
        gate.wakeAll()
    }
}
