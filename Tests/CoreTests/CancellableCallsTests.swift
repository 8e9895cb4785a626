import Core
import Synchronization
import Testing

@Suite struct CancellableCallsTests {
    /// Runs `body` on a thread that may block, and hands on what it did.
    private func onThread<Value: Sendable>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws -> Value {
        try await Threads.run("calls", body)
    }

    @Test("a call gives its value to the thread that waits, and its failure")
    func outcomes() async throws {
        let calls = CancellableCalls()
        #expect(try await onThread { () throws(Failure) in try calls.wait { 7 } } == 7)
        await #expect(throws: Failure.self) {
            try await onThread { () throws(Failure) in
                try calls.wait { () async throws(Failure) -> Int in throw Failure(.network, "down") }
            }
        }
    }

    @Test("cancelling ends every call under way, and refuses those to come without running them")
    func cancelling() async throws {
        let calls = CancellableCalls()
        let state = Gate((begun: 0, ended: [FailureCode]()))
        for number in 0..<3 {
            Threads.start("call \(number)") {
                do throws(Failure) {
                    try calls.wait { () async throws(Failure) in
                        state.withLock { $0.begun += 1 }
                        state.wakeAll()
                        // Until it is cancelled, or far beyond the end of this test.
                        do { try await Task.sleep(for: .seconds(600)) } catch { throw Failure(.interrupted, "ended") }
                    }
                } catch {
                    state.withLock { $0.ended.append(error.code) }
                    state.wakeAll()
                }
            }
        }
        let end = SystemTime.monotonic() + .seconds(120)
        try await onThread {
            state.wait { $0.begun == 3 || SystemTime.monotonic() > end ? .done(()) : .wait(until: end) }
        }
        #expect(!calls.isCancelled)
        calls.cancel()
        #expect(calls.isCancelled)
        let codes = try await onThread {
            state.wait { $0.ended.count == 3 || SystemTime.monotonic() > end ? .done($0.ended) : .wait(until: end) }
        }
        #expect(codes == [.interrupted, .interrupted, .interrupted])
        let hasRun = Mutex(false)
        do {
            try await onThread { () throws(Failure) in try calls.wait { hasRun.withLock { $0 = true } } }
            Issue.record("a call ran after the end")
        } catch let error as Failure {
            #expect(error.code == .interrupted)
        }
        #expect(!hasRun.withLock { $0 })
    }

    @Test("a cancellation beside many calls leaves none waiting")
    func races() async throws {
        for _ in 0..<50 {
            let calls = CancellableCalls()
            let ended = Gate(0)
            for number in 0..<4 {
                Threads.start("call \(number)") {
                    for _ in 0..<5 { _ = try? calls.wait { 1 } }
                    ended.withLock { $0 += 1 }
                    ended.wakeAll()
                }
            }
            calls.cancel()
            let end = SystemTime.monotonic() + .seconds(120)
            let count = try await onThread {
                ended.wait { $0 == 4 || SystemTime.monotonic() > end ? .done($0) : .wait(until: end) }
            }
            #expect(count == 4)
        }
    }
}
