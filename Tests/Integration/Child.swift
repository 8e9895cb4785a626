import Core
import Glibc
import Mounting

/// A child process whose standard output and standard error are kept apart, with a deadline for its end.
final class Child {
    /// How it ended, and what it wrote.
    struct Outcome: CustomStringConvertible {
        /// The exit status, 128 and the signal, or nil when its time was over.
        let status: Int32?
        let bytes: [UInt8]
        let errors: String

        var output: String { String(decoding: bytes, as: UTF8.self) }
        var lines: [String] { output.split(separator: "\n").map(String.init) }
        var description: String {
            "status \(status.map { "\($0)" } ?? "none"), output «\(output.prefix(4000))», errors «\(errors)»"
        }

        /// Standard output as one JSON value.
        func json() throws -> JSON { try JSON(parsing: bytes) }

        /// Standard output as a JSON value on each line.
        func jsonLines() throws -> [JSON] { try bytes.split(separator: 0x0a).map { try JSON(parsing: Array($0)) } }

        /// What a failed command said under `--json`.
        func failure() throws -> JSON { try JSON(parsing: Array(errors.utf8)) }
    }

    /// Where standard input comes from.
    enum Input {
        case nothing
        /// A few bytes, which a pipe takes without a reader.
        case text(String)
        case file(String)
        /// A pipe that stays open until `endInput`.
        case held
    }

    private let spawned: Spawned
    private let output: Pipe
    private let errors: Pipe
    private let input: Pipe?
    private var seenOutput: [UInt8] = []
    private var seenErrors: [UInt8] = []

    init(
        _ program: SystemPath, _ arguments: [SystemPath], environment: [String], input: Input = .nothing
    ) throws {
        output = try Pipe()
        errors = try Pipe()
        var descriptors = [
            Spawned.Descriptor(STDOUT_FILENO, from: output.writeEnd), .init(STDERR_FILENO, from: errors.writeEnd),
        ]
        var file: FileDescriptor?
        switch input {
        case .nothing: self.input = nil
        case .file(let path):
            self.input = nil
            let opened = try FileDescriptor(reading: path)
            descriptors.append(.init(STDIN_FILENO, from: opened.number))
            file = opened
        case .text, .held:
            let pipe = try Pipe()
            self.input = pipe
            descriptors.append(.init(STDIN_FILENO, from: pipe.readEnd))
        }
        spawned = try Spawned(
            program: program, arguments: [program] + arguments, environment: environment.map { SystemPath($0) },
            descriptors: descriptors, ownSession: true)
        withExtendedLifetime(file) {}
        output.closeWriteEnd()
        errors.closeWriteEnd()
        if case .text(let text) = input {
            try feed(text)
            endInput()
        }
    }

    func feed(_ text: String) throws { try input?.put(Array(text.utf8)) }
    func endInput() { input?.closeWriteEnd() }
    func signal(_ number: Int32) { kill(spawned.process, number) }

    /// Waits until standard output has `count` lines; false when it ends before, or time is over.
    func waitForLines(_ count: Int, limit: Duration) throws -> Bool {
        let deadline = SystemTime.monotonic() + limit
        while seenOutput.count(where: { $0 == 0x0a }) < count {
            guard let piece = try output.readSome(until: deadline), !piece.isEmpty else { return false }
            seenOutput += piece
        }
        return true
    }

    /// Waits for the end; at the deadline `free` is to set it free, and then it is killed with all it started.
    func finish(limit: Duration, free: () -> Void = {}) throws -> Outcome {
        let deadline = SystemTime.monotonic() + limit
        var isOver = false
        var open = [true, true]
        while open.contains(true) {
            var questions = [
                pollfd(fd: open[0] ? output.readEnd : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: open[1] ? errors.readEnd : -1, events: Int16(POLLIN), revents: 0),
            ]
            let left = max(0, (deadline - SystemTime.monotonic()).nanoseconds / 1_000_000)
            let ready = try systemCall("poll", "a child's output") { unsafe poll(&questions, 2, Int32(clamping: left)) }
            if ready == 0 {
                isOver = true
                break
            }
            if questions[0].revents != 0 { open[0] = try take(output, into: &seenOutput, deadline) }
            if questions[1].revents != 0 { open[1] = try take(errors, into: &seenErrors, deadline) }
        }
        if isOver {
            free()
            kill(-spawned.process, SIGKILL)
            kill(spawned.process, SIGKILL)
        }
        let status = try spawned.wait()
        return Outcome(
            status: isOver ? nil : status, bytes: seenOutput, errors: String(decoding: seenErrors, as: UTF8.self))
    }

    private func take(_ pipe: Pipe, into seen: inout [UInt8], _ deadline: Moment) throws -> Bool {
        let piece = try pipe.readSome(until: deadline) ?? []
        seen += piece
        return !piece.isEmpty
    }
}
