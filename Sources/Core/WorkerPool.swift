/// A fixed number of threads that take jobs from a bounded queue in order.
package final class WorkerPool: Sendable {
    private struct State {
        var jobs: [(@Sendable () -> Void)?] = []
        var first = 0
        var isClosed = false
        var liveThreads = 0

        var isEmpty: Bool { first == jobs.count }
        var count: Int { jobs.count - first }

        /// The oldest job; its place is emptied, so that what the job captured lives no longer than the job.
        mutating func next() -> (@Sendable () -> Void)? {
            defer {
                jobs[first] = nil
                first += 1
                if first > 256, first * 2 > jobs.count {
                    jobs.removeFirst(first)
                    first = 0
                }
            }
            return jobs[first]
        }
    }

    private let state: Gate<State>
    private let capacity: Int

    package init(name: String, threads: Int, capacity: Int) {
        self.capacity = capacity
        var initial = State()
        initial.liveThreads = threads
        state = Gate(initial)
        for number in 0..<threads {
            Threads.start("\(name)-\(number)") { [state] in Self.run(state) }
        }
    }

    /// Takes a job, or refuses it (false) when the queue is full or the pool is closed; never waits.
    package func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
        let accepted = state.withLock { state -> Bool in
            guard !state.isClosed, state.count < capacity else { return false }
            state.jobs.append(job)
            return true
        }
        if accepted { state.wakeOne() }
        return accepted
    }

    /// Takes no more jobs, finishes those it has, and waits for the threads to leave.
    package func close() {
        state.withLock { $0.isClosed = true }
        state.wakeAll()
        state.wait { $0.liveThreads == 0 ? .done(()) : .wait(until: nil) }
    }

    private static func run(_ state: Gate<State>) {
        while true {
            let job = state.wait { state -> Gate<State>.Verdict<(@Sendable () -> Void)?> in
                if !state.isEmpty { return .done(state.next()) }
                return state.isClosed ? .done(nil) : .wait(until: nil)
            }
            guard let job else { break }
            job()
        }
        state.withLock { $0.liveThreads -= 1 }
        state.wakeAll()
    }
}
