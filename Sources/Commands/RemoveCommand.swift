internal import Control
package import Core
internal import Volumes

/// `cbstore rm`.
package enum RemoveCommand: Command {
    package static let description = CommandDescription(
        "rm", "Remove files and folders from the vault",
        discussion: """
            With -r the command says how much it is about to remove and asks on a terminal; elsewhere it needs --yes.
            """,
        group: .files,
        arguments: [.init("path", "Paths in the vault.", count: .oneOrMore)],
        options: [
            .flag("recursive", short: "r", "Remove folders with all that is in them."),
            .flag("force", short: "f", "Say nothing about paths that do not exist."),
            .flag("yes", short: "y", "Do not ask."),
        ],
        examples: [
            .init("cbstore rm /old.txt", "Remove a file."),
            .init("cbstore rm -r --yes /backup/2019", "Remove a folder from a script."),
        ],
        exitStatus: [
            .init(2, "Some paths could not be removed."), .notFound,
            .init(4, "No permission, the vault is read-only, or nobody could be asked and --yes was not given."),
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        try VaultOpening(arguments, console).use { access throws(Failure) in
            let paths = arguments.arguments("path")
            let isRecursive = arguments.isSet("recursive")
            if isRecursive, !arguments.isSet("yes") { try confirm(paths, access, console) }
            let code = try EachPath(paths, console).run { path throws(Failure) in
                do throws(Failure) {
                    try access.remove(at: path, recursively: isRecursive)
                } catch {
                    if error.code == .notFound, arguments.isSet("force") { return }
                    if error.code == .notEmpty, !isRecursive {
                        throw Failure(
                            .notEmpty, "\(path.escaped) is a folder with entries", advice: "remove all of it with -r")
                    }
                    throw error
                }
            }
            try access.flush()
            return code
        }
    }

    /// Says what -r is about to remove and asks; where nobody can be asked, `--yes` must say so.
    private static func confirm(
        _ paths: [[UInt8]], _ access: any VaultAccess, _ console: Console
    ) throws(Failure) {
        var files: UInt64 = 0
        var bytes: UInt64 = 0
        for path in paths.map({ VaultPath($0) }) {
            guard let info = try? access.info(at: path) else { continue }
            try count(info, path, access, &files, &bytes)
        }
        if files == 0 { return }
        let what = "\(files) \(files == 1 ? "file or folder" : "files and folders"), \(ByteCount(bytes))"
        guard console.isErrorTerminal else {
            throw Failure(
                .denied, "this would remove \(what), and nobody can be asked", advice: "say --yes to remove them")
        }
        let answer = console.ask("This removes \(what). Remove? [y/N]")?.lowercased()
        guard answer == "y" || answer == "yes" else {
            throw Failure(.interrupted, "nothing was removed")
        }
    }

    private static func count(
        _ info: FileInfo, _ path: VaultPath, _ access: any VaultAccess, _ files: inout UInt64, _ bytes: inout UInt64
    ) throws(Failure) {
        files += 1
        guard info.attributes.kind == .directory else {
            // Holes count too: a few of the longest files are more than the number holds.
            let (sum, overflows) = bytes.addingReportingOverflow(info.size)
            bytes = overflows ? .max : sum
            return
        }
        var entries: [FileInfo] = []
        try access.forEachEntry(of: path) { entries.append($0) }
        for entry in entries { try count(entry, path.appending(entry.name), access, &files, &bytes) }
    }
}
