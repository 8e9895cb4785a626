package import Core
package import Transport

extension HTTPResponse {
    package func failure(doing what: String) -> Failure? {
        let message = CipherBoxCalls.message(self)
        let text = message.isEmpty ? "\(what): HTTP \(status)" : "\(what): \(message)"
        switch status {
        case 200..<300: return nil
        case 401: return Failure(.notLoggedIn, text)
        case 403: return Failure(.denied, text)
        case 404: return Failure(.notFound, text)
        case 408, 504: return Failure(.timedOut, text)
        case 409: return Failure(.conflict, text)
        case 413: return Failure(.tooLarge, text)
        case 429: return Failure(.busy, text)
        case 400..<500: return Failure(.invalid, text)
        default: return Failure(.network, text)
        }
    }
}
