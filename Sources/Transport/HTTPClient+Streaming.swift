package import Core

/// Gives a body piece by piece.
package protocol UploadSource: Sendable {
    /// Nil when it is not known; then the body goes out in chunks.
    var length: UInt64? { get }
    /// The next piece, an empty one behind the last; must end when the task is cancelled.
    func next() async throws(Failure) -> ArraySlice<UInt8>
}

/// Takes a body piece by piece.
package protocol DownloadSink: Sendable {
    /// Must end when the task is cancelled.
    func take(_ piece: ArraySlice<UInt8>) async throws(Failure)
}

extension HTTPClient {
    /// Sends a body asked from `source` piece by piece, in constant memory: one piece and libcurl's buffer.
    ///
    /// The server may refuse before the first piece (`Expect: 100-continue`) or in the middle: its answer ends the call
    /// and cancels the source. What the source throws breaks the connection, so that the server sees an unfinished body,
    /// and is thrown on. A body that has begun is never sent anew.
    package func upload(_ call: HTTPCall, from source: any UploadSource) async throws(Failure) -> HTTPResponse {
        var call = call
        call.mayRepeat = false
        let relay = BodyRelay(upload: BodyRelay.Upload(length: source.length), takesDownload: false)
        let exchange = Exchange(call, relay: relay)
        return try await withTaskGroup(of: Void.self) { group -> Exchange.Outcome in
            group.addTask { [core] in
                do throws(Failure) {
                    while case .bringMore = await relay.step() {
                        relay.supply(try await source.next())
                        core.resume(exchange)
                    }
                } catch {
                    core.end(exchange, error)
                }
            }
            let outcome = await outcome(exchange)
            relay.abandon()
            group.cancelAll()
            return outcome
        }.get()
    }

    /// Hands the body of a 2xx answer to `sink` piece by piece and keeps that of any other answer, in constant memory: at
    /// most 768 KiB wait for a slow sink.
    ///
    /// What the sink throws ends the exchange and is thrown on. A body that breaks off is a failure after some pieces.
    package func download(_ call: HTTPCall, into sink: any DownloadSink) async throws(Failure) -> HTTPResponse {
        let relay = BodyRelay(upload: nil, takesDownload: true)
        let exchange = Exchange(call, relay: relay)
        return try await withTaskGroup(of: Failure?.self) { group -> Exchange.Outcome in
            group.addTask { [core] in
                do throws(Failure) {
                    while case .deliver(let piece) = await relay.step() {
                        try await sink.take(piece[...])
                        if relay.delivered(piece.count) { core.resume(exchange) }
                    }
                    return nil
                } catch {
                    core.end(exchange, error)
                    return error
                }
            }
            let outcome = await outcome(exchange)
            if case .failure = outcome {
                relay.abandon()
                group.cancelAll()
                return outcome
            }
            // The exchange may have succeeded before the sink had its last piece.
            for await failure in group { if let failure { return .failure(failure) } }
            return outcome
        }.get()
    }

    private func outcome(_ exchange: Exchange) async -> Exchange.Outcome {
        do throws(Failure) { return .success(try await carry(exchange)) } catch { return .failure(error) }
    }
}
