/// `cbstore status`.
package enum StatusCommand {
    package static let description = CommandDescription(
        "status", "Show what is safe, and where",
        discussion: """
            For the vault: its name, its remote, the newest commit with its check words, and how much is dirty (in
            memory), pending (stored here only), uploaded and published, with the age of the oldest pending change.
            For a path: the same of that file or folder.

            Nothing is asked of the network.
            """,
        group: .sync,
        arguments: [.init("path", "Paths in the vault.", count: .zeroOrMore)],
        examples: [
            .init("cbstore status", "The whole vault."),
            .init("cbstore status --json | jq .pending.bytes", "What is still to be sent, for a script."),
        ],
        exitStatus: [.notFound, .denied])
}
