internal import Core
internal import Synchronization
internal import Volumes

/// How written bytes leave the session: cut into chunks, small ones as they are, others sealed first on the sealing
/// threads.
///
/// Where a chunk ends is found under the lock, on the thread of whoever wrote: with the rest of the run moved to the
/// front that adds about a fifth to sealing, and only so does the next byte know where it belongs.
extension Session {
    /// Hands over what is due of a file and can go now; what is sealed lands later.
    func handOver(
        _ number: NodeID, _ state: inout SessionState, _ due: WriteBuffer.Due = .all
    ) throws(Interruption) {
        guard state.nodes[number]?.writes.runs.isEmpty == false else { return }
        let runs = state.nodes[number]?.writes.takeChunks(due, chunkLength: volume.chunkLength) ?? []
        guard let node = state.nodes[number] else { return }
        let small = runs.filter { $0.bytes.count < Limits.Content.inlineWrite }
        do throws(Interruption) {
            try applySmall(small, of: node)
        } catch {
            state.nodes[number]?.writes.putBack(runs)
            if case .refused(let refusal) = error { state.troubles[number] = Failure(refusal) }
            throw error
        }
        state.dirtyBytes -= small.reduce(0) { $0 + $1.bytes.count }
        var isRefused = false
        for run in runs where run.bytes.count >= Limits.Content.inlineWrite {
            if !launch(run, number, &state) { isRefused = true }
        }
        noteIfClean(number, &state)
        if isRefused { throw .refused(FileError(Failure(.busy, "no thread is left to seal what was written"))) }
    }

    private func applySmall(_ runs: [WrittenRun], of node: Node) throws(Interruption) {
        guard !runs.isEmpty, !node.isForgotten else { return }
        let attributes = node.record.attributes
        var changes = runs.map { run in
            Change.write(node.file, offset: run.offset, .inline(run.bytes), time: attributes.modified)
        }
        // A write moves the times in the volume to its own; what holds is what the node says.
        changes.append(.setAttributes(node.file, attributes))
        try apply(changes)
    }

    private func noteIfClean(_ number: NodeID, _ state: inout SessionState) {
        guard let node = state.nodes[number], node.writes.isClean else { return }
        state.dirty.remove(number)
        state.troubles[number] = nil
        state.loaded.append(number)
        refreshAllocated(number, &state)
    }

    /// Takes over from the volume how much of the file is not holes, when that needs no I/O.
    func refreshAllocated(_ number: NodeID, _ state: inout SessionState) {
        guard let node = state.nodes[number], !node.isForgotten,
            let record = try? volume.record(of: node.file)
        else { return }
        state.nodes[number]?.record.allocated = record.allocated
    }

    /// Sends on its way what is enough for a chunk, after a write.
    func launchFullRuns(_ number: NodeID, _ state: inout SessionState) {
        let full = state.nodes[number]?.writes.takeChunks(.full, chunkLength: volume.chunkLength) ?? []
        for run in full { _ = launch(run, number, &state) }
        if state.nodes[number]?.writes.runs.count ?? 0 > Limits.Session.dirtyRuns {
            // Only memory is at stake here; what cannot go now goes with the next tick.
            try? handOver(number, &state)
        }
    }

    /// Sends a run to the sealing threads; puts it back and says false when they take no more.
    private func launch(_ run: WrittenRun, _ number: NodeID, _ state: inout SessionState) -> Bool {
        guard let flight = state.nodes[number]?.writes.launch(run) else { return true }
        let accepted = onSealingThread { [self] in fly(flight, number) }
        if accepted {
            state.flyingBytes += run.bytes.count
        } else {
            state.nodes[number]?.writes.land(flight.number)
            state.nodes[number]?.writes.putBack([run])
        }
        return accepted
    }

    /// Seals a run and lands it in the volume; on a sealing thread.
    private func fly(_ flight: WriteBuffer.Flight, _ number: NodeID) {
        var problem: Failure?
        do throws(Failure) {
            let sealed = try volume.seal(flight.run.bytes)
            while let need = try land(flight, sealed, number) { try need.satisfy() }
        } catch {
            crash(flight, number, error)
            problem = error
        }
        callWaiters(number, problem)
    }

    private func land(
        _ flight: WriteBuffer.Flight, _ sealed: any SealedContent, _ number: NodeID
    ) throws(Failure) -> Need? {
        let outcome = run { [self] state throws(Interruption) in
            guard let node = state.nodes[number] else { return }
            if !node.isForgotten {
                let attributes = node.record.attributes
                try apply([
                    .write(node.file, offset: flight.run.offset, .sealed(sealed), time: attributes.modified),
                    .setAttributes(node.file, attributes),
                ])
            }
            state.nodes[number]?.writes.land(flight.number)
            state.flyingBytes -= flight.run.bytes.count
            state.dirtyBytes -= flight.run.bytes.count
            noteIfClean(number, &state)
        }
        switch outcome {
        case .done: return nil
        case .needs(let need): return need
        case .refused(let error): throw Failure(error)
        }
    }

