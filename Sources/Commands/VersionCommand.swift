package import Core

/// `cbstore version`.
package enum VersionCommand: Command {
    package static let description = CommandDescription(
        "version", "Print the version", group: .tool,
        examples: [.init("cbstore version --json", "Ask from a script.")], usesVault: false)

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        if arguments.wantsJSON {
            try console.json(["name": "cbstore", "version": .string(Version.text)])
        } else {
            try console.line("cbstore \(Version.text)")
        }
        return 0
    }
}
