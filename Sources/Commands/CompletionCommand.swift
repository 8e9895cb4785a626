package import Core

/// `cbstore completion`.
package enum CompletionCommand: Command {
    package static let description = CommandDescription(
        "completion", "Print a script that completes command lines",
        discussion: """
            bash: write it to ~/.local/share/bash-completion/completions/cbstore, or source it in ~/.bashrc.

            zsh: write it to a file named _cbstore in a folder of fpath.

            fish: write it to ~/.config/fish/completions/cbstore.fish.
            """,
        group: .tool,
        arguments: [
            .init(
                "shell", "The shell to write for: bash, zsh or fish.",
                completes: .choices(CompletionShell.allCases.map(\.rawValue)))
        ],
        examples: [.init("source <(cbstore completion bash)", "Try it in the running bash.")], usesVault: false)

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let name = Name(arguments.required("shell")).string ?? ""
        guard let shell = CompletionShell(rawValue: name) else { throw arguments.usage("unknown shell '\(name)'") }
        let script = shell.script(arguments.program)
        if arguments.wantsJSON {
            try console.json(["shell": .string(name), "text": .string(script)])
        } else {
            try console.write(script.utf8)
        }
        return 0
    }
}
