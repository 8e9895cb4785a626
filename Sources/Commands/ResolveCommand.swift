package import Core
internal import Naming
internal import Remotes
internal import Storage

/// `cbstore resolve`.
package enum ResolveCommand: Command {
    package static let description = CommandDescription(
        "resolve", "Show what an IPNS name or a domain stands for",
        discussion: """
            Asks the remote in use and checks the signed record: that the key is the name's, the signature good, and the
            date not past. What fails a check is not printed. A remote that gives no record to check is believed with a
            warning, and '"verified": false' with --json.

            What a domain stands for is asked of DNS (DNSLink), which signs nothing: it is never verified. Where it
            refers to a key's name, that is asked of the remote.
            """,
        group: .content,
        arguments: [.init("name", "A name in any form: k51..., a peer id, or a domain, with or without /ipns/.")],
        examples: [
            .init("cbstore resolve k51qzi5uqu5dlvj2baxnqndepeb86cbk3ng7n3i46uzyxzyqj2xjonzllnv0v8", "Print /ipfs/CID."),
            .init("cbstore resolve docs.ipfs.tech", "What a domain stands for."),
        ],
        exitStatus: [
            .init(3, "Nothing is published under the name, or there is no remote."), .session, .network,
            .init(6, "The record failed a check."), .init(7, "The domain has several DNSLinks."), .busy,
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        guard let text = Name(arguments.required("name")).string else { throw arguments.usage("a name is UTF-8 text") }
        if let domain = try? DomainName(IPNSName.bare(text)) { return try resolve(domain, arguments, console) }
        let name = try IPNSName(text)
        let found = try ask(name, arguments, console)
        return try show(
            name.text, found.answer.value, found, isVerified: found.answer.isVerified, arguments, console)
    }

    /// What DNS says of a domain, and the remote of the name that it leads to.
    private static func resolve(
        _ domain: DomainName, _ arguments: ParsedArguments, _ console: Console
    ) throws(Failure) -> Int32 {
        let dns = try DomainTexts(server: arguments.environment[serverVariable].map { Name($0).escaped })
        let path = try DNSLink.follow(domain) { host throws(Failure) in try dns.texts(of: host) }
        guard case .name(let name) = path.root else {
            return try show(domain.text, path.description, nil, isVerified: false, arguments, console)
        }
        console.note("\(domain) refers to the name \(name).")
        let found = try ask(name, arguments, console)
        var value = found.answer.value
        // Any text may stand behind a name, but only a path can be followed by one.
        if !path.rest.isEmpty { value = try ContentPath(value).appending(path.rest).description }
        return try show(domain.text, value, found, isVerified: false, arguments, console)
    }

    private static let serverVariable = "CBSTORE_DNS_SERVER"

    /// An answer, and who gave it.
    private struct Found {
        let answer: NameAnswer
        let remote: String
    }

    private static func ask(
        _ name: IPNSName, _ arguments: ParsedArguments, _ console: Console
    ) throws(Failure) -> Found {
        let remote = try VaultOpening(arguments, console).remotes.anyRemote()
        let answer = try waitFor { () async throws(Failure) in try await remote.names.resolve(name) }
        // An answer without a record is the place's word; one whose record is wrong is nobody's.
        if let doubt = answer.doubt, doubt.code != .unsupported { throw doubt.countingAge }
        if let doubt = answer.doubt { console.warning("not verified: \(doubt.message)") }
        return Found(answer: answer, remote: remote.name)
    }

    private static func show(
        _ name: String, _ value: String, _ found: Found?, isVerified: Bool, _ arguments: ParsedArguments,
        _ console: Console
    ) throws(Failure) -> Int32 {
        let record = found?.answer.record
        if arguments.wantsJSON {
            try console.json([
                "name": JSON(name), "value": JSON(value),
                "sequence": found.map { JSON($0.answer.sequence) } ?? .null,
                "verified": JSON(isVerified),
                "validity": JSON(record?.validUntil.text),
                "ttl": JSON(record.map { DurationText.text($0.timeToLive) }), "remote": JSON(found?.remote),
            ])
        } else {
            try console.line(TerminalText.safe(value))
        }
        return 0
    }
}
