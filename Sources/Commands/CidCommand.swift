/// `cbstore cid`.
package enum CidCommand {
    package static let description = CommandDescription(
        "cid", "Print the CID that files have as public IPFS content",
        discussion: """
            Prints, without storing or sending anything, what 'ipfs add --cid-version=1' would: CID version 1, pieces
            of 256 KiB, raw leaves, 174 links. The CIDs of a vault's files are those of encrypted objects, and others.
            """,
        group: .content,
        arguments: [.init("file", "Files, or - for standard input.", count: .oneOrMore, completes: .file)],
        options: [
            .value(
                "profile", "name", "How the file becomes a DAG.", default: "as 'ipfs add --cid-version=1'",
                completes: .choices(["unixfs-v0-2015", "unixfs-v1-2025"])),
            .value("chunker", "size-n", "Pieces of N bytes; overrides the profile's.", default: "size-262144"),
        ],
        examples: [
            .init("cbstore cid ubuntu.iso", "The CID of a file."),
            .init("curl -s https://example.org/ | cbstore cid -", "The CID of what a program prints."),
        ],
        exitStatus: [.init(2, "Some files could not be read."), .init(3, "A file does not exist."), .denied],
        usesVault: false)
}
