internal import Control
package import Core

/// `cbstore stat`.
package enum StatCommand: Command {
    package static let description = CommandDescription(
        "stat", "Show what is known about files and folders of the vault",
        discussion: """
            Kind, size, mode, owner, times, links, and the CID of a file's root object, which 'cbstore fetch' takes.
            """,
        group: .files,
        arguments: [.init("path", "Paths in the vault.", count: .oneOrMore)],
        examples: [.init("cbstore stat --json /report.pdf", "All of it, for a script.")],
        exitStatus: [.init(2, "Some paths could not be shown."), .notFound, .denied])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        try VaultOpening(arguments, console).use { access throws(Failure) in
            try EachPath(arguments.arguments("path"), console).run { path throws(Failure) in
                let info = try access.info(at: path)
                if arguments.wantsJSON { return try console.json(info.json(at: path)) }
                try console.write(Array(Listing.details(info, path).utf8))
            }
        }
    }
}
