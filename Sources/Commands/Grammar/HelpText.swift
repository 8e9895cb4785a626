/// The text of `--help`, laid out for a width.
package struct HelpText {
    private static let helpColumn = 26

    private let width: Int
    private let isBold: Bool
    private var lines: [String] = []

    /// Help for the command at the end of `path`; the program itself comes first in it.
    package static func text(_ path: [CommandDescription], width: Int = 80, bold: Bool = false) -> String {
        var help = HelpText(width: width, isBold: bold)
        help.write(path)
        return help.lines.joined(separator: "\n") + "\n"
    }

    private init(width: Int, isBold: Bool) {
        self.width = width
        self.isBold = isBold
    }

    private mutating func write(_ path: [CommandDescription]) {
        guard let command = path.last else { return }
        let isProgram = path.count == 1
        paragraph(heading("OVERVIEW:") + " " + command.abstract)
        for text in command.discussion.paragraphs {
            lines.append("")
            paragraph(text)
        }
        lines.append("")
        usage(path, isProgram: isProgram)
        section("ARGUMENTS:", command.arguments.map { ("<\($0.name)>", $0.help) })
        section("OPTIONS:", (command.options + (isProgram ? [StandardOptions.version] : [])).map(Self.row))
        if isProgram {
            for group in CommandGroup.allCases {
                let verbs = command.subcommands.filter { $0.group == group }
                section(group.rawValue.uppercased() + ":", verbs.map { ($0.name, $0.abstract) })
            }
        } else {
            section("SUBCOMMANDS:", command.subcommands.map { ($0.name, $0.abstract) })
        }
        if command.usesVault { section("VAULT OPTIONS:", StandardOptions.vault.map(Self.row)) }
        section("COMMON OPTIONS:", StandardOptions.common.map(Self.row))
        examples(command.examples)
        if isProgram {
            lines.append("")
            paragraph("See '\(command.name) help <command>' for detailed help.")
        }
        let statuses = isProgram ? CommandDescription.ExitStatus.all : command.allExitStatus
        section("EXIT STATUS:", statuses.map { ("\($0.code)", $0.meaning) }, column: 7)
    }

    private func heading(_ text: String) -> String { isBold ? "\u{1b}[1m\(text)\u{1b}[0m" : text }

    private mutating func paragraph(_ text: String) { lines += text.wrapped(to: width) }

    private mutating func usage(_ path: [CommandDescription], isProgram: Bool) {
        let name = path.map(\.name).joined(separator: " ")
        let start = "USAGE: \(name)"
        let pieces = isProgram ? ["[options]", "<command>", "..."] : UsageLine.pieces(path[path.count - 1])
        let indent = start.count + 1 > width / 2 ? 8 : start.count + 1
        var line = start
        for piece in pieces {
            if line.count + 1 + piece.count > width, line.count > indent {
                lines.append(line)
                line = String(repeating: " ", count: indent) + piece
            } else {
                line += " " + piece
            }
        }
        lines.append(line)
        if isBold, let index = lines.firstIndex(where: { $0.hasPrefix("USAGE:") }) {
            lines[index] = heading("USAGE:") + lines[index].dropFirst("USAGE:".count)
        }
    }

    private mutating func section(_ title: String, _ rows: [(label: String, help: String)], column: Int = helpColumn) {
        guard !rows.isEmpty else { return }
        lines += ["", heading(title)]
        for row in rows {
            var help = row.help.wrapped(to: max(width - column, 20))
            let label = "  " + row.label
            if label.count + 2 <= column, !help.isEmpty {
                lines.append(label + String(repeating: " ", count: column - label.count) + help.removeFirst())
            } else {
                lines.append(label)
            }
            lines += help.map { String(repeating: " ", count: column) + $0 }
        }
    }

    private mutating func examples(_ examples: [CommandDescription.Example]) {
        guard !examples.isEmpty else { return }
        lines += ["", heading("EXAMPLES:")]
        for example in examples {
            lines += example.explanation.wrapped(to: width - 2).map { "  " + $0 }
            lines.append("    $ " + example.command)
        }
    }

    private static func row(_ option: CommandDescription.Option) -> (label: String, help: String) {
        (option.label, option.fullHelp)
    }
}

/// The pieces of a command line that must not be broken.
enum UsageLine {
    static func pieces(_ command: CommandDescription) -> [String] {
        var pieces = command.options.map { option -> String in
            let name = option.kind == .switchable ? "--[no-]\(option.name)" : "--\(option.name)"
            let value = option.placeholder.map { " <\($0)>" } ?? ""
            return "[\(name)\(value)]" + (option.isRepeatable ? "..." : "")
        }
        pieces.append("[common options]")
        pieces += command.arguments.map { argument in
            switch argument.count {
            case .one: "<\(argument.name)>"
            case .optional: "[<\(argument.name)>]"
            case .oneOrMore: "<\(argument.name)>..."
            case .zeroOrMore: "[<\(argument.name)>...]"
            }
        }
        // Words of its own and a subcommand exclude each other; the section on subcommands says what there is.
        if !command.subcommands.isEmpty, command.arguments.isEmpty {
            pieces.append(command.needsSubcommand ? "<subcommand>" : "[<subcommand>]")
        }
        return pieces
    }
}

extension CommandDescription.Option {
    /// `-o, --output <file>`.
    var label: String {
        let name = kind == .switchable ? "--[no-]\(self.name)" : "--\(self.name)"
        return (short.map { "-\($0), " } ?? "") + name + (placeholder.map { " <\($0)>" } ?? "")
    }

    /// The help with what stands behind it in parentheses.
    var fullHelp: String {
        var notes: [String] = []
        if case .choices(let choices) = completion { notes.append("values: \(choices.joined(separator: ", "))") }
        if let defaultText { notes.append("default: \(defaultText)") }
        if let environment { notes.append("environment: \(environment)") }
        if isRepeatable { notes.append("may be repeated") }
        return notes.isEmpty ? help : "\(help) (\(notes.joined(separator: "; ")))"
    }
}

extension String {
    /// Parts between empty lines, each on one line.
    var paragraphs: [String] {
        var paragraphs: [String] = []
        var isOpen = false
        for line in split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty {
                isOpen = false
            } else if isOpen {
                paragraphs[paragraphs.count - 1] += " " + line
            } else {
                paragraphs.append(String(line))
                isOpen = true
            }
        }
        return paragraphs
    }

    /// Lines of at most `width` characters, broken at spaces; a longer word stands alone.
    func wrapped(to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ") {
            if line.isEmpty {
                line = String(word)
            } else if line.count + 1 + word.count <= width {
                line += " " + word
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }
}
