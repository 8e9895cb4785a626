internal import CCurl
package import Core

/// One libcurl handle with its connection, which it keeps for the next request.
///
/// For one thread at a time, and each call blocks it; `HTTPConnectionPool` hands connections to many threads. Status
/// codes are answers, not failures: what cannot be reached or does not answer is `.network` or `.timedOut`.
@safe package final class HTTPConnection {  // The handle is private and freed once, in `deinit`.
    private let handle: UnsafeMutableRawPointer
    private let peer: HTTPPeer

    package init(_ peer: HTTPPeer) throws(Failure) {
        guard CurlLibrary.isReady, let handle = unsafe curl_easy_init() else {
            throw Failure(.outOfMemory, "libcurl cannot start")
        }
        unsafe self.handle = handle
        self.peer = peer
    }

    deinit { unsafe curl_easy_cleanup(handle) }

    /// Sends a request with the body it carries and keeps the answer in memory.
    package func send(
        _ request: HTTPRequest, cancellation: CancellationFlag? = nil
    ) throws(Failure) -> HTTPResponse {
        try perform(request, Transfer(request, cancellation: cancellation, upload: nil, download: nil), isUpload: false)
    }

    /// Hands the body of a 2xx answer to `sink` piece by piece; the body of any other answer is kept.
    ///
    /// What `sink` throws ends the exchange and is thrown on.
    package func download(
        _ request: HTTPRequest, cancellation: CancellationFlag? = nil,
        into sink: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> HTTPResponse {
        try withoutActuallyEscaping(sink) { (sink) throws(Failure) -> HTTPResponse in
            let transfer = Transfer(request, cancellation: cancellation, upload: nil, download: sink)
            return try perform(request, transfer, isUpload: false)
        }
    }

    /// Sends a body asked piece by piece from `source` until it gives an empty one, and keeps the answer in memory.
    ///
    /// The server may refuse before the first piece (`Expect: 100-continue`). What `source` throws breaks the
    /// connection, so that the server sees an unfinished body, and is thrown on.
    package func upload(
        _ request: HTTPRequest, length: UInt64? = nil, cancellation: CancellationFlag? = nil,
        from source: () throws(Failure) -> ArraySlice<UInt8>
    ) throws(Failure) -> HTTPResponse {
        try withoutActuallyEscaping(source) { (source) throws(Failure) -> HTTPResponse in
            let transfer = Transfer(request, cancellation: cancellation, upload: source, download: nil)
            return try perform(request, transfer, isUpload: true, length: length)
        }
    }

    private func perform(
        _ request: HTTPRequest, _ transfer: Transfer, isUpload: Bool, length: UInt64? = nil
    ) throws(Failure) -> HTTPResponse {
        unsafe curl_easy_reset(handle)
        var setup = unsafe CurlSetup(handle)
        setup.common(request, peer)
        if isUpload { setup.streamedBody(length: length) } else if let body = request.body { setup.body(body) }
        setup.headers(request.headers, expectContinue: isUpload)
        setup.callbacks(transfer)
        if let refused = setup.refused {
            setup.free()
            throw Failure(.invalid, "libcurl refuses an option of the request (\(refused.rawValue))")
        }
        let result = withExtendedLifetime(transfer) { unsafe curl_easy_perform(handle) }
        setup.free()
        if let failure = transfer.failure { throw failure }
        guard result == CURLE_OK else { throw .exchange(result, request, peer) }
        guard transfer.isHeadComplete else { throw .exchange(CURLE_GOT_NOTHING, request, peer) }
        return transfer.response
    }
}
