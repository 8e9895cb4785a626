internal import Control
package import Core

/// `cbstore cat`.
package enum CatCommand: Command {
    package static let description = CommandDescription(
        "cat", "Print files of the vault on standard output",
        discussion: "Files are printed one after the other, byte for byte. Every byte is checked before it is printed.",
        group: .files,
        arguments: [.init("path", "Files in the vault.", count: .oneOrMore)],
        examples: [.init("cbstore cat /notes/todo.txt", "Print a file.")],
        exitStatus: [.init(2, "Some files could not be printed."), .notFound, .denied, .integrity])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        try VaultOpening(arguments, console).use { access throws(Failure) in
            try EachPath(arguments.arguments("path"), console).run { path throws(Failure) in
                try access.read(.path(path), range: nil) { bytes throws(Failure) in try console.write(bytes) }
            }
        }
    }
}
