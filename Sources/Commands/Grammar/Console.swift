package import Core
internal import Glibc

/// Where a verb's data, notes and progress go; used by the command's own thread only.
///
/// Data goes to standard output and nothing else does. Output to something that is no terminal is gathered and
/// written in large pieces; `flush` writes the rest.
package final class Console {
    /// Writes all bytes or says why not.
    package typealias Output = ([UInt8]) -> Errno?
    /// The next line that somebody types, or nil when there is none.
    package typealias Input = () -> String?

    /// How much is said, as the command line asked.
    package struct Mode: Sendable, Equatable {
        package var isJSON = false
        package var isQuiet = false
        package var isVerbose = false

        package init() {}
    }

    package var mode = Mode()
    package let isInputTerminal: Bool
    package let isOutputTerminal: Bool
    package let isErrorTerminal: Bool
    /// Columns for help and progress, at most 100; 80 when there is no terminal.
    package let width: Int
    /// Whether bold and colours may be used (never with `NO_COLOR`).
    package let mayColour: Bool

    private static let greatestWidth = 100
    private static let bufferBytes = 64 << 10

    private let output: Output
    private let errorOutput: Output
    private let input: Input
    /// Whether input and both outputs are terminals: whoever is asked also sees what is written.
    private let isOnTerminals: Bool
    private let time: any TimeSource
    private var pending: [UInt8] = []
    private var meter: ProgressMeter
    /// Whether the reader of standard output has gone; then the verb ends without another word.
    package private(set) var isOutputClosed = false

    package init(
        output: @escaping Output, errorOutput: @escaping Output, input: @escaping Input = { readLine() },
        isInputTerminal: Bool = false, isOnTerminals: Bool = false, isOutputTerminal: Bool = false,
        isErrorTerminal: Bool = false, width: Int = 80, mayColour: Bool = false, time: any TimeSource = SystemTime()
    ) {
        self.output = output
        self.errorOutput = errorOutput
        self.input = input
        self.isInputTerminal = isInputTerminal
        self.isOnTerminals = isOnTerminals
        self.isOutputTerminal = isOutputTerminal
        self.isErrorTerminal = isErrorTerminal
        self.width = min(max(width, 40), Self.greatestWidth)
        self.mayColour = mayColour
        self.time = time
        meter = ProgressMeter(isTerminal: isErrorTerminal, width: self.width)
    }

    /// The process's own streams. SIGPIPE is ignored from here on, so that a closed pipe is an error to handle.
    package static func ofProcess(_ environment: CommandEnvironment) -> Console {
        _ = signal(SIGPIPE, SIG_IGN)
        let (isInput, isOutput, isError) = (isatty(0) == 1, isatty(1) == 1, isatty(2) == 1)
        let isDumb = environment["TERM"].map { $0 == Array("dumb".utf8) } ?? true
        return Console(
            output: { descriptorOutput(1, $0) }, errorOutput: { descriptorOutput(2, $0) },
            isInputTerminal: isInput, isOnTerminals: isInput && isOutput && isError, isOutputTerminal: isOutput,
            isErrorTerminal: isError && !isDumb, width: terminalWidth(isOutput ? 1 : 2) ?? 80,
            mayColour: !isDumb && environment["NO_COLOR"] == nil)
    }

    private static func descriptorOutput(_ number: Int32, _ bytes: [UInt8]) -> Errno? {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(number, $0.baseAddress! + done, bytes.count - done)
            }
            if count >= 0 {
                done += count
            } else if Errno.last == .again {
                // Somebody else made the descriptor non-blocking; wait as a blocking one would.
                var state = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                unsafe _ = poll(&state, 1, -1)
            } else if Errno.last != .interrupted {
                return Errno.last
            }
        }
        return nil
    }

    private static func terminalWidth(_ number: Int32) -> Int? {
        var size = winsize()
        guard unsafe ioctl(number, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Writes data; throws when standard output cannot take it.
    package func write(_ bytes: some Collection<UInt8>) throws(Failure) {
        pending.append(contentsOf: bytes)
        if isOutputTerminal || pending.count >= Self.bufferBytes { try flush() }
    }

    /// Writes one line of data.
    package func line(_ text: String) throws(Failure) { try write(Array(text.utf8) + [0x0a]) }

    /// Writes one value on one line.
    package func json(_ value: JSON) throws(Failure) { try write(value.bytes() + [0x0a]) }

    /// Hands everything written so far to the system.
    package func flush() throws(Failure) {
        guard !pending.isEmpty else { return }
        clearProgress()
        let bytes = pending
        pending = []
        guard let errno = output(bytes) else { return }
        if errno == .brokenPipe { isOutputClosed = true }
        throw SystemCallFailure(errno, "write", "standard output").failure
    }

    /// Says something on standard error, unless asked to be quiet.
    package func note(_ text: String) {
        if !mode.isQuiet { say(text) }
    }

    /// Says something on standard error when asked for more.
    package func detail(_ text: String) {
        if mode.isVerbose { say(text) }
    }

    /// Says something on standard error that nobody should miss.
    package func warning(_ text: String) { say("cbstore: warning: " + text) }

    /// Whether a verb may ask somebody; what it writes as JSON is for a program.
    package var isDialogue: Bool { isOnTerminals && !mode.isJSON }

    /// Asks on standard error, also when asked to be quiet; nil when no answer comes.
    package func ask(_ question: String) -> String? {
        say(question)
        return input()
    }

    /// Says why a command failed, and what to do.
    package func report(_ failure: Failure) {
        if mode.isJSON {
            say(String(decoding: failure.json.bytes(), as: UTF8.self))
            return
        }
        var text = failure.message
        if let cause = failure.cause { text += ": \(cause)" }
        let name = mayColour && isErrorTerminal ? "\u{1b}[1;31mcbstore:\u{1b}[0m " : "cbstore: "
        say(text, before: name)
        if let advice = failure.advice { say(advice) }
    }

    /// Shows how far long work is: a line that redraws itself on a terminal, else one now and then.
    package func progress(_ state: ProgressState) {
        guard !mode.isQuiet else { return }
        let text = meter.show(state, at: time.now)
        if !text.isEmpty { _ = errorOutput(Array(text.utf8)) }
    }

    /// Takes the progress line away; the next `progress` begins afresh.
    package func endProgress() {
        clearProgress()
        meter = ProgressMeter(isTerminal: isErrorTerminal, width: width)
    }

    private func clearProgress() {
        let text = meter.clear()
        if !text.isEmpty { _ = errorOutput(Array(text.utf8)) }
    }

    private func say(_ text: String, before prefix: String = "") {
        clearProgress()
        let safe = TerminalText.safe(text, keeping: ["\n"])
        // Nobody is left to tell when standard error itself fails.
        _ = errorOutput(Array((prefix + safe + "\n").utf8))
    }
}

extension Failure {
    /// `{"error": …, "code": …}` and, when there is any, `"advice"` and `"cause"`.
    package var json: JSON {
        var members: [JSON.Member] = [.init("error", .string(message)), .init("code", .string(code.rawValue))]
        if let advice { members.append(.init("advice", .string(advice.replacing("\n", with: " ")))) }
        if let cause { members.append(.init("cause", .string("\(cause)"))) }
        return .object(members)
    }
}
