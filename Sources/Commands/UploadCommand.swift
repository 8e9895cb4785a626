internal import Control
package import Core
internal import Volumes

/// `cbstore upload`.
package enum UploadCommand: Command {
    package static let description = CommandDescription(
        "upload", "Store files and folders in the vault",
        discussion: """
            A path P becomes /NAME in the vault, where NAME is its last component, or DIR/NAME with --to DIR. A file
            that is there already gets a new version, and folders of one name unite. A path of '-' is standard input,
            stored under the name that --to gives.

            For each file a line with its CID and its path is printed. A file whose size and time of change are those
            of the stored one is not read again, so an interrupted run goes on where it stopped.

            Everything is on this machine's disk then. If the vault has a remote, what is new is sent and published
            before the command returns; when the remote cannot be reached, the command says so and ends well, for
            nothing is lost: 'cbstore flush --wait', or a mount, sends it later.
            """,
        group: .files,
        arguments: [.init("path", "Files and folders, or - for standard input.", count: .oneOrMore, completes: .file)],
        options: [
            .value("to", "dir", "Put them below this folder of the vault.", default: "/"),
            .value(
                "exclude", "glob", "Leave out what matches: * and ? within a name, ** across folders.",
                repeatable: true),
            .flag("no-wait", "Store on this machine only; what is new is sent later."),
        ],
        examples: [
            .init("cbstore upload report.pdf photos/", "Store a file and a folder."),
            .init("cbstore upload ~/src --to /backup --exclude '**/.build'", "Store a folder without build products."),
            .init("pg_dump db | cbstore upload - --to /dumps/db.sql", "Store what a program prints."),
        ],
        exitStatus: [
            .init(2, "Some files could not be read or stored; each is named."), .notFound, .denied,
            .init(7, "A folder stands where a file should go, or the other way round."), .noSpace, .busy,
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let paths = arguments.arguments("path")
        let target = arguments.bytes("to").map { VaultPath($0) }
        let exclusions = arguments.all("exclude").map(Glob.init)
        let opening = try VaultOpening(arguments, console)
        if paths.contains([0x2d]), target?.name == nil {
            throw arguments.usage("'-' needs a name: give it with --to /NAME")
        }
        return try opening.use { access throws(Failure) in
            let upload = Upload(access: access, console: console, exclusions: exclusions)
            for path in paths {
                if path == [0x2d] {
                    try upload.storeStandardInput(at: target ?? .root)
                } else {
                    try upload.store(path, below: target ?? .root)
                }
            }
            try access.flush()
            console.endProgress()
            if !arguments.isSet("no-wait") { try send(access, console) }
            if upload.failures.isEmpty { return 0 }
            if upload.stored == 0, upload.failures.count == 1 { throw upload.failures[0] }
            return FailureCode.partly.row.exitCode
        }
    }
}

extension UploadCommand {
    /// Sends what is new to the remote, if there is one; that it cannot be reached is told and no failure.
    private static func send(_ access: any VaultAccess, _ console: Console) throws(Failure) {
        guard try access.status().remote != nil else { return }
        do throws(Failure) {
            try SendingDisplay(console).publish(access, within: Limits.Remote.sending)
        } catch {
            guard error.code.row.retry != .never else { throw error }
            console.warning("stored here, not sent yet (\(error.message)); cbstore flush --wait sends it")
        }
    }
}

/// One run of `upload`: walks local files and stores them.
private final class Upload {
    private let access: any VaultAccess
    private let console: Console
    private let exclusions: [Glob]
    private var bytesDone: UInt64 = 0
    private(set) var stored = 0
    private(set) var failures: [Failure] = []

    init(access: any VaultAccess, console: Console, exclusions: [Glob]) {
        self.access = access
        self.console = console
        self.exclusions = exclusions
    }

    func store(_ path: [UInt8], below folder: VaultPath) throws(Failure) {
        let file = try LocalFile(path)
        guard let name = LocalFile.name(of: path) else {
            throw Failure(
                .invalid, "\(Name(path).escaped) has no name of its own", advice: "name a file or folder below it")
        }
        if !folder.isRoot {
            _ = try access.makeDirectory(at: folder, attributes: StoredAttributes(), withParents: true)
        }
        try store(file, at: folder.appending(name), relative: name.bytes)
    }

    func storeStandardInput(at path: VaultPath) throws(Failure) {
        if !path.parent.isRoot {
            _ = try access.makeDirectory(at: path.parent, attributes: StoredAttributes(), withParents: true)
        }
        let input = FileDescriptor(borrowing: 0, "standard input")
        let info = try access.store(at: path, attributes: StoredAttributes()) { () throws(Failure) in
            try self.next(of: input, "standard input")
        }
        try report(info, path)
    }

    private func store(_ file: LocalFile, at path: VaultPath, relative: [UInt8]) throws(Failure) {
        if exclusions.contains(where: { $0.matches(relative) }) { return }
        do throws(Failure) {
            switch file.kind {
            case .directory: try storeFolder(file, at: path, relative: relative)
            case .regular: try storeFile(file, at: path)
            case .symlink: try storeLink(file, at: path)
            default: console.warning("\(Name(file.path).escaped): not a file, folder or link; left out")
            }
        } catch {
            // One file that cannot be read does not end the rest; a store that takes no more does.
            if [.noSpace, .damaged, .integrity, .busy, .network].contains(error.code) { throw error }
            failures.append(error)
            console.report(error)
        }
    }

    private func storeFolder(_ file: LocalFile, at path: VaultPath, relative: [UInt8]) throws(Failure) {
        let info = try access.makeDirectory(at: path, attributes: file.attributes, withParents: true)
        if info.attributes.permissions != file.attributes.permissions {
            try access.setAttributes(at: path, to: file.attributes)
        }
        for name in try file.listing() {
            do throws(Failure) {
                let entry = try LocalFile(Files.join(file.path, name.bytes))
                try store(entry, at: path.appending(name), relative: relative + [0x2f] + name.bytes)
            } catch {
                if error.code != .notFound { throw error }
                // Gone between listing and looking: nothing to store.
            }
        }
        // Storing the entries may have moved the folder's time; where it did not, nothing is to change.
        if try access.info(at: path).attributes.modified != file.attributes.modified {
            try access.setAttributes(at: path, to: StoredAttributes(modified: file.attributes.modified))
        }
    }

    private func storeFile(_ file: LocalFile, at path: VaultPath) throws(Failure) {
        if let existing = try access.existing(path), existing.attributes.kind == .regular, existing.size == file.size,
            existing.attributes.modified == file.attributes.modified,
            existing.attributes.permissions == file.attributes.permissions
        {
            console.detail("\(path.escaped): unchanged")
            return try report(existing, path)
        }
        let input = try file.open()
        let info = try access.store(at: path, attributes: file.attributes) { () throws(Failure) in
            try self.next(of: input, Name(file.path).escaped)
        }
        let after = try LocalFile(file.path)
        if after.size != file.size || after.attributes.modified != file.attributes.modified {
            console.warning("\(Name(file.path).escaped) changed while it was read; store it again when it is at rest")
        }
        try report(info, path)
    }

    private func storeLink(_ file: LocalFile, at path: VaultPath) throws(Failure) {
        let target = try file.linkTarget()
        if let existing = try access.existing(path) {
            if existing.target == target { return }
            guard existing.attributes.kind == .symlink else {
                throw Failure(.alreadyExists, "\(path.escaped) is there and is not a link", advice: "remove it first")
            }
            try access.remove(at: path, recursively: false)
        }
        _ = try access.makeLink(at: path, target: target, attributes: file.attributes)
        stored += 1
    }

    private func next(of input: FileDescriptor, _ subject: String) throws(Failure) -> ArraySlice<UInt8> {
        do throws(SystemCallFailure) {
            let piece = try input.read(Limits.Content.pieceBytes)
            bytesDone += UInt64(piece.count)
            console.progress(ProgressState("upload", done: ByteCount(bytesDone)))
            return piece[...]
        } catch {
            throw error.failure
        }
    }

    private func report(_ info: FileInfo, _ path: VaultPath) throws(Failure) {
        stored += 1
        if console.mode.isJSON {
            try console.json(
                .object(
                    JSON.members("path", Name(path.bytes)) + [
                        JSON.Member("cid", JSON(info.cid)), JSON.Member("size", JSON(info.size)),
                    ]))
        } else {
            try console.line("\(info.cid ?? "-")  \(path.escaped)")
        }
    }
}
