package import Core

/// `cbstore add`.
package enum AddCommand: Command {
    package static let description = CommandDescription(
        "add", "Make files public IPFS content",
        discussion: """
            This version computes what would be added and prints its CID; nothing is stored or sent. The defaults are
            those of 'ipfs add --cid-version=1'. Folders are not taken yet.
            """,
        group: .content,
        arguments: [.init("path", "Files, or - for standard input.", count: .oneOrMore, completes: .file)],
        options: [.flag("only-hash", "Print the CIDs and add nothing; needed in this version.")]
            + ImportOptions.declarations,
        examples: [.init("cbstore add --only-hash ubuntu.iso", "The CID that a file would get.")],
        exitStatus: [
            .init(1, "A path is a folder, or something failed for a reason not listed here."),
            .init(2, "Some files could not be read."), .init(3, "A file does not exist."), .denied,
            .init(9, "A file changed while it was read."),
        ],
        usesVault: false)

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        guard arguments.isSet("only-hash") else {
            throw arguments.usage("this version only computes what would be added; say so with --only-hash")
        }
        return try ImportOptions(arguments).printCIDs(of: arguments.arguments("path"), console)
    }
}
