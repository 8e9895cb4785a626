internal import Core

extension HTTPResponse {
    /// How long the server asks to be left alone: the longest of `Retry-After` and CipherBox's two forms of it.
    ///
    /// Whole seconds only: the form with a date depends on two clocks, and counts as none.
    var retryAfter: Duration? {
        ["Retry-After", "Retry-After-short", "Retry-After-medium"]
            .compactMap { headers[$0].flatMap { UInt32($0) } }
            .max()
            .map { .seconds(Int64($0)) }
    }
}
