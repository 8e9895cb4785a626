/// `cbstore mkdir`.
package enum MakeDirectoryCommand {
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
}
