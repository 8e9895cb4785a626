import Core

/// Whether opening failed as a damaged object must: with `.integrity`, naming a CID.
func isRefused(_ open: () throws(Failure) -> Void) -> Bool {
    do throws(Failure) {
        try open()
        return false
    } catch {
        return error.code == .integrity && error.message.contains("object baf")
    }
}

/// With what code opening failed; nil when it did not.
func refusal(_ open: () throws(Failure) -> Void) -> FailureCode? {
    do throws(Failure) {
        try open()
        return nil
    } catch { return error.code }
}
