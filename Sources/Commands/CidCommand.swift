package import Core

/// `cbstore cid`.
package enum CidCommand: Command {
    package static let description = CommandDescription(
        "cid", "Print the CID that files have as public IPFS content",
        discussion: """
            Prints, without storing or sending anything, what 'ipfs add --cid-version=1' would: CID version 1, pieces
            of 256 KiB, raw leaves, 174 links. The CIDs of a vault's files are those of encrypted objects, and others.

            A file whose name is that of a subcommand is written ./inspect.
            """,
        group: .content,
        arguments: [.init("file", "Files, or - for standard input.", count: .oneOrMore, completes: .file)],
        options: ImportOptions.declarations,
        examples: [
            .init("cbstore cid ubuntu.iso", "The CID of a file."),
            .init("curl -s https://example.org/ | cbstore cid -", "The CID of what a program prints."),
            .init("cbstore cid inspect QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH", "What a CID is made of."),
        ],
        exitStatus: [
            .init(2, "Some files could not be read."), .init(3, "A file does not exist."), .denied,
            .init(9, "A file changed while it was read."),
        ],
        usesVault: false)

    package static var subcommands: [any Command.Type] { [CidInspectCommand.self, CidConvertCommand.self] }

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        try ImportOptions(arguments).printCIDs(of: arguments.arguments("file"), console)
    }
}
