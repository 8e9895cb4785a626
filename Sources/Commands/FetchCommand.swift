/// `cbstore fetch`.
package enum FetchCommand {
    package static let description = CommandDescription(
        "fetch", "Get a file or folder out of the vault, verified",
        discussion: """
            What begins with '/' is a path in the vault, else a CID that 'cbstore upload' printed, else a share link.
            Every byte is checked on its way; a wrong one is an error, never data.

            An interrupted fetch continues where it stopped when the same command is run again.
            """,
        group: .files,
        arguments: [.init("source", "A path in the vault, a CID or a share link.")],
        options: [
            .value(
                "output", short: "o", "out", "Write to this file or folder, or to standard output for -.",
                default: "./NAME", completes: .file),
            .value("at", "commit", "As it was in this commit or snapshot."),
            .value("range", "a-b", "Only bytes A to B of a file, counted from 0, B included; 'A-' is to its end."),
            .flag("force", short: "f", "Replace an existing file."),
        ],
        examples: [
            .init("cbstore fetch /photos/2024 -o ~/Pictures/2024", "Get a folder."),
            .init("cbstore fetch /notes.txt -o -", "Print a file."),
            .init("cbstore fetch /disk.img --range 0-511 -o boot.bin", "Get its first 512 bytes."),
        ],
        exitStatus: [
            .init(2, "Some files of the folder could not be fetched; each is named."), .notFound, .denied, .network,
            .integrity, .init(7, "The output exists and --force was not given."), .noSpace,
        ])
}
