internal import Control
package import Core
internal import Volumes

/// `cbstore fetch`.
package enum FetchCommand: Command {
    package static let description = CommandDescription(
        "fetch", "Get a file or folder out of the vault, verified",
        discussion: """
            What begins with '/' is a path in the vault, else a CID that 'cbstore upload' printed. Every byte is checked
            on its way; a wrong one is an error, never data. A file appears under its name when it is complete.
            """,
        group: .files,
        arguments: [.init("source", "A path in the vault, or a CID.")],
        options: [
            .value(
                "output", short: "o", "out", "Write to this file or folder, or to standard output for -.",
                default: "./NAME", completes: .file),
            .value("range", "a-b", "Only bytes A to B of a file, counted from 0, B included; 'A-' is to its end."),
            .flag("force", short: "f", "Replace an existing file."),
        ],
        examples: [
            .init("cbstore fetch /photos/2024 -o ~/Pictures/2024", "Get a folder."),
            .init("cbstore fetch /notes.txt -o -", "Print a file."),
            .init("cbstore fetch /disk.img --range 0-511 -o boot.bin", "Get its first 512 bytes."),
        ],
        exitStatus: [
            .init(2, "Some files of the folder could not be fetched; each is named."), .notFound, .denied,
            .integrity, .init(7, "The output exists and --force was not given."), .noSpace,
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let source = arguments.required("source")
        let range = try arguments.text("range").map { text throws(Failure) in try parseRange(text, arguments) }
        let output = arguments.bytes("output")
        return try VaultOpening(arguments, console).use { access throws(Failure) in
            let fetch = Fetch(access: access, console: console, isForced: arguments.isSet("force"))
            if source.first == 0x2f {
                try fetch.get(VaultPath(source), range: range, to: output)
            } else {
                guard let cid = Name(source).string else { throw arguments.usage("a CID is text") }
                try fetch.get(cid: cid, range: range, to: output ?? Array(cid.utf8))
            }
            console.endProgress()
            return fetch.failures == 0 ? 0 : FailureCode.partly.row.exitCode
        }
    }

    private static func parseRange(_ text: String, _ arguments: ParsedArguments) throws(Failure) -> Range<UInt64> {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let first = UInt64(parts[0]) else {
            throw arguments.usage("--range takes A-B or A-, such as 0-511 or 1000-")
        }
        if parts[1].isEmpty { return first..<UInt64.max }
        guard let last = UInt64(parts[1]), last >= first, last < UInt64.max else {
            throw arguments.usage("--range: '\(parts[1])' is not a byte at or behind \(first)")
        }
        return first..<last + 1
    }
}

/// One run of `fetch`.
private final class Fetch {
    private let access: any VaultAccess
    private let console: Console
    private let isForced: Bool
    private var bytesDone: UInt64 = 0
    private(set) var failures = 0

    init(access: any VaultAccess, console: Console, isForced: Bool) {
        self.access = access
        self.console = console
        self.isForced = isForced
    }

    func get(_ path: VaultPath, range: Range<UInt64>?, to output: [UInt8]?) throws(Failure) {
        let info = try access.info(at: path)
        if output == [0x2d] {
            guard info.attributes.kind == .regular else {
                throw Failure(
                    .isDirectory, "\(path.escaped) is not a file", advice: "give a folder to write to with -o DIR")
            }
            try print(.path(path), range)
            return
        }
        let output = output ?? path.name?.bytes ?? Array("vault".utf8)
        try get(info, path, range: range, to: output)
    }

    func get(cid: String, range: Range<UInt64>?, to output: [UInt8]) throws(Failure) {
        if output == [0x2d] { return try print(.cid(cid), range) }
        try write(.cid(cid), range, to: output)
    }

    private func print(_ source: ContentSource, _ range: Range<UInt64>?) throws(Failure) {
        try access.read(source, range: range) { bytes throws(Failure) in try self.console.write(bytes) }
    }

    private func get(
        _ info: FileInfo, _ path: VaultPath, range: Range<UInt64>?, to output: [UInt8]
    ) throws(Failure) {
        switch info.attributes.kind {
        case .directory:
            try makeFolder(output)
            try getEntries(of: path, into: output)
        case .regular:
            try write(.path(path), range, to: output)
        case .symlink:
            try refuseExisting(output)
            do throws(SystemCallFailure) {
                if Files.exists(output) { try Files.remove(output) }
                try LocalFile.makeLink(output, target: info.target ?? [])
            } catch {
                throw error.failure
            }
            return
        default:
            console.warning("\(path.escaped): a \(info.attributes.kind.word) is not fetched")
            return
        }
        do throws(SystemCallFailure) {
            try LocalFile.set(output, permissions: info.attributes.permissions, modified: info.attributes.modified)
        } catch {
            console.warning("\(Name(output).escaped): \(error)")
        }
    }

    private func makeFolder(_ path: [UInt8]) throws(Failure) {
        if Files.isDirectory(path) { return }
        do throws(SystemCallFailure) {
            try Files.makeDirectory(path, mode: 0o755)
        } catch {
            throw error.failure
        }
    }

    private func getEntries(of path: VaultPath, into output: [UInt8]) throws(Failure) {
        try access.forEachEntry(of: path) { entry throws(Failure) in
            do throws(Failure) {
                try self.get(entry, path.appending(entry.name), range: nil, to: Files.join(output, entry.name.bytes))
            } catch {
                if error.code == .noSpace { throw error }
                self.failures += 1
                self.console.report(error)
            }
        }
    }

    private func refuseExisting(_ output: [UInt8]) throws(Failure) {
        if Files.exists(output), !isForced {
            throw Failure(.alreadyExists, "\(Name(output).escaped) exists", advice: "replace it with --force")
        }
    }

    /// Writes beside the target and renames, so that nobody finds half a file under the name.
    private func write(_ source: ContentSource, _ range: Range<UInt64>?, to output: [UInt8]) throws(Failure) {
        try refuseExisting(output)
        // Not the output's name with an ending: that one may be as long as a name can be already.
        let draft = Files.join(Files.split(output).folder, ".cbstore-part-\(ProcessIdentity.number)")
        do {
            let file = try FileDescriptor(creating: draft, mode: 0o600)
            var offset: UInt64 = 0
            try access.read(source, range: range) { bytes throws(Failure) in
                do throws(SystemCallFailure) {
                    try file.write(Array(bytes), at: offset)
                } catch {
                    throw error.failure
                }
                offset += UInt64(bytes.count)
                self.bytesDone += UInt64(bytes.count)
                self.console.progress(ProgressState("fetch", done: ByteCount(self.bytesDone)))
            }
            try file.setMode(0o644)
            try Files.rename(draft, to: output)
        } catch {
            try? Files.remove(draft)
            throw Failure.wrapping(error)
        }
    }
}
