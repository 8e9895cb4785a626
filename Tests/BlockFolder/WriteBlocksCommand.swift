internal import Commands
internal import ContentAddressing
internal import Core

/// `block-folder write-blocks`.
enum WriteBlocksCommand: Command {
    static let description = CommandDescription(
        "write-blocks", "Import a file and store its blocks",
        group: .content,
        arguments: [
            .init("file", "The file.", completes: .file), .init("dir", "A Kubo repository's folder 'blocks'."),
        ],
        options: ImportOptions.declarations, usesVault: false)

    static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let options = try ImportOptions(arguments)
        let folder = BlockFolder(path: arguments.required("dir"))
        let input: FileDescriptor
        do throws(SystemCallFailure) {
            input = try FileDescriptor(reading: arguments.required("file"))
        } catch {
            throw error.failure
        }
        let importer = UnixFSImporter(profile: options.profile, metadata: try options.metadata(of: input)) {
            (cid, block) throws(Failure) in try folder.put(cid, block)
        }
        try console.line("\(try importer.run(input).cid)")
        return 0
    }
}
