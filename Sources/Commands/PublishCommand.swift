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
            Signs a record with a key of yours and gives it to the remote in use. The key 'self' is made at first use; keys
            lie in the home's folder 'keys', readable by you alone. The names of a vault itself cannot be published in
            this way: their keys are not among these.
            """,
        group: .content,
        arguments: [.init("cid", "What the name is to stand for: a CID or /ipfs/CID.")],
        options: [
            .value("key", "name", "Publish the name of this key.", default: PublishingKey.standard),
            .value("lifetime", "duration", "How long the record is good.", default: "2d"),
            .value("ttl", "duration", "How long others may keep an answer without asking again.", default: "5m"),
        ],
        examples: [
            .init(
                "cbstore publish bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e", "Print the name."),
            .init(
                "cbstore publish --lifetime 30d bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e", "A month."
            ),
        ],
        exitStatus: [.init(3, "There is no such key, or no remote."), .session, .network, .integrity, .busy])

    /// Two days: what everybody in the network uses, and a day more than the longest pause between renewals.
    private static let lifetime: Duration = .seconds(2 * 86_400)
    /// A year, after which nobody remembers that a name is published.
    private static let greatestLifetime: Duration = .seconds(366 * 86_400)

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let cid = try cid(arguments)
        let lifetime = try arguments.duration("lifetime") ?? Self.lifetime
        let timeToLive = try arguments.duration("ttl") ?? NameLimits.timeToLive
        guard lifetime > .zero, lifetime <= greatestLifetime else {
            throw arguments.usage("--lifetime is above 0 and at most 366d")
        }
        guard timeToLive <= lifetime else { throw arguments.usage("--ttl is at most the lifetime") }
        let home = try VaultOpening(arguments, console).home
        let opening = RemoteOpening(arguments: arguments, console: console, home: home)
        let remote = try opening.anyRemote()
        let key = try PublishingKey(try arguments.text("key") ?? PublishingKey.standard, in: home.keysPath)
        let record = try waitFor { () async throws(Failure) in
            try await Self.publish(cid, key, remote, lifetime, timeToLive)
        }
        if arguments.wantsJSON {
            try console.json([
                "name": JSON(key.name.text), "value": JSON(record.value), "sequence": JSON(record.sequence),
                "validity": JSON(record.validUntil.text), "ttl": JSON(DurationText.text(record.timeToLive)),
                "remote": JSON(remote.name),
            ])
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
        _ cid: CID, _ key: PublishingKey, _ remote: Remote, _ lifetime: Duration, _ timeToLive: Duration
    ) async throws(Failure) -> NameRecord {
        let sequence = try key.nextSequence(after: try await published(key.name, remote))
        let now = SystemTime().wallClock
        let record = NameRecord.signed(
            value: IPNSName.value(for: cid), sequence: sequence,
            validUntil: Timestamp(
                seconds: now.seconds + lifetime.components.seconds, nanoseconds: now.nanoseconds),
            timeToLive: timeToLive, by: key.signing)
        try await Threads.run("keep-record") { () throws(Failure) in try key.keep(record) }
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
