import Core
import Synchronization
import Testing

@Suite struct ThreadingTests {
    @Test("a wait ends at its deadline when nobody wakes it")
    func deadline() {
        let gate = Gate(false)
        let end = SystemTime.monotonic() + .milliseconds(20)
        let looks = Mutex(0)
        gate.wait { _ -> Gate<Bool>.Verdict<Void> in
            looks.withLock { $0 += 1 }
            return SystemTime.monotonic() >= end ? .done(()) : .wait(until: end)
        }
        #expect(SystemTime.monotonic() >= end)
        #expect(looks.withLock { $0 } < 10)
    }

    @Test("a waiting thread sees what the waking one wrote")
    func waking() {
        let gate = Gate<[Int]>([])
        Threads.start("writer") {
            for number in 1...100 {
                gate.withLock { $0.append(number) }
                gate.wakeOne()
            }
        }
        let end = SystemTime.monotonic() + .seconds(10)
        let numbers = gate.wait { numbers -> Gate<[Int]>.Verdict<[Int]> in
            numbers.count == 100 || SystemTime.monotonic() >= end ? .done(numbers) : .wait(until: end)
        }
        #expect(numbers == Array(1...100))
    }

    @Test("an error thrown under the lock leaves it free")
    func throwing() {
        let gate = Gate(1)
        #expect(throws: MalformedBytes.self) {
            try gate.withLock { (_) throws(MalformedBytes) in throw MalformedBytes("x") }
        }
        #expect(gate.withLock { $0 } == 1)
    }

    @Test("a full pool refuses at once, and takes again when there is room")
    func bounds() {
        let pool = WorkerPool(name: "test", threads: 1, capacity: 2)
        let gate = Gate((isRunning: false, mayGo: false, done: 0))
        let end = SystemTime.monotonic() + .seconds(10)
        let blocker = pool.submit {
            gate.withLock { $0.isRunning = true }
            gate.wakeAll()
            gate.wait { state in
                state.mayGo || SystemTime.monotonic() >= end ? .done(()) : .wait(until: end)
            }
        }
        #expect(blocker)
        gate.wait { $0.isRunning || SystemTime.monotonic() >= end ? .done(()) : .wait(until: end) }
        let job: @Sendable () -> Void = {
            gate.withLock { $0.done += 1 }
            gate.wakeAll()
        }
        #expect(pool.submit(job))
        #expect(pool.submit(job))
        #expect(!pool.submit(job))
        gate.withLock { $0.mayGo = true }
        gate.wakeAll()
        gate.wait { $0.done == 2 || SystemTime.monotonic() >= end ? .done(()) : .wait(until: end) }
        #expect(pool.submit(job))
        pool.close()
        #expect(gate.withLock { $0.done } == 3)
        #expect(!pool.submit(job))
    }

    @Test("jobs begin in the order they were given, also when there are many")
    func order() {
        let pool = WorkerPool(name: "test", threads: 1, capacity: 2000)
        let seen = Mutex<[Int]>([])
        for number in 0..<2000 {
            #expect(pool.submit { seen.withLock { $0.append(number) } })
        }
        pool.close()
        #expect(seen.withLock { $0 } == Array(0..<2000))
    }

    @Test("what a job captured is gone when the job is done")
    func releases() {
        final class Witness: Sendable {}
        let pool = WorkerPool(name: "test", threads: 1, capacity: 4)
        weak var witness: Witness?
        do {
            let captured = Witness()
            witness = captured
            #expect(pool.submit { _ = captured })
        }
        // The next job can only run when the thread has let go of the one before.
        let gate = Gate(false)
        #expect(
            pool.submit {
                gate.withLock { $0 = true }
                gate.wakeAll()
            })
        let end = SystemTime.monotonic() + .seconds(10)
        gate.wait { $0 || SystemTime.monotonic() >= end ? .done(()) : .wait(until: end) }
        #expect(witness == nil)
        pool.close()
    }

    @Test("the place of an element in a sorted array", arguments: [(0, 0), (1, 0), (2, 1), (3, 1), (9, 4)])
    func partition(_ wanted: Int, _ index: Int) {
        #expect([1, 3, 5, 7].partitionPoint { $0 >= wanted } == index)
    }
}
