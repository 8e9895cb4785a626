internal import CCurl
internal import Core

/// libcurl's state for the whole process, set up at the first use.
enum CurlLibrary {
    static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

extension Failure {
    /// What prevented an answer, in words for a person; names the host and nothing else of the URL.
    static func exchange(_ result: CURLcode, _ request: HTTPRequest, _ peer: HTTPPeer) -> Failure {
        let text = unsafe String(cString: curl_easy_strerror(result))
        let host: String
        switch peer {
        case .unixSocket(let path): host = path
        case .network: host = request.origin
        }
        switch result {
        case CURLE_OPERATION_TIMEDOUT:
            return Failure(.timedOut, "\(host) does not answer in time", advice: "try again later")
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            return Failure(
                .network, "cannot reach \(host): \(text)",
                advice: peer == .network ? "check the address and the network" : "nobody serves this socket any more")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR:
            return Failure(
                .network, "no trusted connection to \(host): \(text)",
                advice: "check the server's certificate and this machine's clock")
        // The same code stands for an answer that is no HTTP.
        case CURLE_UNSUPPORTED_PROTOCOL where request.isHTTP:
            return Failure(.network, "\(host) does not answer in HTTP", advice: "check the address")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT:
            return Failure(.invalid, "\(host) is not an http or https address")
        case CURLE_OUT_OF_MEMORY:
            return Failure(.outOfMemory, "no memory for a request to \(host)")
        default:
            return Failure(.network, "the connection to \(host) broke: \(text)", advice: "try again")
        }
    }
}
