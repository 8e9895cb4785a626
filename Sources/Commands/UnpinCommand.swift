internal import ContentAddressing
package import Core
internal import Remotes
internal import Storage
internal import Vaults

/// `cbstore unpin`.
package enum UnpinCommand: Command {
    package static let description = CommandDescription(
        "unpin", "No longer keep an object at the remote",
        discussion: """
            Takes back what 'cbstore pin' did. An object of the vault itself stays where it is, since the vault needs it:
            only the note of it goes. What was not pinned by hand is refused without --force: it may be a part of a vault
            that exists nowhere else.

            The quota of a CipherBox API does not grow by it.
            """,
        group: .content,
        arguments: [.init("cid", "CIDs of objects.", count: .oneOrMore)],
        options: [
            .flag("force", short: "f", "Unpin it at the remote, whoever may need it.")
        ],
        examples: [
            .init("cbstore unpin bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e", "Keep it no longer.")
        ],
        exitStatus: [
            .init(2, "Some objects could not be unpinned."),
            .init(3, "The object was not pinned by hand, or there is no remote."), .session, .network,
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let vaults = try VaultOpening(arguments, console)
        let folder = try vaults.folder()
        let opening = vaults.remotes
        let remote = try opening.requiredRemote(of: folder)
        let isForced = arguments.isSet("force")
        return try EachCID(arguments, console).run { cid throws(Failure) in
            let pin = try PinLedger(reading: folder.pinsPath).pin(cid, at: remote.name)
            guard isForced || pin != nil else {
                throw Failure(
                    .notFound, "\(cid) was not pinned by hand at \(remote.name)", advice: "--force unpins it anyway")
            }
            let mustStay = !isForced && pin?.isVaults == true
            if !mustStay {
                try waitFor { () async throws(Failure) in try await remote.objects.unpin([cid]) }
            }
            try PinLedger.change(at: folder.pinsPath) { (ledger) throws(Failure) in
                ledger.remove(cid, at: remote.name)
            }
            if mustStay { console.note("\(cid) stays at \(remote.name): the vault itself needs it.") }
            if arguments.wantsJSON {
                try console.json([
                    "cid": JSON(cid.description), "remote": JSON(remote.name), "stays": JSON(mustStay),
                ])
            }
        }
    }
}
