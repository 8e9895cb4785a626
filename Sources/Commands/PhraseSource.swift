internal import Core
internal import Sealing

/// Where a recovery phrase comes from: a line of standard input, asked for on a terminal.
struct PhraseSource {
    let arguments: ParsedArguments
    let console: Console

    func phrase() throws(Failure) -> RecoveryPhrase {
        let line =
            console.isInputTerminal ? console.ask("Type the 24 words of the recovery phrase, then Enter:") : readLine()
        guard let line else { throw arguments.usage("no recovery phrase came on standard input") }
        do throws(Failure) {
            return try RecoveryPhrase(parsing: line)
        } catch {
            // Words that are no phrase fail as damaged bytes would: something of what was kept is not what it was.
            throw Failure(.integrity, error.message, advice: error.advice ?? "check the words", cause: error.cause)
        }
    }
}
