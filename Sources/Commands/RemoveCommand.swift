/// `cbstore rm`.
package enum RemoveCommand {
    package static let description = CommandDescription(
        "rm", "Remove files and folders from the vault",
        discussion: """
            What is removed can be had back with 'cbstore restore' for as long as the vault's retention keeps earlier
            commits.

            With -r the command says how much it is about to remove and asks on a terminal; elsewhere it needs --yes.
            """,
        group: .files,
        arguments: [.init("path", "Paths in the vault.", count: .oneOrMore)],
        options: [
            .flag("recursive", short: "r", "Remove folders with all that is in them."),
            .flag("force", short: "f", "Say nothing about paths that do not exist."),
            .flag("yes", short: "y", "Do not ask."),
        ],
        examples: [
            .init("cbstore rm /old.txt", "Remove a file."),
            .init("cbstore rm -r --yes /backup/2019", "Remove a folder from a script."),
        ],
        exitStatus: [
            .init(2, "Some paths could not be removed."), .notFound,
            .init(4, "No permission, the vault is read-only, or nobody could be asked and --yes was not given."),
        ])
}
