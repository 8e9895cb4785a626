/// `cbstore mount`.
package enum MountCommand {
    package static let description = CommandDescription(
        "mount", "Use the vault as an ordinary folder",
        discussion: """
            Returns when the folder can be used; a process of its own then serves it until 'cbstore umount'. With
            --foreground the command itself serves it.

            What a program has written is safe from a crash of that program at once and in the journal within two
            seconds; fsync returns when it is on the disk. What is sent to a remote, and when, 'cbstore status' shows.

            A mount that a crash left behind is taken away first, with a note. Options of mount(8) and fstab(5) are
            taken by -o: vault=, passphrase_file=, home=, ro, at=, cache_mb=, allow_other, suid, dev, nonempty,
            noauto, _netdev, user. A line for /etc/fstab: "work /mnt/work fuse.cbstore noauto,user 0 0".
            """,
        group: .mount,
        arguments: [.init("dir", "The folder to mount on; it must exist and be empty.", completes: .directory)],
        options: [
            .flag("foreground", short: "f", "Serve the mount in this process."),
            .flag(
                "read-only", "Allow no changes; several read-only mounts of a vault may exist beside a writable one."),
            .value("at", "commit", "The vault as it was in this commit or snapshot; implies --read-only."),
            .value("cache-size-mb", "n", "At most this many MiB of content fetched from a remote are kept here."),
            .flag("allow-other", "Let other users in; needs user_allow_other in /etc/fuse.conf."),
            .value("idle-unmount", "duration", "Unmount when nobody has used the folder for this long (5m, 2h)."),
            .value("options", short: "o", "opt,...", "Options of mount(8), parted by commas.", repeatable: true),
        ],
        examples: [
            .init("cbstore mount ~/Vault", "Mount the vault."),
            .init("cbstore mount ~/Monday --at 2024-06-03", "Look at the vault as it was."),
        ],
        exitStatus: [
            .init(1, "The folder is not empty, there is no /dev/fuse, or another reason that the message names."),
            .init(3, "The folder or the vault does not exist."), .denied,
            .init(5, "A vault without any local copy could not reach its remote."), .integrity,
            .init(9, "The vault is mounted already, or in use by another command."),
        ])
}
