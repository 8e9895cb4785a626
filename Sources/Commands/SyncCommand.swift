internal import Control
package import Core

/// `cbstore sync`.
package enum SyncCommand: Command {
    package static let description = CommandDescription(
        "sync", "Take in what other devices published, and publish what is here",
        discussion: """
            Asks the vault's remote for the newest state of every device. One that includes all that is here becomes this
            vault's own; what is here and not there is sent and published. When two devices have changed things without
            having seen each other's changes, both states stay whole, each with its device, and the command says so.

            After 'cbstore recover' the first sync fetches the vault itself.
            """,
        group: .sync,
        options: [
            .value("timeout", "duration", "Wait no longer than this for sending, as in 90s or 10m.", default: "1h")
        ],
        examples: [.init("cbstore sync", "Bring this machine up to date.")],
        exitStatus: [
            .init(3, "The vault has no remote, or the remote has no vault of this phrase."),
            .init(4, "No permission, or the remote wants a login."), .init(5, "The remote cannot be reached."),
            .integrity, .init(7, "Devices have diverged; nothing was changed."),
            .init(9, "A file that others changed is open here, or being written."),
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let limit = try arguments.duration("timeout") ?? .seconds(3600)
        return try VaultOpening(arguments, console).use { access throws(Failure) in
            let report = try access.synchronize(within: limit)
            if arguments.wantsJSON { try console.json(report.json) }
            if let device = report.tookIn { console.note("took in the changes of device '\(device)'") }
            guard report.diverged.isEmpty else {
                let devices = report.diverged.map { "'\($0)'" }.joined(separator: ", ")
                throw Failure(
                    .conflict, "device \(devices) and this one have each changed what the other has not seen",
                    advice: "both states are whole; this version cannot join them: change only one of them")
            }
            return 0
        }
    }
}
