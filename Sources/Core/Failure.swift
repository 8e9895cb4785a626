/// The error that leaves a target: what happened, on what, and what to do about it.
///
/// The message is for the person who ran the program; it never holds a secret, a token or file content.
package struct Failure: Error, Sendable, CustomStringConvertible {
    package let code: FailureCode
    /// What happened and on what, in one clause without a full stop.
    package let message: String
    /// What to do next, if anything helps.
    package let advice: String?
    /// The failure below this one.
    package var cause: (any Error)? { boxedCause?.error }

    private let boxedCause: Cause?

    /// Boxed so that a `Failure` stays a few words wide wherever it is thrown.
    private final class Cause: Sendable {
        let error: any Error
        init(_ error: any Error) { self.error = error }
    }

    package init(_ code: FailureCode, _ message: String, advice: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.advice = advice
        self.boxedCause = cause.map(Cause.init)
    }

    package var description: String {
        var text = message
        if let cause { text += ": \(cause)" }
        if let advice { text += "; \(advice)" }
        return text
    }
}

extension Failure {
    /// Whether what was read is not what was stored.
    package var isDamage: Bool { code == .integrity || code == .damaged }

    /// Any error as a failure, keeping one that already is.
    package static func wrapping(_ error: any Error, _ message: @autoclosure () -> String = "unexpected") -> Failure {
        if let failure = error as? Failure { return failure }
        if let failure = error as? SystemCallFailure { return failure.failure }
        return Failure(.other, message(), cause: error)
    }
}
