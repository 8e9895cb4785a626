internal import Control
package import Core

/// `cbstore status`.
package enum StatusCommand: Command {
    package static let description = CommandDescription(
        "status", "Show what is safe, and where",
        discussion: """
            The vault's name, where it is mounted, how much it holds, the newest commit with its check words, and how
            many changes are not yet part of a commit or not yet known to be on the disk. Nothing is asked of the
            network.
            """,
        group: .sync,
        examples: [
            .init("cbstore status", "The whole vault."),
            .init("cbstore status --json | jq .pending_changes", "What is not yet committed, for a script."),
        ],
        exitStatus: [.notFound, .denied])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        try VaultOpening(arguments, console).use { access throws(Failure) in
            let status = try access.status()
            if arguments.wantsJSON {
                try console.json(status.json)
            } else {
                try console.write(Array(Listing.text(of: status).utf8))
            }
            return 0
        }
    }
}
