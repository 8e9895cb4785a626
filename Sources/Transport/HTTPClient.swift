package import Core

/// Carries out HTTP calls for any number of tasks, on one thread of its own.
///
/// Each lane has its queue and its connections (`ClientLimits`), which are kept for the next call. A full queue is
/// `.busy` at once. Redirects are answers: nothing ever goes to a host that the caller did not name. Neither thread nor
/// library is started before the first call, and an idle client does not keep the process alive. Its deadlines are by the
/// machine's clock, which libcurl reads too.
package final class HTTPClient: HTTPService {
    let core: ClientCore

    package init(_ peer: HTTPPeer = .network, limits: ClientLimits = ClientLimits()) {
        core = ClientCore(peer, limits)
    }

    deinit { core.close() }

    /// Ends every call with `.interrupted`, then the thread; later calls are refused.
    package func close() { core.close() }

    package func send(_ call: HTTPCall) async throws(Failure) -> HTTPResponse {
        try await carry(Exchange(call))
    }

    /// Puts an exchange on its way and waits for its end.
    func carry(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        try core.submit(exchange)
        return try await withTaskCancellationHandler {
            await exchange.outcome()
        } onCancel: {
            core.end(exchange, Failure(.interrupted, "the request was cancelled"))
        }.get()
    }
}
