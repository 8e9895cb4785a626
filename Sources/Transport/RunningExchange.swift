internal import CCurl
internal import Core

/// An exchange with the libcurl handle that carries it; confined to the client's thread.
final class RunningExchange {
    let exchange: Exchange
    let easy: EasyHandle
    let transfer: Transfer
    private let peer: HTTPPeer
    private var setup: CurlSetup

    init(_ exchange: Exchange, easy: EasyHandle, peer: HTTPPeer) {
        self.exchange = exchange
        self.easy = easy
        self.peer = peer
        let request = exchange.call.request
        transfer = Transfer(request, relay: exchange.relay)
        easy.reset()
        setup = unsafe CurlSetup(easy.pointer)
        setup.common(request, peer)
        setup.shared(mayRepeat: exchange.call.mayRepeat)
        let upload = exchange.relay?.upload
        if let upload {
            setup.streamedBody(length: upload.length)
        } else if let body = request.body {
            setup.body(body)
        }
        setup.headers(request.headers, expectContinue: upload != nil)
        setup.callbacks(transfer)
    }

    deinit { setup.free() }

    /// Why libcurl cannot carry it out at all.
    var refusal: Failure? {
        setup.refused.map { Failure(.invalid, "libcurl refuses an option of the request (\($0.rawValue))") }
    }

    /// Lets go on what stood still because its task was busy.
    func resume() {
        transfer.resume()
        unsafe curl_easy_pause(easy.pointer, CURLPAUSE_CONT)
    }

    /// Why it must end now, as far as the clock decides.
    func lateness(at now: Moment) -> Failure? {
        let origin = exchange.origin
        if now >= exchange.deadline {
            return Failure(.timedOut, "\(origin) does not answer in time", advice: "try again later")
        }
        if let stallsAt = transfer.stallsAt, now >= stallsAt {
            return Failure(.timedOut, "\(origin) stands still in the middle of an answer", advice: "try again later")
        }
        return nil
    }

    /// When to look at the clock again.
    var nextLook: Moment { min(exchange.deadline, transfer.stallsAt ?? exchange.deadline) }

    func outcome(_ result: CURLcode) -> Exchange.Outcome {
        if let failure = transfer.failure { return .failure(failure) }
        guard result == CURLE_OK, transfer.isHeadComplete else {
            let result = result == CURLE_OK ? CURLE_GOT_NOTHING : result
            return .failure(.exchange(result, exchange.call.request, peer))
        }
        return .success(transfer.response)
    }
}
