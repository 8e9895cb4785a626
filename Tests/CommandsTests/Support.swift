import Commands
import Core
import Glibc
import Synchronization
import Testing

/// The whole program as it is described.
let wholeProgram = Program.registry.program

/// What a command wrote, and a console that collects it.
final class Captured {
    private(set) var output = ""
    private(set) var errors = ""
    var outputErrno: Errno?

    func console(
        isErrorTerminal: Bool = false, width: Int = 80, mayColour: Bool = false, time: any TimeSource = ManualTime()
    ) -> Console {
        Console(
            output: { [self] bytes in
                if let outputErrno { return outputErrno }
                output += String(decoding: bytes, as: UTF8.self)
                return nil
            },
            errorOutput: { [self] bytes in
                errors += String(decoding: bytes, as: UTF8.self)
                return nil
            }, isErrorTerminal: isErrorTerminal, width: width, mayColour: mayColour, time: time)
    }
}

extension CommandArguments {
    init(_ words: [String], environment: [String: String] = [:]) {
        self.init(
            program: Array("cbstore".utf8), words: words.map { Array($0.utf8) },
            environment: CommandEnvironment(environment))
    }
}

/// Texts kept beside the tests; `CBSTORE_UPDATE_SNAPSHOTS=1` writes them anew.
enum Snapshot {
    static func check(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let folder = Files.join(Files.split(Array(#filePath.utf8)).folder, "Snapshots")
        let path = Files.join(folder, name)
        if CommandEnvironment.fromProcess()["CBSTORE_UPDATE_SNAPSHOTS"] == Array("1".utf8) {
            try Files.writeAtomically(path, Array(text.utf8), mode: 0o644)
            return
        }
        guard let kept = try? Files.readWhole(path, limit: 1 << 20) else {
            Issue.record("no snapshot \(name); make it with CBSTORE_UPDATE_SNAPSHOTS=1", sourceLocation: sourceLocation)
            return
        }
        let keptLines = String(decoding: kept, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, (old, new)) in zip(keptLines, lines).enumerated() where old != new {
            Issue.record("\(name):\(index + 1): '\(new)' instead of '\(old)'", sourceLocation: sourceLocation)
            return
        }
        #expect(keptLines.count == lines.count, "\(name) has another length", sourceLocation: sourceLocation)
    }
}

/// Programs of the machine that judge what was generated.
enum Shell {
    static func has(_ program: String) -> Bool { unsafe system("command -v \(program) > /dev/null 2>&1") == 0 }

    /// Feeds text to a command line; its exit status is 0 for success, and what it printed on both streams.
    static func run(_ command: String, input: String) throws -> (status: Int32, output: String) {
        let base = "/tmp/cbstore-commands-\(UInt64.random(in: 0 ... .max))"
        let (inputPath, outputPath) = (base + ".in", base + ".out")
        try Files.writeAtomically(inputPath, Array(input.utf8))
        defer {
            try? Files.remove(inputPath)
            try? Files.remove(outputPath)
        }
        let status = unsafe system("{ \(command) ; } < \(inputPath) > \(outputPath) 2>&1")
        return (status, String(decoding: try Files.readWhole(outputPath, limit: 1 << 22), as: UTF8.self))
    }
}
