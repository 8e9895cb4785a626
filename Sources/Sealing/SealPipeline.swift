package import Core

/// Seals bodies on several threads and gives the objects back in the order of the bodies.
///
/// The caller's thread alone asks for bodies and takes objects. Workers wait for nothing but work, and the caller only for
/// workers: nobody can wait in a circle. `run` may be called again, and by several threads, who then share the workers.
package final class SealPipeline: Sendable {
    /// One body on its way. `read` runs on a worker's thread, so that reading and opening are shared out too.
    package struct Work: Sendable {
        /// What the body counts for while it is in flight: its length, as far as it is known.
        package let weight: Int
        package let kind: ObjectKind
        package let read: @Sendable () throws(Failure) -> [UInt8]

        package init(weight: Int, kind: ObjectKind, read: @escaping @Sendable () throws(Failure) -> [UInt8]) {
            self.weight = weight
            self.kind = kind
            self.read = read
        }
    }

    /// What any body counts for at least: the values around it, and so many that a queue of empty ones has an end.
    static let leastWeight = 4 << 10

    private let pool: WorkerPool
    private let bytesInFlight: Int

    /// A pipeline of so many threads. The bodies in flight of one run never weigh more than `bytesInFlight` together,
    /// but for a single one that is heavier. Memory is about twice that: bodies and their sealed forms.
    package init(workers: Int, bytesInFlight: Int) {
        precondition(workers > 0 && bytesInFlight > 0, "a pipeline has room for somebody")
        self.bytesInFlight = bytesInFlight
        // Whoever runs bounds what it submits, so there is never a reason to refuse.
        pool = WorkerPool(name: "seal", threads: workers, capacity: .max)
    }

    deinit { pool.close() }

    /// Seals what `next` gives until it gives nil, and hands every object to `take` in the same order.
    ///
    /// At the bound the oldest object is taken before another body is asked for; so a caller is slowed down and nothing
    /// piles up. What `next` or `take` throws ends the run at once, what a `read` throws when its turn comes; then nothing
    /// more is taken, and no thread works for the run any more. Who wants to end early throws.
    package func run(
        with sealer: Sealer, next: () throws(Failure) -> Work?, take: (SealedObject) throws(Failure) -> Void
    ) throws(Failure) {
        let flight = Flight()
        do throws(Failure) {
            while let work = try next() {
                let weight = max(work.weight, Self.leastWeight)
                while flight.isOver(bytesInFlight, with: weight) { try take(try flight.land()) }
                submit(work, flight.board(weight), sealer, flight)
            }
            while !flight.isEmpty { try take(try flight.land()) }
        } catch {
            flight.abandon()
            throw error
        }
    }

    private func submit(_ work: Work, _ number: Int, _ sealer: Sealer, _ flight: Flight) {
        let isAccepted = pool.submit {
            guard flight.isWanted else { return flight.finish(number, nil) }
            do throws(Failure) {
                flight.finish(number, .success(sealer.seal(try work.read(), as: work.kind)))
            } catch {
                flight.finish(number, .failure(error))
            }
        }
        precondition(isAccepted, "a pool without a bound takes everything")
    }
}

/// The bodies of one run between their submission and the moment when their objects are taken.
private final class Flight: Sendable {
    private struct State {
        /// Of the bodies in flight, by number.
        var weights: [Int: Int] = [:]
        var sealed: [Int: Result<SealedObject, Failure>] = [:]
        var totalWeight = 0
        /// The numbers of the oldest body in flight and of the next to come.
        var oldest = 0
        var next = 0
        /// Bodies that a worker has, or will have.
        var unfinished = 0
        var isAbandoned = false
    }

    private let state = Gate(State())

    var isEmpty: Bool { state.withLock { $0.oldest == $0.next } }
    var isWanted: Bool { state.withLock { !$0.isAbandoned } }

    /// Whether another body of that weight has to wait.
    func isOver(_ bound: Int, with weight: Int) -> Bool {
        state.withLock { $0.oldest < $0.next && $0.totalWeight > bound - weight }
    }

    /// Enters a body, and gives its number.
    func board(_ weight: Int) -> Int {
        state.withLock { state in
            defer { state.next += 1 }
            state.weights[state.next] = weight
            state.totalWeight += weight
            state.unfinished += 1
            return state.next
        }
    }

    /// A worker is done with a body.
    func finish(_ number: Int, _ result: Result<SealedObject, Failure>?) {
        state.withLock { state in
            state.sealed[number] = result
            state.unfinished -= 1
        }
        state.wakeAll()
    }

    /// Waits for the oldest body and takes it out.
    func land() throws(Failure) -> SealedObject {
        let result = state.wait { state -> Gate<State>.Verdict<Result<SealedObject, Failure>> in
            guard let result = state.sealed.removeValue(forKey: state.oldest) else { return .wait(until: nil) }
            state.totalWeight -= state.weights.removeValue(forKey: state.oldest) ?? 0
            state.oldest += 1
            return .done(result)
        }
        return try result.get()
    }

    /// Waits until no worker has a body any more; those that none has begun are passed over.
    func abandon() {
        state.withLock { $0.isAbandoned = true }
        state.wait { $0.unfinished == 0 ? .done(()) : .wait(until: nil) }
    }
}
