import Commands
import Core
import Testing

/// A verb that shows what it was given, and fails when told to.
private enum EchoCommand: Command {
    static let description = CommandDescription(
        "echo", "Print words", group: .tool, arguments: [.init("word", "A word.", count: .zeroOrMore)],
        options: [.flag("fail", "Fail.")], usesVault: false)

    static var subcommands: [any Command.Type] { [InnerCommand.self] }

    static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        for word in arguments.arguments("word") { try console.line(Name(word).escaped) }
        console.progress(ProgressState("Echoing", done: ByteCount(1)))
        if arguments.isSet("fail") { throw Failure(.integrity, "the bytes are wrong", advice: "run 'cbstore verify'") }
        return arguments.arguments("word").isEmpty ? 2 : 0
    }
}

private enum InnerCommand: Command {
    static let description = CommandDescription("inner", "Print inner", group: .tool, usesVault: false)

    static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        try console.line("inner")
        return 0
    }
}

@Suite struct RegistryTests {
    private let registry = CommandRegistry([
        EchoCommand.self, VersionCommand.self, HelpCommand.self, ManCommand.self, CompletionCommand.self,
    ])

    private func run(_ words: String...) -> (code: Int32, output: String, errors: String) {
        let captured = Captured()
        let code = registry.run(CommandArguments(words), captured.console())
        return (code, captured.output, captured.errors)
    }

    @Test(
        "a verb runs and its code is the program's", arguments: [(["echo", "a", "b"], 0, "a\nb\n"), (["echo"], 2, "")])
    func running(_ words: [String], _ code: Int32, _ output: String) {
        let captured = Captured()
        #expect(registry.run(CommandArguments(words), captured.console()) == code)
        #expect(captured.output == output)
        #expect(captured.errors.isEmpty)
    }

    @Test("a verb below a verb runs")
    func nested() {
        #expect(run("echo", "inner") == (0, "inner\n", ""))
        #expect(run("echo", "--", "inner") == (0, "inner\n", ""))
        #expect(run("echo", "a", "inner").output == "a\ninner\n")
    }

    @Test("a failure ends with its exit code, after the data that came before it")
    func failing() throws {
        let text = run("echo", "a", "--fail")
        #expect(text == (6, "a\n", "cbstore: the bytes are wrong\nrun 'cbstore verify'\n"))
        let json = run("echo", "--fail", "--json")
        #expect(json.code == 6)
        #expect(
            json.errors == #"{"error":"the bytes are wrong","code":"integrity","advice":"run 'cbstore verify'"}"# + "\n"
        )
    }

    @Test("a command line that is not understood exits 64, in JSON when that was asked for")
    func usage() throws {
        let text = run("ecko")
        #expect(text == (64, "", "cbstore: unknown command 'ecko'\nDid you mean 'echo'?\nSee 'cbstore --help'.\n"))
        let json = run("ecko", "--json")
        #expect(json.code == 64)
        #expect(try JSON(parsing: json.errors)["code"] == "usage")
        #expect(run("ecko", "--", "--json").errors.hasPrefix("cbstore:"))
    }

    @Test("help is the same by every way to it")
    func help() {
        let program = run("--help")
        #expect(program.code == 0)
        #expect(program.output.hasPrefix("OVERVIEW: An end-to-end-encrypted folder"))
        #expect(run() == program)
        #expect(run("help") == program)
        let verb = run("echo", "--help")
        #expect(verb.output.hasPrefix("OVERVIEW: Print words\n\nUSAGE: cbstore echo [--fail] [common options]"))
        #expect(run("help", "echo") == verb)
        #expect(run("echo", "--fail", "-h") == verb)
        #expect(run("help", "echo", "inner") == run("echo", "inner", "--help"))
        let unknown = run("help", "ehco")
        #expect(unknown.code == 64)
        #expect(unknown.errors.contains("Did you mean 'echo'?"))
    }

    @Test("help as JSON is the same text in one value", arguments: [["help", "echo"], ["echo", "--help"]])
    func helpAsJSON(_ words: [String]) throws {
        let plain = run("help", "echo")
        let captured = Captured()
        #expect(registry.run(CommandArguments(words + ["--json"]), captured.console()) == 0)
        let told = try JSON(parsing: captured.output)
        #expect(told["format"] == "plain" && told["text"]?.text == plain.output)
    }

    @Test("the version is printed by option and by verb")
    func version() {
        #expect(run("version") == (0, "cbstore 0.1.0\n", ""))
        #expect(run("--version") == run("version"))
        #expect(run("version", "--json").output == #"{"name":"cbstore","version":"0.1.0"}"# + "\n")
        #expect(run("--json", "--version") == run("version", "--json"))
    }

    @Test("scripts and pages come from the running program's verbs")
    func generated() throws {
        #expect(run("completion", "bash").output == CompletionShell.bash.script(registry.program))
        #expect(run("completion", "tcsh").code == 64)
        #expect(run("completion").errors.hasPrefix("cbstore: missing argument <shell>"))
        #expect(run("man").output == ManualPage.text([registry.program]))
        #expect(run("man", "echo", "inner").output.contains("CBSTORE\\-ECHO\\-INNER"))
        #expect(run("man", "ehco").code == 64)
        #expect(try JSON(parsing: run("man", "--json").output)["text"]?.text == run("man").output)
        #expect(try JSON(parsing: run("completion", "fish", "--json").output)["shell"] == "fish")
    }

    @Test("a reader that leaves early hears no complaint")
    func brokenPipe() {
        let captured = Captured()
        captured.outputErrno = .brokenPipe
        #expect(registry.run(CommandArguments(["echo", "a"]), captured.console()) == 1)
        #expect(captured.errors.isEmpty)
        let full = Captured()
        full.outputErrno = .noSpace
        #expect(registry.run(CommandArguments(["echo", "a"]), full.console()) == 8)
        #expect(full.errors == "cbstore: standard output: No space left on device\n")
    }

    @Test("a command line in another form is rewritten before it is read")
    func rewriting() {
        let registry = CommandRegistry([EchoCommand.self]) { arguments, program in
            guard let first = arguments.words.first, program.subcommand(first) == nil else { return arguments }
            var rewritten = arguments
            rewritten.words = [Array("echo".utf8)] + arguments.words
            return rewritten
        }
        let captured = Captured()
        #expect(registry.run(CommandArguments(["vault", "dir"]), captured.console()) == 0)
        #expect(captured.output == "vault\ndir\n")
        let verb = Captured()
        #expect(registry.run(CommandArguments(["echo", "x"]), verb.console()) == 0)
        #expect(verb.output == "x\n")
    }

    @Test("the process's own arguments are bytes, and its environment is there")
    func process() {
        let arguments = CommandArguments.fromProcess()
        #expect(!arguments.program.isEmpty)
        #expect(arguments.environment["PATH"] != nil)
        #expect(arguments.environment["CBSTORE_NO_SUCH_VARIABLE"] == nil)
    }
}
