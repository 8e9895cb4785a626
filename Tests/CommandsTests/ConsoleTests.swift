import Commands
import Core
import Testing

@Suite struct ConsoleTests {
    @Test("notes are for who has not asked for quiet, details for who asked for more, data for everybody")
    func modes() throws {
        for (isQuiet, isVerbose) in [(false, false), (true, false), (false, true)] {
            let captured = Captured()
            let console = captured.console()
            console.mode.isQuiet = isQuiet
            console.mode.isVerbose = isVerbose
            try console.line("data")
            console.note("note")
            console.detail("detail")
            console.warning("careful")
            try console.flush()
            #expect(captured.output == "data\n")
            let expected = (isQuiet ? "" : "note\n") + (isVerbose ? "detail\n" : "") + "cbstore: warning: careful\n"
            #expect(captured.errors == expected)
        }
    }

    @Test("a question is seen also by who asked for quiet, and its answer is the line that comes")
    func questions() {
        var errors = ""
        var answers = ["yes", ""]
        let console = Console(
            output: { _ in nil },
            errorOutput: { bytes in
                errors += String(decoding: bytes, as: UTF8.self)
                return nil
            }, input: { answers.isEmpty ? nil : answers.removeFirst() })
        console.mode.isQuiet = true
        #expect(console.ask("Now?") == "yes")
        #expect(console.ask("And \u{1b}[2J?") == "")
        #expect(console.ask("Still?") == nil)
        #expect(errors == "Now?\nAnd \\x1b[2J?\nStill?\n")
    }

    @Test("a dialogue needs terminals, and is never held in JSON")
    func dialogues() {
        for isOnTerminals in [false, true] {
            let console = Console(output: { _ in nil }, errorOutput: { _ in nil }, isOnTerminals: isOnTerminals)
            #expect(console.isDialogue == isOnTerminals)
            console.mode.isJSON = true
            #expect(!console.isDialogue)
        }
    }

    @Test("nothing that is said can steer the terminal")
    func safe() {
        let captured = Captured()
        captured.console().note("two\nlines \u{1b}[2J \u{9b}x é")
        #expect(captured.errors == "two\nlines \\x1b[2J \\x9bx é\n")
    }

    @Test("a failure is one line and its advice, or JSON")
    func failures() throws {
        let below = SystemCallFailure(.noEntry, "open", "/x")
        let failure = Failure(
            .notFound, "no vault 'work'", advice: "Did you mean 'home'?\nRun 'cbstore init'.", cause: below)
        let text = Captured()
        text.console().report(failure)
        #expect(
            text.errors == """
                cbstore: no vault 'work': open /x: No such file or directory
                Did you mean 'home'?
                Run 'cbstore init'.

                """)
        let json = Captured()
        let console = json.console()
        console.mode.isJSON = true
        console.report(failure)
        let value = try JSON(parsing: json.errors)
        #expect(value["error"] == "no vault 'work'")
        #expect(value["code"] == "notFound")
        #expect(value["advice"] == "Did you mean 'home'? Run 'cbstore init'.")
        #expect(value["cause"] == "open /x: No such file or directory")
        let colour = Captured()
        colour.console(isErrorTerminal: true, mayColour: true).report(Failure(.other, "x"))
        #expect(colour.errors == "\u{1b}[1;31mcbstore:\u{1b}[0m x\n")
    }

    @Test(
        "data is gathered into large pieces and none of it is lost", arguments: [0, 1, 65_535, 65_536, 65_537, 300_000])
    func buffering(_ length: Int) throws {
        let captured = Captured()
        let console = captured.console()
        for _ in 0..<length { try console.write([0x78]) }
        #expect(captured.output.utf8.count == length / 65_536 * 65_536)
        try console.flush()
        #expect(captured.output.utf8.count == length)
    }

    @Test("an output that fails is an error, and one whose reader left is noted")
    func failingOutput() {
        for (errno, isClosed) in [(Errno.brokenPipe, true), (.noSpace, false)] {
            let captured = Captured()
            captured.outputErrno = errno
            let console = captured.console()
            #expect(throws: Failure.self) {
                try console.line("x")
                try console.flush()
            }
            #expect(console.isOutputClosed == isClosed)
        }
    }

    @Test("a progress line gives way to what is said")
    func progress() throws {
        let captured = Captured()
        let console = captured.console(isErrorTerminal: true)
        console.progress(ProgressState("Uploading", done: ByteCount(0), of: .mebibytes(1)))
        console.note("note")
        console.endProgress()
        #expect(captured.errors == "\rUploading  0 B of 1.0 MiB (0%)\u{1b}[K\r\u{1b}[Knote\n")
        let quiet = Captured()
        let silent = quiet.console(isErrorTerminal: true)
        silent.mode.isQuiet = true
        silent.progress(ProgressState("Uploading", done: ByteCount(0)))
        #expect(quiet.errors.isEmpty)
    }
}

