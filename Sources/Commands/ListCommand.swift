/// `cbstore ls`.
package enum ListCommand {
    package static let description = CommandDescription(
        "ls", "List files and folders of the vault",
        discussion: "Without a path, the vault's root. Names are printed as they are; control characters as \\xNN.",
        group: .files,
        arguments: [.init("path", "Paths in the vault.", count: .zeroOrMore)],
        options: [
            .flag("long", short: "l", "Print mode, links, owner, size, time of change and name."),
            .flag("recursive", short: "R", "List folders below folders as well."),
        ],
        examples: [
            .init("cbstore ls -l /photos", "Sizes and times in a folder."),
            .init("cbstore ls -R --json / | jq -r .path", "Every path, for a script."),
        ],
        exitStatus: [.init(2, "Some paths could not be listed."), .notFound, .denied, .network])
}
