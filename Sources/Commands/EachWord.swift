internal import Core

/// Runs an action for each of several words of the command line: one that fails does not end the rest.
struct EachWord {
    private let words: [[UInt8]]
    private let console: Console

    init(_ words: [[UInt8]], _ console: Console) {
        self.words = words
        self.console = console
    }

    /// The exit code; with a single word its failure is thrown.
    func run(_ action: ([UInt8]) throws(Failure) -> Void) throws(Failure) -> Int32 {
        var failures = 0
        for word in words {
            do throws(Failure) {
                try action(word)
            } catch {
                if words.count == 1 || console.isOutputClosed || error.code == .usage { throw error }
                failures += 1
                console.report(error)
            }
        }
        return failures == 0 ? 0 : FailureCode.partly.row.exitCode
    }
}
