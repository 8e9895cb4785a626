internal import Control
package import Core

/// `cbstore mkdir`.
package enum MakeDirectoryCommand: Command {
    package static let description = CommandDescription(
        "mkdir", "Make folders in the vault", group: .files,
        arguments: [.init("path", "Folders to make.", count: .oneOrMore)],
        options: [
            .flag("parents", short: "p", "Make missing folders on the way too, and accept folders that exist.")
        ],
        examples: [.init("cbstore mkdir -p /photos/2024/june", "Make a folder with the folders above it.")],
        exitStatus: [
            .init(2, "Some folders could not be made."), .init(3, "The folder above it does not exist."), .denied,
            .init(7, "Something of that name exists already."), .noSpace,
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        try VaultOpening(arguments, console).use { access throws(Failure) in
            let code = try EachPath(arguments.arguments("path"), console).run { path throws(Failure) in
                let info = try access.makeDirectory(
                    at: path, attributes: StoredAttributes(), withParents: arguments.isSet("parents"))
                if arguments.wantsJSON { try console.json(info.json(at: path)) }
            }
            try access.flush()
            return code
        }
    }
}
