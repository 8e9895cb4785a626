/// `cbstore upload`.
package enum UploadCommand {
    package static let description = CommandDescription(
        "upload", "Store files and folders in the vault",
        discussion: """
            A path P becomes /NAME in the vault, where NAME is its last component, or DIR/NAME with --to DIR. A file
            that is there already gets a new version, and folders of one name unite. A path of '-' is standard input,
            stored under the name that --to gives.

            For each file a line with its CID and its path is printed. What an interrupted run has stored is not
            stored again by the next.

            With a remote, what was stored is then sent and published. When the remote cannot be reached, everything
            is stored here, a note says so, and 'cbstore flush --wait' sends it later.
            """,
        group: .files,
        arguments: [.init("path", "Files and folders, or - for standard input.", count: .oneOrMore, completes: .file)],
        options: [
            .value("to", "dir", "Put them below this folder of the vault.", default: "/"),
            .value(
                "exclude", "glob", "Leave out what matches: * and ? within a name, ** across folders.",
                repeatable: true),
            .flag("objects", "Make every file an object of its own, small ones too, so that its CID can be fetched."),
            .flag("no-wait", "Store only; what is to be sent stays pending."),
        ],
        examples: [
            .init("cbstore upload report.pdf photos/", "Store a file and a folder."),
            .init("cbstore upload ~/src --to /backup --exclude '**/.build'", "Store a folder without build products."),
            .init("pg_dump db | cbstore upload - --to /dumps/db.sql", "Store what a program prints."),
        ],
        exitStatus: [
            .init(2, "Some files could not be read or stored; each is named."), .notFound, .denied,
            .init(7, "A folder stands where a file should go, or the other way round."), .noSpace, .busy,
        ])
}
