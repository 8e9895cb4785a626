package import ContentAddressing
package import Core

/// How a file becomes a DAG, as options of every verb that says what it becomes.
package struct ImportOptions {
    package static let declarations: [CommandDescription.Option] = [
        .value(
            "profile", "name", "Everything below in one word; the other options change parts of it.",
            default: "as 'ipfs add --cid-version=1'", completes: .choices(["unixfs-v0-2015", "unixfs-v1-2025"])),
        .value("chunker", "size-n", "Cut into pieces of N bytes.", default: "size-262144"),
        .value("max-file-links", "n", "Put at most N links into a node.", default: "174"),
        .flag("trickle", "Use the trickle layout, for streams, and not the balanced one."),
        .flag(
            "raw-leaves",
            "Make the pieces blocks as they are, not nodes that carry them. Without either, version 1 does.",
            switchable: true),
        .value("cid-version", "n", "Print CIDs of version 0 or 1.", default: "1", completes: .choices(["0", "1"])),
        .value(
            "hash", "name",
            "Name blocks by this function: sha1, sha2-512, dbl-sha2-256, or blake2b-160 to blake2b-512.",
            default: "sha2-256"),
        .flag("preserve-mode", "Store the file's permissions in the root. This switches raw leaves off."),
        .flag("preserve-mtime", "Store the file's modification time in the root. This switches raw leaves off."),
        .value("mode", "octal", "Store these permissions, such as 0644."),
        .value("mtime", "time", "Store this time: seconds since 1970, with decimals or without, or RFC 3339."),
    ]

    package let profile: UnixFSProfile
    private let mode: UInt32?
    private let modified: Timestamp?
    private let preservesMode: Bool
    private let preservesTime: Bool
    private let arguments: ParsedArguments

    /// Throws `.usage` for values that cannot be, alone or together.
    package init(_ arguments: ParsedArguments) throws(Failure) {
        self.arguments = arguments
        mode = try Self.mode(arguments)
        modified = try Self.time(arguments)
        preservesMode = arguments.isSet("preserve-mode") && mode == nil
        preservesTime = arguments.isSet("preserve-mtime") && modified == nil
        let hasMetadata = preservesMode || preservesTime || mode != nil || modified != nil
        profile = try Self.profile(arguments, hasMetadata: hasMetadata)
    }

    /// What the root of this file says; a stream has only what the command line says.
    package func metadata(of input: FileDescriptor) throws(Failure) -> UnixFSMetadata {
        guard preservesMode || preservesTime else { return UnixFSMetadata(mode: mode, modified: modified) }
        let status: FileStatus
        do throws(SystemCallFailure) { status = try input.status } catch { throw error.failure }
        guard status.isRegular || status.isDirectory else {
            throw arguments.usage("\(input.subject) has no mode or time to preserve; give --mode or --mtime")
        }
        // No permission at all is written as none is: other importers know no mode of zero.
        let permissions = status.permissions == 0 ? nil : status.permissions
        return UnixFSMetadata(
            mode: preservesMode ? permissions : mode, modified: preservesTime ? status.modified : modified)
    }
}

extension ImportOptions {
    private static func profile(_ arguments: ParsedArguments, hasMetadata: Bool) throws(Failure) -> UnixFSProfile {
        let base: UnixFSProfile =
            switch try arguments.text("profile") {
            case "unixfs-v0-2015": .unixfsV0of2015
            case "unixfs-v1-2025": .unixfsV1of2025
            default: .object
            }
        let version: CID.Version =
            switch try arguments.text("cid-version") {
            case "0": .v0
            case "1": .v1
            default: base.version
            }
        let function = try hashFunction(arguments)
        guard version == .v1 || function == .sha256 else {
            throw arguments.usage("CIDs of version 0 have sha2-256 only, not \(function.name)")
        }
        return UnixFSProfile(
            chunkLength: try chunkLength(arguments) ?? base.chunkLength,
            width: try arguments.integer("max-file-links", in: 2...UnixFSProfile.greatestWidth) ?? base.width,
            layout: arguments.isSet("trickle") ? .trickle : base.layout,
            hasRawLeaves: try rawLeaves(arguments, base, version, hasMetadata: hasMetadata),
            version: version, function: function)
    }

