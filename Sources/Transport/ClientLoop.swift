internal import Core

/// The client's thread: starts what its lanes let through, moves bytes, and ends what is done, late or unwanted.
struct ClientLoop {
    private let core: ClientCore
    private let multi: MultiHandle
    private let peer: HTTPPeer
    private let keptHandles: Int
    private var running: [UInt: RunningExchange] = [:]
    private var spare: [EasyHandle] = []

    init(_ core: ClientCore, _ multi: MultiHandle, _ peer: HTTPPeer, keptHandles: Int) {
        self.core = core
        self.multi = multi
        self.peer = peer
        self.keptHandles = keptHandles
    }

    /// Returns when the core was closed and nothing runs any more.
    mutating func run() {
        while true {
            let agenda = core.agenda(at: SystemTime.monotonic())
            for exchange in agenda.dropped {
                let late = Failure(
                    .timedOut, "no connection to \(exchange.origin) became free in time", advice: "try again later")
                finish(exchange, .failure(agenda.isClosed ? ClientCore.closed : late))
            }
            if agenda.isClosed { break }
            for exchange in agenda.started { start(exchange) }
            for exchange in agenda.resumed {
                running.values.first { $0.exchange === exchange }?.resume()
            }
            multi.perform()
            let isSomethingOver = endFinished() || endLate()
            // A place became free: somebody may be waiting for it.
            if isSomethingOver { continue }
            multi.poll(atMost: pause(agenda.nextLook))
        }
        for transfer in Array(running.values) { end(transfer, .failure(ClientCore.closed)) }
    }

    private func pause(_ nextLook: Moment?) -> Duration {
        var next = nextLook
        for transfer in running.values { next = min(next ?? transfer.nextLook, transfer.nextLook) }
        guard let next else { return RelayLimits.idleLook }
        let now = SystemTime.monotonic()
        return next > now ? min(next - now, RelayLimits.idleLook) : .zero
    }

    private mutating func start(_ exchange: Exchange) {
        guard let easy = spare.popLast() ?? EasyHandle() else {
            core.release(exchange)
            return finish(exchange, .failure(Failure(.outOfMemory, "no memory for a request to \(exchange.origin)")))
        }
        let transfer = RunningExchange(exchange, easy: easy, peer: peer)
        if let refusal = transfer.refusal ?? (multi.add(transfer) ? nil : Failure(.outOfMemory, "libcurl is full")) {
            keep(transfer)
            core.release(exchange)
            return finish(exchange, .failure(refusal))
        }
        running[easy.key] = transfer
    }

    private mutating func endFinished() -> Bool {
        var isAny = false
        while let (key, result) = multi.nextEnded() {
            guard let transfer = running[key] else { continue }
            end(transfer, transfer.outcome(result))
            isAny = true
        }
        return isAny
    }

    private mutating func endLate() -> Bool {
        let now = SystemTime.monotonic()
        var isAny = false
        for transfer in Array(running.values) {
            if let lateness = transfer.lateness(at: now) {
                end(transfer, .failure(lateness))
            } else if transfer.exchange.isFinished {
                end(transfer, .failure(ClientCore.closed))
            } else {
                continue
            }
            isAny = true
        }
        return isAny
    }

    private mutating func end(_ transfer: RunningExchange, _ outcome: Exchange.Outcome) {
        multi.remove(transfer)
        running[transfer.easy.key] = nil
        keep(transfer)
        core.release(transfer.exchange)
        finish(transfer.exchange, outcome)
    }

    private mutating func keep(_ transfer: RunningExchange) {
        // Nothing may point to the exchange any more when that is freed.
        transfer.easy.reset()
        if spare.count < keptHandles { spare.append(transfer.easy) }
    }

    private func finish(_ exchange: Exchange, _ outcome: Exchange.Outcome) {
        exchange.finish(outcome)
        if case .success = outcome { exchange.relay?.finish() } else { exchange.relay?.abandon() }
    }
}
