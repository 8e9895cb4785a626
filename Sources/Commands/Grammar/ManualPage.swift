internal import Core

/// A manual page in the language of man(7).
package struct ManualPage {
    private var output = ""

    /// The page of the command at the end of `path`, or of the program when it stands alone.
    package static func text(_ path: [CommandDescription]) -> String {
        var page = ManualPage()
        page.write(path)
        return page.output
    }

    private mutating func write(_ path: [CommandDescription]) {
        guard let program = path.first, let command = path.last else { return }
        let isProgram = path.count == 1
        let title = path.map(\.name).joined(separator: "-")
        request(
            ".TH \(Self.quoted(title.uppercased())) 1 \"\" \(Self.quoted("\(program.name) \(Version.text)"))"
                + " \(Self.quoted("\(program.name) manual"))")
        // Words of a command line are neither hyphenated nor stretched.
        request(".nh")
        request(".ad l")
        section("NAME")
        text("\(title) - \(command.abstract.lowercasedFirst)")
        section("SYNOPSIS")
        synopsis(path, isProgram: isProgram)
        section("DESCRIPTION")
        text(command.abstract + ".")
        for paragraph in command.discussion.paragraphs {
            request(".PP")
            text(paragraph)
        }
        if !command.arguments.isEmpty {
            section("ARGUMENTS")
            for argument in command.arguments { item("\\fI\(Self.escaped(argument.name))\\fR", argument.help) }
        }
        commands(command, isProgram: isProgram)
        section("OPTIONS")
        for option in command.options { item(Self.label(option), option.fullHelp) }
        if isProgram { item(Self.label(StandardOptions.version), StandardOptions.version.fullHelp) }
        let standard = command.usesVault ? StandardOptions.all : StandardOptions.common
        for option in standard { item(Self.label(option), option.fullHelp) }
        examples(command.examples)
        section("EXIT STATUS")
        let statuses = isProgram ? CommandDescription.ExitStatus.all : command.allExitStatus
        for status in statuses { item("\\fB\(status.code)\\fR", status.meaning) }
        seeAlso(program, command, isProgram: isProgram)
    }

    private mutating func synopsis(_ path: [CommandDescription], isProgram: Bool) {
        let name = Self.escaped(path.map(\.name).joined(separator: " "))
        let pieces = isProgram ? ["[options]", "<command>", "..."] : UsageLine.pieces(path[path.count - 1])
        // A space inside a piece must not be a place to break the line.
        let shown = pieces.map { Self.escaped($0).replacing(" ", with: "\\ ") }
        request("\\fB\(name)\\fR \(shown.joined(separator: " "))")
    }

    private mutating func commands(_ command: CommandDescription, isProgram: Bool) {
        guard !command.subcommands.isEmpty else { return }
        section(isProgram ? "COMMANDS" : "SUBCOMMANDS")
        for group in CommandGroup.allCases {
            let verbs = command.subcommands.filter { $0.group == group }
            if verbs.isEmpty { continue }
            if isProgram { request(".SS \(Self.quoted(group.rawValue))") }
            for verb in verbs { item("\\fB\(Self.escaped(verb.name))\\fR", verb.abstract + ".") }
        }
    }

    private mutating func examples(_ examples: [CommandDescription.Example]) {
        guard !examples.isEmpty else { return }
        section("EXAMPLES")
        for (index, example) in examples.enumerated() {
            if index > 0 { request(".PP") }
            text(example.explanation)
            request(".PP")
            request(".RS 4")
            request(".nf")
            text("$ " + example.command)
            request(".fi")
            request(".RE")
        }
    }

    private mutating func seeAlso(_ program: CommandDescription, _ command: CommandDescription, isProgram: Bool) {
        section("SEE ALSO")
        let verbs = program.subcommands.filter { isProgram || ($0.group == command.group && $0.name != command.name) }
        let others = verbs.map { "\(program.name)-\($0.name)" }
        let names = (isProgram ? [] : [program.name]) + others
        let references = names.map { "\\fB\(Self.escaped($0))\\fR(1)" }
        request(references.joined(separator: ",\n"))
    }

    private mutating func section(_ title: String) { request(".SH \(Self.quoted(title))") }

    private mutating func item(_ label: String, _ help: String) {
        request(".TP")
        request(label)
        text(help)
    }

    private mutating func request(_ line: String) { output += line + "\n" }

    /// A line of prose; one that begins like a request is kept from being one.
    private mutating func text(_ text: String) {
        let escaped = Self.escaped(text)
        let isRequest = escaped.hasPrefix(".") || escaped.hasPrefix("'")
        request((isRequest ? "\\&" : "") + escaped)
    }

    private static func label(_ option: CommandDescription.Option) -> String {
        let short = option.short.map { "\\fB\\-\($0)\\fR, " } ?? ""
        let name = option.kind == .switchable ? "--[no-]\(option.name)" : "--\(option.name)"
        let value = option.placeholder.map { " \\fI\(escaped($0))\\fR" } ?? ""
        return "\(short)\\fB\(escaped(name))\\fR\(value)"
    }

    private static func quoted(_ text: String) -> String { "\"\(escaped(text).replacing("\"", with: "\\(dq"))\"" }

    /// Text in which nothing is a command to the formatter; what is not ASCII is named by its number.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "'": escaped += "\\(aq"
            case "`": escaped += "\\(ga"
            case "^": escaped += "\\(ha"
            case "~": escaped += "\\(ti"
            case "\u{20}"..."\u{7e}": escaped.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                escaped += "\\[u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)]"
            }
        }
        return escaped
    }
}

extension String {
    var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }

    /// Every occurrence of a character replaced by text.
    func replacing(_ character: Character, with text: String) -> String {
        reduce(into: "") { result, next in result += next == character ? text : String(next) }
    }
}
