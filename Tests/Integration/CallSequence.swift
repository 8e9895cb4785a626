/// What a program does to files when it does its work: a table of its calls, each with what it must come to.
///
/// The tables are recorded with strace from the program named, most of what only reads left out and names made short, with a
/// second process beside it; the mail deliverer's follows the description of the maildir format.
/// `Tests/MountPrograms/sequence.py` says what a line may be.
struct CallSequence: Sendable, CustomStringConvertible {
    let program: String
    let table: String

    var description: String { program }

    init(_ program: String, _ table: String) {
        self.program = program
        self.table = table
    }

    static let all = editors + office + versioning + transfers + databases
}
