/// One place on a command line at which a shell may complete: a path of verbs and what can follow it.
struct CompletionPlace {
    /// `cbstore key gen`.
    let path: String
    let command: CommandDescription
    let options: [CommandDescription.Option]

    /// Every place of the program, outer ones first.
    static func all(_ program: CommandDescription) -> [CompletionPlace] {
        places(program, path: program.name, isProgram: true)
    }

    private static func places(_ command: CommandDescription, path: String, isProgram: Bool) -> [CompletionPlace] {
        let standard = command.usesVault ? StandardOptions.all : StandardOptions.common
        let own = CompletionPlace(
            path: path, command: command,
            options: command.options + standard + (isProgram ? [StandardOptions.version] : []))
        return [own]
            + command.subcommands.flatMap { places($0, path: "\(path) \($0.name)", isProgram: false) }
    }

    /// Every word that begins with a dash here, for a shell without descriptions.
    var optionWords: [String] {
        options.flatMap { option -> [String] in
            let short = option.short.map { ["-\($0)"] } ?? []
            return short + ["--\(option.name)"] + (option.kind == .switchable ? ["--no-\(option.name)"] : [])
        }
    }
}

extension CommandDescription.Option {
    /// `--output` and `-o`.
    var spellings: [String] { ["--\(name)"] + (short.map { ["-\($0)"] } ?? []) }
}

/// The shells a completion script can be made for.
package enum CompletionShell: String, CaseIterable, Sendable {
    case bash, zsh, fish

    package func script(_ program: CommandDescription) -> String {
        switch self {
        case .bash: BashCompletion.script(program)
        case .zsh: ZshCompletion.script(program)
        case .fish: FishCompletion.script(program)
        }
    }
}
