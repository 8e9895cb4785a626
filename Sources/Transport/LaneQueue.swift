internal import Core

/// The calls of one lane: those that wait, in their order, and how many run to each origin.
///
/// A pure value: whoever owns it starts and ends the transfers.
struct LaneQueue {
    private let share: ClientLimits.Share
    private(set) var waiting: [Exchange] = []
    private var running: [String: Int] = [:]
    private var runningCount = 0

    init(_ share: ClientLimits.Share) { self.share = share }

    /// False when the queue is full.
    mutating func add(_ exchange: Exchange) -> Bool {
        guard waiting.count < share.waiting || canStart(exchange) else { return false }
        waiting.append(exchange)
        return true
    }

    private func canStart(_ exchange: Exchange) -> Bool {
        runningCount < share.transfers && running[exchange.origin, default: 0] < share.transfersPerOrigin
    }

    /// Takes out the first call whose origin has room, and counts it as running.
    mutating func start() -> Exchange? {
        guard runningCount < share.transfers, let index = waiting.firstIndex(where: canStart) else { return nil }
        let exchange = waiting.remove(at: index)
        running[exchange.origin, default: 0] += 1
        runningCount += 1
        return exchange
    }

    /// A transfer that `start` gave out has ended.
    mutating func end(_ exchange: Exchange) {
        runningCount -= 1
        let left = running[exchange.origin, default: 1] - 1
        running[exchange.origin] = left > 0 ? left : nil
    }

    /// Takes out the waiting calls that are over, by their deadline or by their caller.
    mutating func takeEnded(at now: Moment) -> [Exchange] {
        let ended = waiting.filter { $0.isFinished || $0.deadline <= now }
        if !ended.isEmpty { waiting.removeAll { $0.isFinished || $0.deadline <= now } }
        return ended
    }

    mutating func takeAll() -> [Exchange] {
        defer { waiting = [] }
        return waiting
    }
}
