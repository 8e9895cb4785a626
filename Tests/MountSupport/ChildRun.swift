internal import Core
internal import Glibc
package import Mounting

/// How a child process ended.
package struct ChildOutcome: Sendable {
    /// The exit status, 128 and the signal, or nil when its time was over.
    package let status: Int32?
    /// Standard output and error together.
    package let output: String

    package var succeeded: Bool { status == 0 }
}

/// A child process with its output in a pipe.
package final class ChildRun {
    private let child: Spawned
    private let output: Pipe
    private var seen: [UInt8] = []

    package var process: Int32 { child.process }

    package init(_ program: SystemPath, _ arguments: [String]) throws {
        output = try Pipe()
        child = try Spawned(
            program: program, arguments: [program] + arguments.map { SystemPath($0) },
            descriptors: [.init(STDOUT_FILENO, from: output.writeEnd), .init(STDERR_FILENO, from: output.writeEnd)],
            ownSession: true)
        output.closeWriteEnd()
    }

    /// Waits until the output holds `text`; false when it ends before or time is over.
    package func waitForOutput(_ text: String, limit: Duration) throws -> Bool {
        let deadline = SystemTime.monotonic() + limit
        while !String(decoding: seen, as: UTF8.self).contains(text) {
            guard let piece = try output.readSome(until: deadline), !piece.isEmpty else { return false }
            seen += piece
        }
        return true
    }

    /// The first line of the output, without its end; nil when none comes in time.
    package func readLine(limit: Duration) throws -> String? {
        guard try waitForOutput("\n", limit: limit) else { return nil }
        return String(decoding: seen.prefix { $0 != 0x0a }, as: UTF8.self)
    }

    package func signal(_ number: Int32) { kill(child.process, number) }

    /// Waits for the end; at the deadline `free` is to set it free, and then it is killed with all it started.
    package func finish(limit: Duration, free: () -> Void = {}) throws -> ChildOutcome {
        if let rest = try output.readAll(limit: limit) {
            return ChildOutcome(status: try child.wait(), output: String(decoding: seen + rest, as: UTF8.self))
        }
        free()
        kill(-child.process, SIGKILL)
        kill(child.process, SIGKILL)
        _ = try child.wait()
        return ChildOutcome(status: nil, output: String(decoding: seen, as: UTF8.self))
    }
}
