package import Core

/// Seals bodies on several threads and gives the objects back in the order of the bodies.
///
/// The caller's thread alone asks for bodies and takes objects. Workers wait for nothing but work, and the caller only for
/// workers: nobody can wait in a circle. One `run` at a time.
package final class SealPipeline: Sendable {
    /// One body on its way. `read` runs on a worker's thread, so that reading and opening are shared out too.
    package struct Work: Sendable {
        /// What the body counts for while it is in flight: its length, as far as it is known.
        package let weight: Int
        package let kind: ObjectKind
        package let flags: ObjectFlags
        package let read: @Sendable () throws(Failure) -> [UInt8]

        package init(
            weight: Int, kind: ObjectKind, flags: ObjectFlags = [],
            read: @escaping @Sendable () throws(Failure) -> [UInt8]
        ) {
            self.weight = weight
            self.kind = kind
            self.flags = flags
            self.read = read
        }
    }

    /// What any body counts for at least: the objects around it, and so many that a queue of empty ones has an end.
    private static let leastWeight = 4 << 10

    private struct State {
        /// Objects that are sealed and not yet taken, by the number of their body.
        var sealed: [Int: Result<SealedObject, Failure>] = [:]
        /// Bodies from here on are not worth sealing any more.
        var isAbandoned = false
        var running = 0
    }

    private let pool: WorkerPool
    private let bytesInFlight: Int

    /// A pipeline of `workers` threads; bodies that weigh more than `bytesInFlight` together are never in it at once,
    /// but one is always let in. A body takes about twice its length of memory: itself and its sealed form.
    package init(workers: Int, bytesInFlight: Int) {
        precondition(workers > 0 && bytesInFlight > 0, "a pipeline has room for somebody")
        self.bytesInFlight = bytesInFlight
        // As many as there can be of the lightest: the pool never refuses.
        pool = WorkerPool(name: "seal", threads: workers, capacity: bytesInFlight / Self.leastWeight + 1)
    }

    deinit { pool.leave() }

    /// Seals what `next` gives until it gives nil, and hands every object to `take` in the same order.
    ///
    /// At the bound it takes the oldest object before it asks for another body. Throws the first failure, in the order of
    /// the bodies, of `next`, a body's `read` or `take`: then no body behind it was taken, and no thread works for this run
    /// any more. So a caller that wants to end early throws from either.
    package func run(
        with sealer: Sealer, next: () throws(Failure) -> Work?, take: (SealedObject) throws(Failure) -> Void
    ) throws(Failure) {
        let state = Gate(State())
        var flying: [Int] = []
        var first = 0
        var weight = 0
        do throws(Failure) {
            while let work = try next() {
                let added = max(work.weight, Self.leastWeight)
                while first < flying.count, weight > bytesInFlight - added {
                    try take(Self.await(first, state))
                    weight -= flying[first]
                    first += 1
                }
                submit(work, flying.count, sealer, state)
                flying.append(added)
                weight += added
            }
            while first < flying.count {
                try take(Self.await(first, state))
                first += 1
            }
        } catch {
            state.withLock { $0.isAbandoned = true }
            state.wait { $0.running == 0 ? .done(()) : .wait(until: nil) }
            throw error
        }
    }
}
