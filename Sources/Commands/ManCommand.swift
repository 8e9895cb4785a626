package import Core

/// `cbstore man`.
package enum ManCommand: Command {
    package static let description = CommandDescription(
        "man", "Print the manual page of the program or of a command",
        discussion:
            "The page is in the language of man(7): pipe it into 'man -l -', or install it under share/man/man1.",
        group: .tool,
        arguments: [
            .init(
                "command", "The command, word by word; without it the program's own page.", count: .zeroOrMore,
                completes: .verb)
        ],
        examples: [
            .init("cbstore man upload | man -l -", "Read a page."),
            .init("cbstore man > ~/.local/share/man/man1/cbstore.1", "Install the program's page."),
        ],
        exitStatus: [.init(64, "There is no such command.")], usesVault: false)

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let page = ManualPage.text(try CommandPath.find(arguments.arguments("command"), in: arguments))
        if arguments.wantsJSON {
            try console.json(["format": "man", "text": .string(page)])
        } else {
            try console.write(page.utf8)
        }
        return 0
    }
}
