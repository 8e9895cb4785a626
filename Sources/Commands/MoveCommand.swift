/// `cbstore mv`.
package enum MoveCommand {
    package static let description = CommandDescription(
        "mv", "Move or rename files and folders in the vault",
        discussion: """
            When the target is a folder that exists, sources go into it; else one source takes the target's name. A
            file that is there already is replaced, and stays in the vault's history. Moving a folder costs the same
            whatever is in it.
            """,
        group: .files,
        arguments: [
            .init("source", "Paths in the vault.", count: .oneOrMore),
            .init("target", "The new path, or the folder to move into."),
        ],
        options: [.flag("no-clobber", short: "n", "Replace nothing.")],
        examples: [
            .init("cbstore mv /draft.txt /final.txt", "Rename a file."),
            .init("cbstore mv /a.jpg /b.jpg /photos", "Move files into a folder."),
        ],
        exitStatus: [
            .init(2, "Some sources could not be moved."), .notFound, .denied,
            .init(7, "The target exists and --no-clobber was given."),
        ])
}
