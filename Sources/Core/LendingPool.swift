internal import Synchronization

/// Things that are dear to make, lent to whichever thread has work for one; no lock is held across work.
package final class LendingPool<Thing: AnyObject>: Sendable {
    /// At any time in the hands of the pool or of the one thread that took it.
    private struct Lent: @unchecked Sendable {
        let thing: Thing
    }

    private let idle = Mutex<[Lent]>([])
    /// The most that are kept when idle; more threads at once make more, and free them.
    private let capacity: Int
    private let make: @Sendable () -> Thing

    package init(capacity: Int, making make: @escaping @Sendable () -> Thing) {
        self.capacity = capacity
        self.make = make
    }

    /// Lends one; it must not leave `body`.
    package func lend<Result, Problem: Error>(
        _ body: (Thing) throws(Problem) -> Result
    ) throws(Problem) -> Result {
        let lent = idle.withLock { $0.popLast() } ?? Lent(thing: make())
        defer {
            idle.withLock { if $0.count < capacity { $0.append(lent) } }
        }
        return try body(lent.thing)
    }
}
