import Commands
import Core
import Testing

@Suite struct ParserTests {
    private static let program = CommandDescription(
        "prog", "A program", group: .tool,
        subcommands: [
            CommandDescription(
                "copy", "Copy", group: .files,
                arguments: [
                    .init("source", "From.", count: .oneOrMore), .init("target", "To."),
                ],
                options: [
                    .value("to", short: "t", "dir", "Where."),
                    .value("exclude", "glob", "What not.", repeatable: true),
                    .value("limit", "n", "How many.", environment: "PROG_LIMIT"),
                    .value("mode", "m", "How.", completes: .choices(["fast", "safe"])),
                    .flag("long", short: "l", "Long."),
                    .flag("recursive", short: "R", "Deep."),
                    .flag("no-wait", "Do not wait."),
                    .flag("cache", "Keep.", switchable: true),
                ]),
            CommandDescription(
                "show", "Show", group: .files,
                arguments: [.init("first", "One.", count: .optional), .init("rest", "More.", count: .zeroOrMore)]),
            CommandDescription(
                "key", "Keys", group: .content, needsSubcommand: true,
                subcommands: [
                    CommandDescription("generate", "Make", group: .content, arguments: [.init("name", "Its name.")])
                ]),
            CommandDescription(
                "devices", "Devices", group: .sync,
                subcommands: [CommandDescription("revoke", "Revoke", group: .sync)]),
        ])

    private func parse(_ words: String..., environment: [String: String] = [:]) throws(Failure) -> ParsedArguments {
        try ArgumentParser.parse(CommandArguments(words, environment: environment), program: Self.program)
    }

    private func texts(_ words: [[UInt8]]) -> [String] { words.map { String(decoding: $0, as: UTF8.self) } }

    @Test(
        "a value may be joined to its option or follow it, in every form",
        arguments: [
            ["--to=x", "a", "b"], ["--to", "x", "a", "b"], ["-t", "x", "a", "b"], ["-tx", "a", "b"],
            ["a", "b", "-ltx"],
            ["a", "-lt", "x", "b"], ["a", "--to=x", "b"],
        ])
    func valueForms(_ words: [String]) throws {
        let parsed = try ArgumentParser.parse(CommandArguments(["copy"] + words), program: Self.program)
        #expect(try parsed.text("to") == "x")
        #expect(texts(parsed.arguments("source")) == ["a"])
        #expect(texts([parsed.required("target")]) == ["b"])
    }

    @Test(
        "a value is taken as it stands: empty, with equals signs, dashes, or another option's name",
        arguments: [
            (["--to="], ""), (["--to=a=b"], "a=b"), (["--to", "-"], "-"), (["--to", "--json"], "--json"),
            (["-t=x"], "=x"), (["--to", "--"], "--"),
        ])
    func oddValues(_ words: [String], _ value: String) throws {
        let parsed = try ArgumentParser.parse(CommandArguments(["copy", "a", "b"] + words), program: Self.program)
        #expect(try parsed.text("to") == value)
        #expect(!parsed.wantsJSON)
    }

    @Test("short flags join, and flags are counted")
    func flags() throws {
        let parsed = try parse("copy", "-lRvv", "a", "b", "-v", "--no-wait")
        #expect(parsed.isSet("long"))
        #expect(parsed.isSet("recursive"))
        #expect(parsed.isSet("no-wait"))
        #expect(parsed.count("verbose") == 3)
        #expect(!parsed.isSet("quiet"))
    }

    @Test("the last of a switch and its opposite counts")
    func switches() throws {
        #expect(try parse("copy", "--cache", "a", "b").isSet("cache"))
        #expect(try !parse("copy", "--cache", "--no-cache", "a", "b").isSet("cache"))
        #expect(try parse("copy", "--no-cache", "--cache", "a", "b").isSet("cache"))
        #expect(try !parse("copy", "--no-cache", "a", "b").isSet("cache"))
    }

    @Test("a switch that is taken back is given all the same, unlike one that nobody mentions")
    func givenSwitches() throws {
        #expect(try parse("copy", "--cache", "a", "b").isGiven("cache"))
        #expect(try parse("copy", "--no-cache", "a", "b").isGiven("cache"))
        #expect(try !parse("copy", "a", "b").isGiven("cache"))
    }

