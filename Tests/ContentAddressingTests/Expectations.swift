import Core
import Testing

/// Expects that `body` throws a failure with a code.
func expectFailure<Result>(
    _ code: FailureCode, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws(Failure) -> Result
) {
    do throws(Failure) {
        _ = try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch {
        #expect(error.code == code, sourceLocation: sourceLocation)
    }
}
