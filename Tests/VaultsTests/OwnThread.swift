import Core
import Testing

/// Runs tests that block on threads of their own, so that what they wait for finds Swift's threads free.
struct OwnThread: TestTrait, SuiteTrait, TestScoping {
    private static let executor = BlockingExecutor()

    var isRecursive: Bool { true }

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(Self.executor) { try await function() }
    }
}

extension Trait where Self == OwnThread {
    static var ownThread: OwnThread { OwnThread() }
}

private final class BlockingExecutor: TaskExecutor {
    // More than run at once would only hold more vaults in memory.
    private let threads = WorkerPool(name: "test", threads: 3, capacity: 10_000)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedTaskExecutor()
        let isAccepted = threads.submit { unsafe job.runSynchronously(on: executor) }
        precondition(isAccepted, "there are not that many tests")
    }
}
