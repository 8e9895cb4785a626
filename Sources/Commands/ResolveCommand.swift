package import Core
internal import Naming
internal import Remotes
internal import Storage

/// `cbstore resolve`.
package enum ResolveCommand: Command {
    package static let description = CommandDescription(
        "resolve", "Show what an IPNS name stands for",
        discussion: """
            Asks the remote in use and checks the signed record: that the key is the name's, the signature good, and the
            date not past. What fails a check is not printed. A remote that gives no record to check is believed with a
            warning, and '"verified": false' with --json.
            """,
        group: .content,
        arguments: [.init("name", "A name in any form: k51..., a peer id, with or without /ipns/.")],
        examples: [
            .init("cbstore resolve k51qzi5uqu5dlvj2baxnqndepeb86cbk3ng7n3i46uzyxzyqj2xjonzllnv0v8", "Print /ipfs/CID.")
        ],
        exitStatus: [
            .init(3, "Nothing is published under the name, or there is no remote."), .session, .network,
            .init(6, "The record failed a check."), .busy,
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        guard let text = Name(arguments.required("name")).string else { throw arguments.usage("a name is UTF-8 text") }
        let name = try IPNSName(text)
        let opening = try VaultOpening(arguments, console).remotes
        let remote = try opening.anyRemote()
        let answer = try waitFor { () async throws(Failure) in try await remote.names.resolve(name) }
        // An answer without a record is the place's word; one whose record is wrong is nobody's.
        if let doubt = answer.doubt, doubt.code != .unsupported { throw doubt.countingAge }
        if let doubt = answer.doubt { console.warning("not verified: \(doubt.message)") }
        if arguments.wantsJSON {
            try console.json([
                "name": JSON(name.text), "value": JSON(answer.value), "sequence": JSON(answer.sequence),
                "verified": JSON(answer.isVerified), "validity": JSON(answer.record?.validUntil.text),
                "ttl": JSON(answer.record.map { DurationText.text($0.timeToLive) }), "remote": JSON(remote.name),
            ])
        } else {
            try console.line(TerminalText.safe(answer.value))
        }
        return 0
    }
}