    /// As asked for, else as the profile says, else what goes with the version.
    private static func rawLeaves(
        _ arguments: ParsedArguments, _ base: UnixFSProfile, _ version: CID.Version, hasMetadata: Bool
    ) throws(Failure) -> Bool {
        let wanted: Bool? =
            if arguments.isGiven("raw-leaves") {
                arguments.isSet("raw-leaves")
            } else {
                arguments.isGiven("profile") ? base.hasRawLeaves : nil
            }
        guard hasMetadata else { return wanted ?? (version == .v1) }
        // Other importers refuse the two together, so there is no CID to agree on.
        if wanted == true {
            let advice = arguments.isSet("raw-leaves") ? "leave --raw-leaves out" : "add --no-raw-leaves"
            throw arguments.usage("raw leaves and a mode or time in the root exclude each other; \(advice)")
        }
        return false
    }

    private static func chunkLength(_ arguments: ParsedArguments) throws(Failure) -> Int? {
        guard let chunker = try arguments.text("chunker") else { return nil }
        let lengths = 1...UnixFSProfile.longestChunk
        let digits = chunker.dropFirst(5)
        guard chunker.hasPrefix("size-"), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(digits), lengths.contains(length)
        else {
            throw arguments.usage("--chunker takes size-N with N from 1 to \(lengths.upperBound)")
        }
        return length
    }

    private static func hashFunction(_ arguments: ParsedArguments) throws(Failure) -> HashFunction {
        guard let name = try arguments.text("hash") else { return .sha256 }
        // The identity names nothing longer than a digest.
        guard let function = HashFunction(named: name), function != .identity else {
            throw arguments.usage("no blocks can be named by '\(Name(name).escaped)' here")
        }
        return function
    }

    private static func mode(_ arguments: ParsedArguments) throws(Failure) -> UInt32? {
        guard let text = try arguments.text("mode") else { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x37).contains($0) }), let mode = UInt32(text, radix: 8),
            (1...0o7777).contains(mode)
        else { throw arguments.usage("--mode takes permissions in octal, from 1 to 7777") }
        return mode
    }

    private static func time(_ arguments: ParsedArguments) throws(Failure) -> Timestamp? {
        guard let text = try arguments.text("mtime") else { return nil }
        guard let time = Timestamp(rfc3339: text) ?? Self.seconds(text) else {
            throw arguments.usage("--mtime takes seconds since 1970, or a time such as 2026-07-21T15:04:05.5Z")
        }
        return time
    }

    /// Whole seconds, or from 1970 on up to nine decimals behind them.
    private static func seconds(_ text: String) -> Timestamp? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let seconds = Int64(parts[0]) else { return nil }
        guard parts.count == 2 else { return Timestamp(seconds: seconds) }
        let decimals = parts[1]
        guard seconds >= 0, parts[0].first != "-", (1...9).contains(decimals.utf8.count),
            decimals.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let nanoseconds = UInt32(decimals + String(repeating: "0", count: 9 - decimals.utf8.count))
        else { return nil }
        return Timestamp(seconds: seconds, nanoseconds: nanoseconds)
    }
}

extension ImportOptions {
    /// Prints the CID of each file, and answers the exit code: one that fails does not end the rest.
    func printCIDs(of files: [[UInt8]], _ console: Console) throws(Failure) -> Int32 {
        try EachWord(files, console).run { file throws(Failure) in
            let root = try root(of: file, console)
            if arguments.wantsJSON {
                let members = [JSON.Member("cid", JSON("\(root.cid)")), JSON.Member("size", JSON(root.fileLength))]
                try console.json(.object(JSON.members("path", Name(file)) + members))
            } else {
                try console.line("\(root.cid)  \(Name(file).escaped)")
            }
        }
    }

    private func root(of path: [UInt8], _ console: Console) throws(Failure) -> UnixFSLink {
        defer { console.endProgress() }
        let input: FileDescriptor
        let total: ByteCount?
        do throws(SystemCallFailure) {
            input = path == [0x2d] ? FileDescriptor(borrowing: 0, "standard input") : try FileDescriptor(reading: path)
            let status = try input.status
            total = status.isRegular ? ByteCount(status.size) : nil
        } catch {
            throw error.failure
        }
        let importer = UnixFSImporter(profile: profile, metadata: try metadata(of: input))
        return try importer.run(input) { done in
            console.progress(ProgressState("Hashing", done: ByteCount(done), of: total))
        }
    }
}