    @Test("a repeatable option keeps every value in order, another one its last")
    func repetition() throws {
        let parsed = try parse("copy", "--exclude", "1", "a", "--exclude=2", "b", "--to", "1", "--to", "2")
        #expect(texts(parsed.all("exclude")) == ["1", "2"])
        #expect(try parsed.text("to") == "2")
    }

    @Test("after two dashes nothing is an option, and a single dash never is")
    func literal() throws {
        let parsed = try parse("copy", "-", "--", "-l", "--to")
        #expect(texts(parsed.arguments("source")) == ["-", "-l"])
        #expect(texts([parsed.required("target")]) == ["--to"])
        #expect(!parsed.isSet("long"))
        let second = try parse("copy", "--", "a", "--")
        #expect(texts([second.required("target")]) == ["--"])
    }

    @Test(
        "words go to the arguments that must have one first, then from left to right",
        arguments: [
            (["x"], ["x"], []), (["x", "y"], ["x"], ["y"]), (["x", "y", "z"], ["x"], ["y", "z"]), ([], [], []),
        ])
    func assignment(_ words: [String], _ first: [String], _ rest: [String]) throws {
        let parsed = try ArgumentParser.parse(CommandArguments(["show"] + words), program: Self.program)
        #expect(texts(parsed.arguments("first")) == first)
        #expect(texts(parsed.arguments("rest")) == rest)
        let copy = try ArgumentParser.parse(CommandArguments(["copy", "a"] + words + ["z"]), program: Self.program)
        #expect(texts(copy.arguments("source")) == ["a"] + words)
    }

    @Test("options of every verb may stand before it")
    func globalOptions() throws {
        let parsed = try parse("--vault", "work", "--json", "copy", "a", "b", "-q")
        #expect(try parsed.text("vault") == "work")
        #expect(parsed.wantsJSON)
        #expect(parsed.isQuiet)
        #expect(parsed.path == ["copy"])
    }

    @Test("verbs below verbs are found, with options between")
    func nested() throws {
        let parsed = try parse("key", "--json", "generate", "mine")
        #expect(parsed.path == ["key", "generate"])
        #expect(texts([parsed.required("name")]) == ["mine"])
        #expect(try parse("devices").path == ["devices"])
        #expect(try parse("devices", "revoke").path == ["devices", "revoke"])
    }

    @Test("bytes that are not UTF-8 reach the verb unchanged, and are no text")
    func bytes() throws {
        let odd: [UInt8] = [0x61, 0xff, 0x3d]
        let words = [Array("copy".utf8), odd, Array("--to=".utf8) + odd, Array("b".utf8)]
        let parsed = try ArgumentParser.parse(
            CommandArguments(program: [], words: words, environment: CommandEnvironment()), program: Self.program)
        #expect(parsed.arguments("source") == [odd])
        #expect(parsed.bytes("to") == odd)
        let failure = #expect(throws: Failure.self) { try parsed.text("to") }
        #expect(failure?.message == "option '--to': 'a\\xff=' is not UTF-8 text")
    }

    @Test("the command line wins over the environment, and an empty variable is unset")
    func environment() throws {
        #expect(try parse("copy", "a", "b", environment: ["PROG_LIMIT": "5"]).integer("limit", in: 0...9) == 5)
        let both = try parse("copy", "a", "b", "--limit", "3", environment: ["PROG_LIMIT": "5"])
        #expect(try both.integer("limit", in: 0...9) == 3)
        #expect(both.isGiven("limit"))
        #expect(try parse("copy", "a", "b", environment: ["PROG_LIMIT": ""]).integer("limit", in: 0...9) == nil)
        let wrong = try parse("copy", "a", "b", environment: ["PROG_LIMIT": "x"])
        let failure = #expect(throws: Failure.self) { try wrong.integer("limit", in: 0...9) }
        #expect(failure?.message == "PROG_LIMIT: 'x' is not a whole number from 0 to 9")
    }