@Suite struct ProgressTests {
    @Test(
        "a line tells bytes, rate and time left, as far as they are known",
        arguments: [
            (
                ProgressState("Up", done: .mebibytes(512), of: .gibibytes(1)), 1024.0 * 1024 * 16, 80,
                "Up  512.0 MiB of 1.0 GiB (50%)  16.0 MiB/s  32s left"
            ),
            (ProgressState("Up", done: .mebibytes(512), of: .gibibytes(1)), 0, 80, "Up  512.0 MiB of 1.0 GiB (50%)"),
            (ProgressState("Up", done: .mebibytes(512)), 1024, 80, "Up  512.0 MiB  1.0 KiB/s"),
            (
                ProgressState("Up", done: .gibibytes(1), of: .gibibytes(1)), 1024, 80,
                "Up  1.0 GiB of 1.0 GiB (100%)  1.0 KiB/s"
            ),
            (ProgressState("Up", done: .gibibytes(2), of: .gibibytes(1)), 0, 80, "Up  2.0 GiB of 2.0 GiB (100%)"),
            (ProgressState("Up", done: ByteCount(0), of: ByteCount(0)), 0, 80, "Up  0 B of 0 B (100%)"),
            (ProgressState("Up", done: ByteCount(1), of: .gibibytes(1)), 1, 80, "Up  1 B of 1.0 GiB (0%)  1 B/s"),
            (
                ProgressState("Up", done: .mebibytes(512), of: .gibibytes(1)), 1024.0 * 1024 * 16, 40,
                "Up  512.0 MiB of 1.0 GiB (50%)"
            ),
            (ProgressState("Uploading", done: .mebibytes(512), of: .gibibytes(1)), 0, 12, "Uploading  5"),
        ] as [(ProgressState, Double, Int, String)])
    func lines(_ state: ProgressState, _ rate: Double, _ width: Int, _ line: String) {
        #expect(state.line(bytesPerSecond: rate, width: width) == line)
    }

    private func moment(_ milliseconds: UInt64) -> Moment { Moment(nanoseconds: milliseconds * 1_000_000) }

    private func state(_ mebibytes: Int) -> ProgressState {
        ProgressState("Up", done: .mebibytes(mebibytes), of: .mebibytes(100))
    }

    @Test("a terminal is redrawn ten times a second at most")
    func terminal() {
        var meter = ProgressMeter(isTerminal: true, width: 80)
        var drawn: [UInt64] = []
        for time in stride(from: 0 as UInt64, through: 300, by: 10)
        where !meter.show(state(1), at: moment(time)).isEmpty {
            drawn.append(time)
        }
        #expect(drawn == [0, 100, 200, 300])
        #expect(meter.clear() == "\r\u{1b}[K")
        #expect(meter.clear().isEmpty)
        #expect(!meter.show(state(1), at: moment(301)).isEmpty)
    }

    @Test("elsewhere there is one whole line in five seconds, and none for quick work")
    func plain() {
        var meter = ProgressMeter(isTerminal: false, width: 80)
        var lines: [String] = []
        for second in 0...11 {
            let text = meter.show(state(second), at: moment(UInt64(second) * 1000))
            if !text.isEmpty { lines.append("\(second): " + text) }
        }
        #expect(
            lines == [
                "5: Up  5.0 MiB of 100.0 MiB (5%)  1.0 MiB/s  1m35s left\n",
                "10: Up  10.0 MiB of 100.0 MiB (10%)  1.0 MiB/s  1m30s left\n",
            ])
        #expect(meter.clear().isEmpty)
    }

    @Test("the rate is that of the last seconds, and 0 after a stall or a fresh start")
    func rate() {
        var meter = ProgressMeter(isTerminal: true, width: 80)
        for second in 0...60 { _ = meter.show(state(second), at: moment(UInt64(second) * 1000)) }
        #expect(abs(meter.rate - 1_048_576) < 1)
        for second in 61...75 { _ = meter.show(state(60), at: moment(UInt64(second) * 1000)) }
        #expect(meter.rate == 0)
        _ = meter.show(state(0), at: moment(76_000))
        _ = meter.show(state(2), at: moment(77_000))
        #expect(abs(meter.rate - 2 * 1_048_576) < 1)
    }

    @Test("a million updates hold no more than the window's samples")
    func bounded() {
        var meter = ProgressMeter(isTerminal: true, width: 80)
        for step in 0..<1_000_000 {
            let done = ProgressState("Up", done: ByteCount(step * 1000))
            _ = meter.show(done, at: Moment(nanoseconds: UInt64(step) * 100_000))
        }
        #expect(abs(meter.rate - 10_000_000) < 100_000)
    }
}
