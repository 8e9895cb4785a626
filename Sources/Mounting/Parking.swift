internal import Core

/// The requests whose answers come later, each with the moment at which it is answered without them.
///
/// Whoever takes a request out of here, the completion, the deadline, an interruption or the end of the mount, answers it;
/// nobody else can. Nothing is called with the lock held.
final class Parking: Sendable {
    /// What is known of a parked request.
    struct Ticket: Sendable {
        let number: UInt64
        let kind: RequestKind
        let node: UInt64
        let since: Moment
    }

    private struct Place {
        let ticket: Ticket
        var due: Moment
        var verdict: Errno
        /// Nil between `admit` and `park`.
        var reply: ReplyBox?
    }

    private struct State {
        var places: [UInt64: Place] = [:]
        var lastNumber: UInt64 = 0
        /// The earliest moment for which a sweep is scheduled.
        var nextSweep: Moment?
        /// Replies taken out and not yet sent.
        var leaving = 0
        var isClosed = false
    }

    private let state = Gate(State())
    private let capacity: Int
    private let deadlines: Deadlines
    private let time: any TimeSource
    private let report: @Sendable (MountReport) -> Void

    init(
        capacity: Int, deadlines: Deadlines, time: any TimeSource, report: @escaping @Sendable (MountReport) -> Void
    ) {
        self.capacity = capacity
        self.deadlines = deadlines
        self.time = time
        self.report = report
    }

    /// Reserves a place, or says why there is none.
    func admit(_ kind: RequestKind, node: UInt64) throws(Failure) -> Ticket {
        let now = time.now
        let verdict = deadlines.verdict(on: kind)
        let ticket = state.withLock { state -> Ticket? in
            guard !state.isClosed, state.places.count < capacity else { return nil }
            state.lastNumber += 1
            let ticket = Ticket(number: state.lastNumber, kind: kind, node: node, since: now)
            state.places[ticket.number] = Place(ticket: ticket, due: now + verdict.delay, verdict: verdict.errno)
            return ticket
        }
        guard let ticket else { throw Failure(.io, "\(capacity) requests are waiting already, or the mount is ending") }
        return ticket
    }

    /// Puts the reply into its place; from here on its deadline counts.
    func park(_ reply: ReplyBox, under ticket: Ticket) {
        let due = state.withLock { state -> Moment? in
            state.places[ticket.number]?.reply = reply
            return state.places[ticket.number]?.due
        }
        if let due { sweep(at: due) }
    }

    /// Takes the reply out, unless somebody was faster; whoever gets it calls `left` after answering.
    func take(_ ticket: Ticket) -> Reply? {
        state.withLock { state -> ReplyBox? in
            guard let place = state.places.removeValue(forKey: ticket.number) else { return nil }
            state.leaving += 1
            return place.reply
        }?.take()
    }

    /// A reply that was taken out has been sent.
    func left() {
        let mustWake = state.withLock { state -> Bool in
            state.leaving -= 1
            return state.isClosed
        }
        if mustWake { state.wakeAll() }
    }

    /// The caller of this request was interrupted. Called with locks of libfuse held: it only moves the deadline.
    func interrupt(_ number: UInt64) {
        let now = time.now
        let due = state.withLock { state -> Moment? in
            guard var place = state.places[number] else { return nil }
            place.due = min(place.due, now + deadlines.grace(for: place.ticket.kind))
            place.verdict = .interrupted
            state.places[number] = place
            return place.due
        }
        if let due { sweep(at: due) }
    }

    /// Answers everything that waits with `errno`, admits nothing more, and waits until the last reply is sent.
    ///
    /// For when no callback runs any more: none is between `admit` and `park`.
    func close(_ errno: Errno) {
        let rest = state.withLock { state -> [Place] in
            state.isClosed = true
            return Self.removeAll(from: &state) { $0.reply != nil }
        }
        for place in rest { answer(place, errno) }
        state.wait { $0.leaving == 0 && $0.places.isEmpty ? .done(()) : .wait(until: nil) }
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// What waits now, oldest first.
    var waiting: [Ticket] { state.withLock { $0.places.values.map(\.ticket) }.sorted { $0.number < $1.number } }

    private func sweep(at moment: Moment) {
        let isNew = state.withLock { state -> Bool in
            if let next = state.nextSweep, next <= moment { return false }
            state.nextSweep = moment
            return true
        }
        guard isNew else { return }
        let now = time.now
        _ = time.schedule(after: moment > now ? moment - now : .zero) { [weak self] in self?.sweep() }
    }

    private func sweep() {
        let now = time.now
        let (due, next) = state.withLock { state -> ([Place], Moment?) in
            state.nextSweep = nil
            let due = Self.removeAll(from: &state) { $0.reply != nil && $0.due <= now }
            return (due, state.places.values.lazy.filter { $0.reply != nil }.map(\.due).min())
        }
        for place in due {
            if place.verdict != .interrupted {
                let seconds = (now - place.ticket.since).inSeconds
                report(
                    MountReport(
                        place.ticket.kind, node: place.ticket.node, errno: place.verdict, "no answer for \(seconds) s"))
            }
            answer(place, place.verdict)
        }
        if let next { sweep(at: next) }
    }

    private static func removeAll(from state: inout State, where matches: (Place) -> Bool) -> [Place] {
        let found = state.places.values.filter(matches)
        for place in found { state.places.removeValue(forKey: place.ticket.number) }
        state.leaving += found.count
        return found
    }

    private func answer(_ place: Place, _ errno: Errno) {
        place.reply?.take()?.fail(errno)
        left()
    }
}
