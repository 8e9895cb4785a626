internal import Core

/// The program: all its verbs, and the way from a command line to an exit code.
package struct CommandRegistry {
    package typealias Rewrite = (CommandArguments, _ program: CommandDescription) -> CommandArguments

    private let commands: [any Command.Type]
    private let rewrite: Rewrite
    /// The program as one description, every verb below it.
    package let program: CommandDescription

    /// `rewrite` sees the command line first, for programs called by another name or in another form.
    package init(_ commands: [any Command.Type], rewrite: @escaping Rewrite = { arguments, _ in arguments }) {
        self.commands = commands
        self.rewrite = rewrite
        program = CommandDescription.program(commands.map(Self.tree))
    }

    private static func tree(_ command: any Command.Type) -> CommandDescription {
        var description = command.description
        description.subcommands = command.subcommands.map(tree)
        return description
    }

    /// Runs what the command line asks for; every failure has been reported when this returns.
    package func run(_ arguments: CommandArguments, _ console: Console) -> Int32 {
        // Known before parsing, so that a command line that cannot be parsed fails in JSON too.
        console.mode.isJSON = arguments.words.prefix { $0 != Array("--".utf8) }.contains(Array("--json".utf8))
        do throws(Failure) {
            let parsed = try ArgumentParser.parse(rewrite(arguments, program), program: program)
            console.mode.isJSON = parsed.wantsJSON
            console.mode.isQuiet = parsed.isQuiet
            console.mode.isVerbose = parsed.isVerbose
            let code = try dispatch(parsed, console)
            console.endProgress()
            try console.flush()
            return code
        } catch {
            return finish(error, console)
        }
    }

    private func dispatch(_ parsed: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        if parsed.wantsHelp { return try HelpCommand.show(parsed.path, parsed.program, console) }
        if parsed.path.isEmpty {
            if parsed.isSet("version") { return try VersionCommand.run(parsed, console) }
            return try HelpCommand.show([], parsed.program, console)
        }
        guard let command = command(parsed.path) else {
            throw Failure(.unsupported, "'\(parsed.shownPath)' cannot be run")
        }
        return try command.run(parsed, console)
    }

    private func command(_ path: [String]) -> (any Command.Type)? {
        var list = commands
        var found: (any Command.Type)?
        for name in path {
            found = list.first { $0.description.name == name }
            list = found?.subcommands ?? []
        }
        return found
    }

    private func finish(_ failure: Failure, _ console: Console) -> Int32 {
        console.endProgress()
        // Data that was complete before the failure still belongs to the reader.
        if !console.isOutputClosed { try? console.flush() }
        // The reader had enough, as `head` does: nothing to report, but not all was printed either.
        if console.isOutputClosed { return FailureCode.other.row.exitCode }
        console.report(failure)
        return failure.code.row.exitCode
    }
}

extension CommandDescription {
    /// The program itself over its verbs.
    package static func program(_ verbs: [CommandDescription]) -> CommandDescription {
        CommandDescription(
            "cbstore", "An end-to-end-encrypted folder on content-addressed storage",
            discussion: """
                A vault holds files and folders; everything that leaves this machine, and everything on its disk, is
                encrypted. Put files in with 'upload', get them out with 'fetch', or 'mount' the vault and use it as
                an ordinary folder.

                Begin with 'cbstore init'. It prints the recovery phrase once: keep it safe, it is the only way
                back when the passphrase or this machine is lost.
                """,
            group: .tool,
            examples: [
                Example("cbstore init", "Make a vault."),
                Example("cbstore upload ~/Documents", "Store a folder in it."),
                Example("cbstore mount ~/Vault", "Use the vault as a folder."),
            ],
            subcommands: verbs)
    }
}
