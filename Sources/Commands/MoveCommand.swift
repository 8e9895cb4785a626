internal import Control
package import Core
internal import Volumes

/// `cbstore mv`.
package enum MoveCommand: Command {
    package static let description = CommandDescription(
        "mv", "Move or rename files and folders in the vault",
        discussion: """
            When the target is a folder that exists, sources go into it; else one source takes the target's name. A
            file that is there already is replaced. Moving a folder costs the same
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

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let target = VaultPath(arguments.required("target"))
        let sources = arguments.arguments("source")
        return try VaultOpening(arguments, console).use { access throws(Failure) in
            let isFolder = try access.existing(target)?.attributes.kind == .directory
            guard isFolder || sources.count == 1 else {
                throw Failure(
                    .notDirectory, "\(target.escaped) is not a folder",
                    advice: "several sources need a folder to go into")
            }
            let code = try EachPath(sources, console).run { source throws(Failure) in
                guard let name = source.name else {
                    throw Failure(.notPermitted, "the root of a vault cannot be moved")
                }
                let place = isFolder ? target.appending(name) : target
                if arguments.isSet("no-clobber"), try access.existing(place) != nil {
                    throw Failure(.alreadyExists, "\(place.escaped) exists")
                }
                try access.move(from: source, to: place)
            }
            try access.flush()
            return code
        }
    }
}
