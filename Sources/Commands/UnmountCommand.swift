/// `cbstore umount`.
package enum UnmountCommand {
    package static let description = CommandDescription(
        "umount", "Unmount the vault's folder and wait until it is safe",
        discussion: """
            Returns when all that was written is in the journal on this machine, after 30 seconds at the latest, and
            says how much is not yet sent to the remote. The network is never waited for.
            """,
        group: .mount,
        arguments: [.init("dir", "The folder the vault is mounted on.", completes: .directory)],
        options: [
            .flag("force", short: "f", "Detach even while files are open; they stay usable to who has them open."),
            .flag("no-wait", "Return when the folder is detached, without waiting for the journal."),
        ],
        examples: [.init("cbstore umount ~/Vault", "Unmount.")],
        exitStatus: [
            .init(3, "Nothing is mounted there."), .denied,
            .init(5, "The journal was not closed within 30 seconds; the message says how much is left."),
            .init(9, "Files are open below the folder."),
        ])
}
