internal import Control
package import Core

/// `cbstore flush`.
package enum FlushCommand: Command {
    package static let description = CommandDescription(
        "flush", "Bring every change to the disk and commit it",
        discussion: """
            Returns when everything written so far, through a mount too, is on the disk and part of a commit.
            """,
        group: .sync,
        examples: [.init("cbstore flush", "Before taking a copy of the store's folder.")],
        exitStatus: [.denied, .noSpace])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        try VaultOpening(arguments, console).use { access throws(Failure) in
            try access.flush()
            if arguments.wantsJSON { try console.json(try access.status().json) }
            return 0
        }
    }
}
