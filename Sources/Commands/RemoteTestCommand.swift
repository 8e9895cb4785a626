internal import ContentAddressing
package import Core
internal import Naming
internal import Primitives
internal import Remotes
internal import Storage
internal import Vaults

/// `cbstore remote test`.
package enum RemoteTestCommand: Command {
    package static let description = CommandDescription(
        "test", "See whether a remote works",
        discussion: """
            Asks for a name that nobody has published, stores a small object of random bytes, reads it back, and takes it
            away again. At a CipherBox API these 64 bytes stay counted.
            """,
        group: .remote,
        arguments: [.init("name", "Which one; without it the one in use.", count: .optional)],
        examples: [
            .init("cbstore remote test", "The remote in use."), .init("cbstore remote test nas", "Another one."),
        ],
        exitStatus: [
            .init(3, "There is no such vault or remote."), .session, .network, .integrity, .noSpace, .busy,
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let vaults = try VaultOpening(arguments, console)
        let folder = try vaults.folder()
        let opening = vaults.remotes
        let remote = try chosen(arguments, opening, folder)
        let steps = try waitFor { () async throws(Failure) in await RemoteTrial(remote, SystemTime()).run() }
        if arguments.wantsJSON {
            try console.json([
                "remote": JSON(remote.name), "url": JSON(remote.address),
                "works": JSON(steps.allSatisfy { $0.failure == nil }), "steps": .array(steps.map(\.json)),
            ])
        } else {
            for step in steps {
                let outcome = step.failure.map { "failed: \(TerminalText.safe($0.message))" } ?? "ok"
                try console.line("\(step.what): \(outcome) (\(DurationText.brief(step.duration)))")
            }
        }
        if let failure = steps.compactMap(\.failure).first { throw failure }
        return 0
    }

    private static func chosen(
        _ arguments: ParsedArguments, _ opening: RemoteOpening, _ folder: VaultFolder
    ) throws(Failure) -> Remote {
        guard let bytes = arguments.argument("name") else { return try opening.requiredRemote(of: folder) }
        let name = Name(bytes)
        guard let text = name.string, let entry = try AttachedRemotes(reading: folder.remotesPath)[text] else {
            throw AttachedRemotes.unknown(name.escaped)
        }
        return opening.network.remote(entry)
    }
}

/// A few calls that show whether a remote keeps its promises.
struct RemoteTrial: Sendable {
    struct Step: Sendable {
        let what: String
        let duration: Duration
        let failure: Failure?

        var json: JSON {
            var members: [JSON.Member] = [
                .init("step", JSON(what)), .init("ok", JSON(failure == nil)),
                .init("milliseconds", JSON(duration.milliseconds)),
            ]
            if let failure { members.append(.init("error", JSON(failure.message))) }
            return .object(members)
        }
    }

    private static let objectBytes = 64

    private let remote: Remote
    private let time: any TimeSource

    init(_ remote: Remote, _ time: any TimeSource) {
        self.remote = remote
        self.time = time
    }

    /// What was tried, up to the first failure.
    func run() async -> [Step] {
        let bytes = Random.bytes(Self.objectBytes)
        let object = StoredObject(cid: ObjectCID.cid(of: bytes), kind: 0, bytes: bytes)
        let remote = remote
        var steps: [Step] = []
        let trials: [(String, @Sendable () async throws(Failure) -> Void)] = [
            ("ask for an unknown name", { () async throws(Failure) in try await Self.resolveUnknown(remote) }),
            ("store an object", { () async throws(Failure) in try await remote.objects.put([object]) }),
            (
                "read it back",
                { () async throws(Failure) in
                    guard try await remote.objects.get(object.cid) == bytes else {
                        throw Failure(.integrity, "\(remote.name) gave other bytes than were stored")
                    }
                }
            ),
            ("take it away", { () async throws(Failure) in try await remote.objects.delete([object.cid]) }),
        ]
        for (what, trial) in trials {
            let start = time.now
            var failure: Failure?
            do throws(Failure) { try await trial() } catch { failure = error }
            steps.append(Step(what: what, duration: time.now - start, failure: failure))
            if failure != nil { break }
        }
        return steps
    }

    private static func resolveUnknown(_ remote: Remote) async throws(Failure) {
        let name = IPNSName(of: Ed25519.SigningKey())
        do throws(Failure) {
            _ = try await remote.names.resolve(name)
        } catch {
            if error.code == .notFound { return }
            throw error
        }
        throw Failure(.integrity, "\(remote.name) answers for a name that nobody can have published")
    }
}
