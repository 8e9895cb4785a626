/// `cbstore cat`.
package enum CatCommand {
    package static let description = CommandDescription(
        "cat", "Print files of the vault on standard output",
        discussion: "Files are printed one after the other, byte for byte. Every byte is checked before it is printed.",
        group: .files,
        arguments: [.init("path", "Files in the vault.", count: .oneOrMore)],
        examples: [.init("cbstore cat /notes/todo.txt", "Print a file.")],
        exitStatus: [.init(2, "Some files could not be printed."), .notFound, .denied, .network, .integrity])
}
