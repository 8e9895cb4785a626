package import Core

/// `cbstore help`, and what `--help` shows.
package enum HelpCommand: Command {
    package static let description = CommandDescription(
        "help", "Show help for a command", group: .tool,
        arguments: [.init("command", "The command, word by word.", count: .zeroOrMore, completes: .verb)],
        examples: [.init("cbstore help upload", "What 'cbstore upload --help' shows.")],
        exitStatus: [.init(64, "There is no such command.")], usesVault: false)

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let path = try CommandPath.find(arguments.arguments("command"), in: arguments)
        return try show(path.dropFirst().map(\.name), arguments.program, console)
    }

    /// Prints the help of the command that `path` leads to.
    static func show(_ path: [String], _ program: CommandDescription, _ console: Console) throws(Failure) -> Int32 {
        let commands = CommandPath.follow(path, program)
        if console.mode.isJSON {
            try console.json(["format": "plain", "text": .string(HelpText.text(commands))])
            return 0
        }
        let isBold = console.isOutputTerminal && console.mayColour
        try console.write(HelpText.text(commands, width: console.width, bold: isBold).utf8)
        return 0
    }
}
