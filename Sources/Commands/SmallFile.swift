internal import Core

/// Files that fit in memory many times over, named on a command line: `-` is the standard stream.
enum SmallFile {
    private static let standardStream: [UInt8] = [0x2d]

    /// The whole content, in one piece that the caller can wipe; one more byte than `limit` of what is longer.
    static func read(_ path: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        do throws(SystemCallFailure) {
            let input =
                path == standardStream
                ? FileDescriptor(borrowing: 0, "standard input") : try FileDescriptor(reading: path)
            return try input.read(limit + 1)
        } catch {
            throw error.failure
        }
    }

    /// Writes a file that is complete when it has its name; throws `.alreadyExists` unless one may be replaced.
    static func write(_ path: [UInt8], _ bytes: [UInt8], mode: UInt32, mayReplace: Bool) throws(Failure) {
        if !mayReplace { try checkFree(path) }
        do throws(SystemCallFailure) {
            try Files.writeAtomically(path, bytes, mode: mode)
        } catch {
            // The file that failed may be the one beside it, whose name says nothing to anybody.
            throw Failure(error.errno.code, "\(Name(path).escaped) cannot be written: \(error.errno.text)")
        }
    }

    static func checkFree(_ path: [UInt8]) throws(Failure) {
        guard Files.exists(path) else { return }
        throw Failure(.alreadyExists, "\(Name(path).escaped) exists already", advice: "--force replaces it")
    }

    /// Where `--output` leads; nil for standard output, which takes bytes on a terminal only when it was asked for.
    ///
    /// As JSON they harm no terminal, but a secret is one there too.
    static func output(
        _ arguments: ParsedArguments, _ console: Console, _ what: String, isSecret: Bool
    ) throws(Failure) -> [UInt8]? {
        guard let path = arguments.bytes("output") else {
            guard !console.isOutputTerminal || (arguments.wantsJSON && !isSecret) else {
                throw arguments.usage("\(what) is not written to a terminal; give -o FILE, or -o - all the same")
            }
            return nil
        }
        return path == standardStream ? nil : path
    }
}