    @Test(
        "typed values are read or refused with what would do",
        arguments: [
            ("0", true), ("9", true), ("10", false), ("-1", false), ("", false), ("1.5", false), (" 1", false),
            ("99999999999999999999", false),
        ])
    func integers(_ value: String, _ isGood: Bool) throws {
        let parsed = try parse("copy", "a", "b", "--limit=" + value)
        if isGood {
            #expect(try parsed.integer("limit", in: 0...9) == Int(value))
        } else {
            let failure = #expect(throws: Failure.self) { try parsed.integer("limit", in: 0...9) }
            #expect(failure?.code == .usage)
            #expect(failure?.advice == "See 'prog copy --help'.")
        }
    }

    @Test("durations and sizes are read from options")
    func typed() throws {
        #expect(try parse("copy", "a", "b", "--to=2m").duration("to") == .seconds(120))
        #expect(try parse("copy", "a", "b", "--to=64M").byteCount("to") == .mebibytes(64))
        #expect(throws: Failure.self) { try parse("copy", "a", "b", "--to=2x").duration("to") }
        #expect(throws: Failure.self) { try parse("copy", "a", "b", "--to=2x").byteCount("to") }
    }

    @Test(
        "help is understood wherever it stands, and lifts what else is missing",
        arguments: [
            ["--help"], ["copy", "--help"], ["--help", "copy"], ["copy", "a", "-h"], ["key", "-h"],
        ])
    func help(_ words: [String]) throws {
        let parsed = try ArgumentParser.parse(CommandArguments(words), program: Self.program)
        #expect(parsed.wantsHelp)
        #expect(parsed.path == words.filter { ["copy", "key"].contains($0) })
    }

    @Test(
        "a command line that is not understood says why, what was meant, and where help is",
        arguments: [
            (["copi"], "unknown command 'copi'", "Did you mean 'copy'?\nSee 'prog --help'."),
            (["xyz"], "unknown command 'xyz'", "See 'prog --help'."),
            (["dev"], "unknown command 'dev'", "Did you mean 'devices'?\nSee 'prog --help'."),
            (["a\u{1b}[m"], "unknown command 'a\\x1b[m'", "See 'prog --help'."),
            (["key"], "'prog key' needs a subcommand: generate", "See 'prog key --help'."),
            (
                ["key", "genrate"], "'prog key' has no subcommand 'genrate'",
                "Did you mean 'generate'?\nSee 'prog key --help'."
            ),
            (["copy", "a"], "missing argument <target>", "See 'prog copy --help'."),
            (["copy"], "missing argument <source>", "See 'prog copy --help'."),
            (["devices", "revoke", "x"], "unexpected argument 'x'", "See 'prog devices revoke --help'."),
            (
                ["copy", "--jsno", "a", "b"], "unknown option '--jsno' for 'prog copy'",
                "Did you mean '--json'?\nSee 'prog copy --help'."
            ),
            (
                ["copy", "--ex=1"], "unknown option '--ex' for 'prog copy'",
                "Did you mean '--exclude'?\nSee 'prog copy --help'."
            ),
            (["copy", "-x"], "unknown option '-x' for 'prog copy'", "See 'prog copy --help'."),
            (
                ["copy", "-json"], "unknown option '-j' for 'prog copy'",
                "Did you mean '--json'?\nSee 'prog copy --help'."
            ),
            (["copy", "a", "b", "--to"], "option '--to' needs a value <dir>", "See 'prog copy --help'."),
            (["copy", "a", "b", "-t"], "option '-t' needs a value <dir>", "See 'prog copy --help'."),
            (["copy", "--long=1"], "option '--long' takes no value", "See 'prog copy --help'."),
            (["copy", "--no-cache=1"], "option '--no-cache' takes no value", "See 'prog copy --help'."),
            (["copy", "--no-long"], "unknown option '--no-long' for 'prog copy'", "See 'prog copy --help'."),
            (
                ["copy", "--mode", "fsat"], "option '--mode' cannot be 'fsat'; it is one of fast, safe",
                "Did you mean 'fast'?\nSee 'prog copy --help'."
            ),
            (["copy", "--version"], "unknown option '--version' for 'prog copy'", "See 'prog copy --help'."),
        ])
    func failures(_ words: [String], _ message: String, _ advice: String) {
        let failure = #expect(throws: Failure.self) {
            try ArgumentParser.parse(CommandArguments(words), program: Self.program)
        }
        #expect(failure?.code == .usage)
        #expect(failure?.message == message)
        #expect(failure?.advice == advice)
    }
}
