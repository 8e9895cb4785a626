package import Core
internal import Synchronization
package import Transport

/// Sends calls over connections that block, each on a thread of a small pool.
package final class BlockingService: HTTPService {
    /// Calls at once: as many transfers as one remote makes, and as many questions beside them.
    private static let threads = 2 * RemoteLimits.parallelTransfers
    private static let queuedCalls = 1024

    private let pool = HTTPConnectionPool(.network, idleLimit: threads)
    private let workers = Mutex<WorkerPool?>(nil)

    package init() {}

    package func send(_ call: HTTPCall) async throws(Failure) -> HTTPResponse {
        let cancellation = CancellationFlag()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in start(call, cancellation, continuation) }
        } onCancel: {
            cancellation.raise()
        }
        if cancellation.isRaised { throw Failure(.interrupted, "the call was cancelled") }
        return try result.get()
    }

    private func start(
        _ call: HTTPCall, _ cancellation: CancellationFlag,
        _ continuation: CheckedContinuation<Result<HTTPResponse, Failure>, Never>
    ) {
        // Threads are made at the first call: a process that never asks has none.
        let workers = workers.withLock { workers in
            if let workers { return workers }
            let new = WorkerPool(name: "http", threads: Self.threads, capacity: Self.queuedCalls)
            workers = new
            return new
        }
        let isTaken = workers.submit { [pool] in
            continuation.resume(
                returning: Result { () throws(Failure) in
                    try pool.withConnection { (connection) throws(Failure) in
                        try connection.send(call.request, cancellation: cancellation)
                    }
                })
        }
        if !isTaken {
            continuation.resume(returning: .failure(Failure(.busy, "too many calls wait", advice: "try again")))
        }
    }
}
