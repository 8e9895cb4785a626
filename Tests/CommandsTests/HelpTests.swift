import Commands
import Core
import Testing

@Suite struct HelpTests {
    @Test("the help of each verb is as it was reviewed", arguments: wholeProgram.subcommands.map(\.name))
    func verbs(_ name: String) throws {
        let verb = try #require(wholeProgram.subcommand(name.utf8))
        try Snapshot.check(HelpText.text([wholeProgram, verb]), "help-\(name).txt")
    }

    @Test("the program's help is as it was reviewed")
    func program() throws {
        try Snapshot.check(HelpText.text([wholeProgram]), "help.txt")
    }

    @Test("help ends with the exit codes and keeps to its width", arguments: [60, 80, 100])
    func width(_ width: Int) {
        for verb in wholeProgram.subcommands {
            let text = HelpText.text([wholeProgram, verb], width: width)
            let lines = text.split(separator: "\n")
            // A command line worth copying is never broken.
            for line in lines where line.count > width && !line.hasPrefix("    $ ") {
                Issue.record("\(verb.name): \(line.count) columns: \(line)")
            }
            #expect(lines.last?.hasPrefix("  130") == true)
            #expect(text.contains("\nEXIT STATUS:\n  0"))
        }
    }

    @Test("every verb says what it does, shows an example, and ends no clause with a stop")
    func completeness() {
        for verb in wholeProgram.subcommands {
            #expect(!verb.abstract.isEmpty && !verb.abstract.hasSuffix("."), "\(verb.name)")
            #expect(!verb.examples.isEmpty, "\(verb.name)")
            for option in verb.options { #expect(option.help.hasSuffix("."), "\(verb.name) --\(option.name)") }
            for argument in verb.arguments { #expect(argument.help.hasSuffix("."), "\(verb.name) \(argument.name)") }
        }
    }

    @Test("no verb declares a name or a letter twice, or one that every verb has")
    func unique() {
        for verb in wholeProgram.subcommands {
            let options = verb.options + StandardOptions.all
            #expect(Set(options.map(\.name)).count == options.count, "\(verb.name)")
            let letters = options.compactMap(\.short)
            #expect(Set(letters).count == letters.count, "\(verb.name)")
        }
    }

    @Test("each example's command line is one that the parser takes")
    func examples() throws {
        for verb in wholeProgram.subcommands + [wholeProgram] {
            for example in verb.examples {
                // What a shell does is not the parser's: pipes, redirections, quotes.
                var words = example.command.replacing("'", with: "").split(separator: " ").map(String.init)
                guard let start = words.firstIndex(of: "cbstore") else { continue }
                words.removeFirst(start + 1)
                if let end = words.firstIndex(where: { $0.hasPrefix("|") || $0.hasPrefix("<") || $0.hasPrefix(">") }) {
                    words.removeSubrange(end...)
                }
                #expect(throws: Never.self, "\(example.command)") {
                    try ArgumentParser.parse(CommandArguments(words), program: wholeProgram)
                }
            }
        }
    }

    @Test("headings are bold when asked, and the text is the same without")
    func bold() throws {
        let verb = UploadCommand.description
        let bold = HelpText.text([wholeProgram, verb], bold: true)
        #expect(bold.contains("\u{1b}[1mUSAGE:\u{1b}[0m cbstore upload"))
        #expect(!HelpText.text([wholeProgram, verb]).contains("\u{1b}"))
    }
}

@Suite struct ManualTests {
    @Test("a verb's manual page is as it was reviewed", arguments: ["upload", "mount", "completion"])
    func snapshot(_ name: String) throws {
        let verb = try #require(wholeProgram.subcommand(name.utf8))
        try Snapshot.check(ManualPage.text([wholeProgram, verb]), "cbstore-\(name).1")
    }

    @Test("the program's manual page is as it was reviewed")
    func program() throws {
        try Snapshot.check(ManualPage.text([wholeProgram]), "cbstore.1")
    }

    @Test("the formatter has no complaint about any page", .enabled(if: Shell.has("groff")))
    func warnings() throws {
        let paths = [[wholeProgram]] + wholeProgram.subcommands.map { [wholeProgram, $0] }
        for path in paths {
            let result = try Shell.run("groff -man -ww -Tutf8 -Z > /dev/null", input: ManualPage.text(path))
            #expect(result.status == 0)
            #expect(result.output.isEmpty, "\(path[path.count - 1].name)")
        }
    }

    @Test("nothing in a description can be a request or an escape to the formatter", .enabled(if: Shell.has("groff")))
    func hostileText() throws {
        let odd = CommandDescription(
            "odd", ".so /etc/passwd", discussion: "'ig\n\n.ex \\fB back\\slash -x \"quoted\" ~^` e\u{301}", group: .tool
        )
        let result = try Shell.run("groff -man -ww -Tutf8 -P-cbou", input: ManualPage.text([wholeProgram, odd]))
        #expect(result.status == 0)
        #expect(result.output.contains(".so /etc/passwd"))
        #expect(result.output.contains(".ex \\fB back\\slash -x \"quoted\" ~^`"))
        #expect(result.output.contains("'ig"))
    }
}
