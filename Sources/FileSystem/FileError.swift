package import Core

/// Why a file operation was refused: cheap to throw for the everyday cases, with a full failure behind it for the rest.
package struct FileError: Error, Sendable {
    package let code: FailureCode
    /// The whole story, when the code alone does not tell it.
    package let failure: Failure?

    package init(_ code: FailureCode) {
        self.code = code
        failure = nil
    }

    package init(_ failure: Failure) {
        code = failure.code
        self.failure = failure
    }

    package var errno: Errno { code.row.errno }
}

extension Failure {
    /// The whole story, as far as there is one.
    init(_ error: FileError) {
        self = error.failure ?? Failure(error.code, error.errno.text)
    }
}
