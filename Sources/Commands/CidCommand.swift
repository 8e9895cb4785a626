internal import ContentAddressing
package import Core

/// `cbstore cid`.
package enum CidCommand: Command {
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

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let profile = try profile(arguments)
        let files = arguments.arguments("file")
        var failures: [Failure] = []
        for file in files {
            do throws(Failure) {
                let (cid, size) = try cid(of: file, profile)
                if arguments.wantsJSON {
                    let members = [JSON.Member("cid", JSON(cid.description)), JSON.Member("size", JSON(size))]
                    try console.json(.object(JSON.members("path", Name(file)) + members))
                } else {
                    try console.line("\(cid)  \(Name(file).escaped)")
                }
            } catch {
                failures.append(error)
                console.report(error)
            }
        }
        guard let first = failures.first else { return 0 }
        return files.count == 1 ? first.code.row.exitCode : FailureCode.partly.row.exitCode
    }

    private static func profile(_ arguments: ParsedArguments) throws(Failure) -> UnixFSProfile {
        var profile: UnixFSProfile =
            switch try arguments.text("profile") {
            case "unixfs-v0-2015": .unixfsV0of2015
            case "unixfs-v1-2025": .unixfsV1of2025
            default: .object
            }
        if let chunker = try arguments.text("chunker") {
            guard chunker.hasPrefix("size-"), let size = Int(chunker.dropFirst(5)), (1...(1 << 20)).contains(size)
            else {
                throw arguments.usage("--chunker takes size-N with N from 1 to 1048576")
            }
            profile.chunkLength = size
        }
        return profile
    }

    private static func cid(of path: [UInt8], _ profile: UnixFSProfile) throws(Failure) -> (CID, UInt64) {
        var builder = UnixFSBuilder(profile: profile)
        var size: UInt64 = 0
        do {
            let input =
                path == [0x2d] ? FileDescriptor(borrowing: 0, "standard input") : try FileDescriptor(reading: path)
            while true {
                let piece = try input.read(Limits.Content.cell)
                if piece.isEmpty { break }
                size += UInt64(piece.count)
                try builder.append(piece)
            }
            return (try builder.finish().cid, size)
        } catch {
            throw Failure.wrapping(error)
        }
    }
}
