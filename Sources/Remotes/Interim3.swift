package import Core
package import Transport

package final class BlockingService: HTTPService {
    private let pool = HTTPConnectionPool(.network, idleLimit: 8)
    private let workers = WorkerPool(name: "http", threads: 8, capacity: 1000)
    package init() {}
    package func send(_ call: HTTPCall) async throws(Failure) -> HTTPResponse {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<HTTPResponse, Failure>, Never>) in
            let taken = workers.submit { [pool] in
                continuation.resume(
                    returning: Result { () throws(Failure) in
                        try pool.withConnection { (c) throws(Failure) in try c.send(call.request) }
                    })
            }
            if !taken { continuation.resume(returning: .failure(Failure(.busy, "full"))) }
        }
        return try result.get()
    }
}
