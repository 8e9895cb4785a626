internal import ContentAddressing
package import Core
internal import Naming
internal import Remotes
internal import Storage
internal import Vaults

/// `cbstore publish`.
package enum PublishCommand: Command {
    package static let description = CommandDescription(
        "publish", "Make an IPNS name stand for a CID",
        discussion: """
            Signs a record with a key of yours and gives it to the remote in use. The key 'self' is made at first use;
            keys lie in the home's folder 'keys', readable by you alone. The names of a vault itself cannot be published
            in this way: their keys are not among these.
            """,
        group: .content,
        arguments: [.init("cid", "What the name is to stand for: a CID or /ipfs/CID.")],
        options: [
            .value("key", "name", "Publish the name of this key.", default: PublishingKey.standard)
        ] + RecordTerms.options,
        examples: [
            .init(
                "cbstore publish bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e", "Print the name."),
            .init(
                "cbstore publish --lifetime 30d bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e", "A month."
            ),
        ],
        exitStatus: [.init(3, "There is no such key, or no remote."), .session, .network, .integrity, .busy])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let cid = try cid(arguments)
        let terms = try RecordTerms(arguments)
        let home = try VaultOpening(arguments, console).home
        let opening = RemoteOpening(arguments: arguments, console: console, home: home)
        let remote = try opening.anyRemote()
        let key = try PublishingKey(
            try arguments.text("key") ?? PublishingKey.standard, in: KeyFolder(home.keysPath))
        let record = try waitFor { () async throws(Failure) in
            try await Self.publish(cid, key, remote, terms)
        }
        if arguments.wantsJSON {
            try console.json(.object(record.members(of: key.name) + [.init("remote", JSON(remote.name))]))
        } else {
            try console.line("\(key.name)  \(record.value)")
        }
        return 0
    }

    private static func cid(_ arguments: ParsedArguments) throws(Failure) -> CID {
        guard let text = Name(arguments.required("cid")).string else { throw arguments.usage("a CID is text") }
        return text.hasPrefix("/") ? try IPNSName.cid(inValue: text) : try CID(text)
    }

    private static func publish(
        _ cid: CID, _ key: PublishingKey, _ remote: Remote, _ terms: RecordTerms
    ) async throws(Failure) -> NameRecord {
        let sequence = try key.nextSequence(after: try await published(key.name, remote))
        let record = try await Threads.run("make-record") { () throws(Failure) in
            try key.makeRecord(ContentPath(.content(cid)), sequence: sequence, terms: terms)
        }
        try await remote.names.publish(record, under: key.name)
        return record
    }

    private static func published(_ name: IPNSName, _ remote: Remote) async throws(Failure) -> NameAnswer? {
        do throws(Failure) {
            return try await remote.names.resolve(name)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }
}

extension RecordTerms {
    static let options: [CommandDescription.Option] = [
        .value("lifetime", "duration", "How long the record is good.", default: "2d"),
        .value("ttl", "duration", "How long others may keep an answer without asking again.", default: "5m"),
    ]

    init(_ arguments: ParsedArguments) throws(Failure) {
        let (lifetime, timeToLive) = (try arguments.duration("lifetime"), try arguments.duration("ttl"))
        do throws(Failure) {
            try self.init(lifetime: lifetime, timeToLive: timeToLive)
        } catch {
            throw arguments.usage(error.message)
        }
    }
}

extension NameRecord {
    /// What a record says, as JSON.
    func members(of name: IPNSName) -> [JSON.Member] {
        [
            .init("name", JSON(name.text)), .init("value", JSON(value)), .init("sequence", JSON(sequence)),
            .init("validity", JSON(validUntil.text)), .init("ttl", JSON(DurationText.text(timeToLive))),
        ]
    }
}
