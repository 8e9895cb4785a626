internal import Core
internal import FileExercise
internal import Glibc

/// `fsx FILE`: does everything there is to do to a file, in random order, and compares it with a copy in memory.
///
/// It knows nothing of the file system below: what a good one fails, it is this program that is wrong.
enum Fsx {
    private static let usage = """
        Usage: fsx FILE [--ops N] [--seed S] [--length MAX] [--write-back-first yes|no]

        Does N random operations on FILE, which must not be there yet, and on FILE.other, and compares them with what
        they must hold: after every read, and whole now and then. Both are removed when all was well. Defaults are
        100,000 operations, a random seed, and 262,144 bytes at most. With --write-back-first yes, what mappings changed
        is written back before a write makes the file longer: FUSE in Linux 6.18 else loses that now and then.

        Exit status: 0 all was as it must be; 1 something was not, and what, was printed; 64 the arguments are wrong.
        """

    private struct Arguments {
        var path = ""
        var operations = 100_000
        var seed = UInt64.random(in: 0..<1_000_000)
        var length = 256 << 10
        var writesBackFirst = false

        init?(_ words: [String]) {
            var rest = words[...]
            while let word = rest.popFirst() {
                guard word.hasPrefix("--") else {
                    if !path.isEmpty { return nil }
                    path = word
                    continue
                }
                if word == "--write-back-first" {
                    guard let answer = rest.popFirst(), ["yes", "no"].contains(answer) else { return nil }
                    writesBackFirst = answer == "yes"
                    continue
                }
                guard let number = rest.popFirst().flatMap({ UInt64($0) }) else { return nil }
                switch word {
                case "--ops" where number <= UInt64(Int.max): operations = Int(number)
                case "--seed": seed = number
                case "--length" where (1...(1 << 32)).contains(number): length = Int(number)
                default: return nil
                }
            }
            if path.isEmpty { return nil }
        }
    }

    static func run(_ words: [String]) -> Int32 {
        guard let arguments = Arguments(words) else {
            print(usage)
            return 64
        }
        print("fsx: seed \(arguments.seed), \(arguments.operations) operations, at most \(arguments.length) bytes")
        let start = SystemTime.monotonic()
        do {
            try exercise(arguments)
        } catch {
            print("fsx: \(error)")
            return 1
        }
        let seconds = (SystemTime.monotonic() - start).inSeconds
        print("fsx: all was well, in \((seconds * 10).rounded() / 10) s")
        return 0
    }

    private static func exercise(_ arguments: Arguments) throws {
        let (path, length, writesBackFirst) = (arguments.path, arguments.length, arguments.writesBackFirst)
        let file = try ExercisedFile(making: path, length: length, writesBackFirst: writesBackFirst)
        let other = try ExercisedFile(making: path + ".other", length: length, writesBackFirst: writesBackFirst)
        var exerciser = Exerciser(file, other, OperationMix(length: length, seed: arguments.seed))
        do {
            try exerciser.run(arguments.operations)
        } catch {
            print(exerciser.story)
            for line in exerciser.lookAgain() { print("fsx: \(line)") }
            throw error
        }
        for kind in exerciser.leftOut { print("fsx: left out, because it is not supported: \(kind.rawValue)") }
        try file.remove()
        try other.remove()
    }
}
