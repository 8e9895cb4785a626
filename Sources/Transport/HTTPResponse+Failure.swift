package import Core

extension HTTPResponse {
    /// The answer as a failure, with what the server says about it; nil for a success.
    ///
    /// `what` names the action for a person, as in "publishing a name".
    package func failure(doing what: String) -> Failure? {
        let code: FailureCode
        var advice: String?
        switch status {
        case 200..<300: return nil
        case 401: (code, advice) = (.notLoggedIn, "log in again")
        case 403: code = .denied
        case 404: code = .notFound
        case 408, 504: (code, advice) = (.timedOut, "try again later")
        case 409: code = .conflict
        case 413: code = .tooLarge
        case 429: (code, advice) = (.busy, "try again in a minute")
        case 400..<500: code = .invalid
        case 500..<600: (code, advice) = (.network, "try again later")
        // Neither redirects nor heads that are no final answer are part of any contract here.
        default: code = .network
        }
        let said = serverMessage.map { ": \($0)" } ?? ""
        return Failure(code, "\(what) failed with HTTP status \(status)\(said)", advice: advice)
    }

    /// The most of a server's message that is shown, in characters: two lines of a terminal, and more than any known.
    private static let messageLength = 200
    /// A longer error body is a page for a browser.
    private static let errorBodyBytes = 64 << 10

    /// The `message` of a JSON error, text or a list of texts, cut and safe to print.
    package var serverMessage: String? {
        guard body.count <= Self.errorBodyBytes, let json = try? JSON(parsing: body), let message = json["message"]
        else { return nil }
        let text = message.text ?? message.elements?.compactMap(\.text).joined(separator: ", ") ?? ""
        // Cut before escaping, so that no escape is cut in two.
        let safe = TerminalText.safe(String(text.prefix(Self.messageLength)))
        return safe.isEmpty ? nil : safe
    }
}
