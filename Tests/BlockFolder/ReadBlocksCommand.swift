internal import Commands
internal import ContentAddressing
internal import Core

/// `block-folder read-blocks`.
enum ReadBlocksCommand: Command {
    static let description = CommandDescription(
        "read-blocks", "Print the file that stored blocks make up",
        group: .content,
        arguments: [.init("cid", "The file's root."), .init("dir", "A Kubo repository's folder 'blocks'.")],
        usesVault: false)

    static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let root = try CID(Name(arguments.required("cid")).escaped)
        let folder = BlockFolder(path: arguments.required("dir"))
        let reader = UnixFSReader { cid throws(Failure) in try folder.get(cid) }
        try reader.read(root) { bytes throws(Failure) in try console.write(bytes) }
        return 0
    }
}