    /// A run could not be stored: its bytes stay and go again later, and whoever syncs or closes hears of it.
    private func crash(_ flight: WriteBuffer.Flight, _ number: NodeID, _ failure: Failure) {
        let isNews = state.withLock { state -> Bool in
            guard let node = state.nodes[number] else { return true }
            state.nodes[number]?.writes.land(flight.number)
            state.flyingBytes -= flight.run.bytes.count
            if node.isForgotten {
                // Nobody can read it any more, so nothing is lost, and nothing goes again to a disk that may be full.
                state.dirtyBytes -= flight.run.bytes.count
                noteIfClean(number, &state)
                return false
            }
            state.nodes[number]?.failure = failure
            state.troubles[number] = failure
            if state.nodes[number]?.writes.runs.contains(where: { $0.range.overlaps(flight.run.range) }) == true {
                // Newer bytes lie over it: only what they leave free is written again under them.
                restore(flight.run, number, &state)
            } else {
                state.nodes[number]?.writes.putBack([flight.run])
            }
            return node.failure == nil
        }
        // Every later run of the file fails in the same way: one line until somebody has heard of it is enough.
        if isNews { Log.error("session", "written bytes could not be stored yet: \(failure)") }
    }

    /// Puts a run back under newer ones: the older bytes first, then the newer again over them.
    private func restore(_ run: WrittenRun, _ number: NodeID, _ state: inout SessionState) {
        let newer = state.nodes[number]?.writes.takeRuns(over: run.range) ?? []
        state.nodes[number]?.writes.putBack([run])
        var difference = 0
        for other in newer {
            difference -= other.bytes.count
            unsafe other.bytes.withUnsafeBytes { bytes in
                difference += unsafe state.nodes[number]?.writes.write(bytes, at: other.offset, now: other.since) ?? 0
            }
        }
        state.dirtyBytes += difference
    }

    /// Wakes who waits for this file to settle, and who waits for room: with `problem` when there is none because of it.
    private func callWaiters(_ number: NodeID, _ problem: Failure?) {
        typealias Waiter = @Sendable (Failure?) -> Void
        let (waiters, failure, writers, isFull) = state.withLock { state -> ([Waiter], Failure?, [Waiter], Bool) in
            var waiters: [Waiter] = []
            var failure: Failure?
            var writers: [Waiter] = []
            let isFull = state.dirtyBytes > Limits.Session.dirtyBytes
            if let node = state.nodes[number], node.writes.flights.isEmpty {
                waiters = node.settled
                failure = waiters.isEmpty ? nil : node.failure
                state.nodes[number]?.settled = []
                state.dropIfUnused(number)
                if failure != nil { state.nodes[number]?.failure = nil }
                state.dropIfUnused(number)
            }
            if problem != nil || !isFull {
                writers = state.waitingForRoom
                state.waitingForRoom = []
            }
            return (waiters, failure, writers, isFull)
        }
        for waiter in waiters { waiter(failure) }
        for writer in writers { writer(isFull ? problem : nil) }
    }

    /// Makes sure that everything written to a file is with the volume, or names what to wait for.
    func settle(_ number: NodeID, _ state: inout SessionState) throws(Interruption) {
        try handOver(number, &state)
        guard let node = state.nodes[number], !node.writes.isClean else {
            if let failure = state.nodes[number]?.failure.take() { throw .refused(FileError(failure)) }
            return
        }
        throw .needs(
            Need { [self] completion in
                let mustWait = self.state.withLock { state -> Bool in
                    guard let node = state.nodes[number], !node.writes.flights.isEmpty else { return false }
                    state.nodes[number]?.settled.append(completion)
                    return true
                }
                if !mustWait { completion(nil) }
            })
    }

    /// Drops what was written to a file that is gone.
    func discardWrites(_ number: NodeID, _ state: inout SessionState) {
        state.dirtyBytes -= state.nodes[number]?.writes.takeAll().reduce(0) { $0 + $1.bytes.count } ?? 0
        noteIfClean(number, &state)
    }

    /// The tick: hands over what has waited long enough.
    func handOverOld() {
        let now = time.now
        let numbers = state.withLock { Array($0.dirty) }
        for number in numbers {
            inBackground { [self] state throws(Interruption) in
                try handOver(number, &state, .old(now))
            }
        }
    }

    /// Runs an operation to its end; blocks.
    func finish<Value>(_ operation: (inout SessionState) throws(Interruption) -> Value) throws(Failure) -> Value {
        while true {
            switch run(operation) {
            case .done(let value): return value
            case .needs(let need): try need.satisfy()
            case .refused(let error): throw Failure(error)
            }
        }
    }
}
