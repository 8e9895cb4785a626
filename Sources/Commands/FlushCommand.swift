internal import Control
package import Core
internal import Glibc
internal import Vaults

/// `cbstore flush`.
package enum FlushCommand: Command {
    package static let description = CommandDescription(
        "flush", "Bring every change to the disk, commit it, and send it",
        discussion: """
            Returns when everything written so far, through a mount too, is on this machine's disk and part of a commit.
            With --wait it returns when all of that is on the vault's remote and published too, so that another machine
            can read it.
            """,
        group: .sync,
        options: [
            .flag("wait", "Wait until everything is published on the remote."),
            .value("timeout", "duration", "Wait no longer than this, as in 90s or 10m.", default: "1h"),
        ],
        examples: [
            .init("cbstore flush", "Before taking a copy of the store's folder."),
            .init("cbstore flush --wait --timeout 5m", "Before shutting this machine down for good."),
        ],
        exitStatus: [
            .init(4, "No permission, or the remote wants a login."),
            .init(5, "Not everything could be published in time; nothing is lost, and what was sent stays sent."),
            .noSpace,
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let limit = try arguments.duration("timeout") ?? .seconds(3600)
        return try VaultOpening(arguments, console).use { access throws(Failure) in
            if arguments.isSet("wait") {
                try publish(access, within: limit, console)
            } else {
                try access.flush()
            }
            if arguments.wantsJSON { try console.json(try access.status().json) }
            return 0
        }
    }
}

extension FlushCommand {
    /// What may pass by itself is waited for, as long as there is time.
    private static func publish(
        _ access: any VaultAccess, within limit: Duration, _ console: Console
    ) throws(Failure) {
        let deadline = SystemTime.monotonic() + limit
        while true {
            do throws(Failure) {
                return try SendingDisplay(console).publish(access, within: deadline - SystemTime.monotonic())
            } catch {
                let pause = Limits.Remote.waitingPause
                guard error.code.row.retry == .later, SystemTime.monotonic() + pause < deadline else { throw error }
                console.detail("not yet: \(error)")
                usleep(UInt32(clamping: pause.nanoseconds / 1000))
            }
        }
    }
}

/// Publishing with its progress on the console.
struct SendingDisplay {
    private let console: Console

    init(_ console: Console) { self.console = console }

    func publish(_ access: any VaultAccess, within limit: Duration) throws(Failure) {
        defer { console.endProgress() }
        try access.publish(within: limit) { progress in
            console.progress(
                ProgressState(
                    "Sending", done: ByteCount(progress.sentBytes), of: ByteCount(progress.totalBytes)))
        }
    }
}
