internal import Control
package import Core
internal import Primitives
internal import Vaults

/// `cbstore passphrase`.
package enum PassphraseCommand: Command {
    package static let description = CommandDescription(
        "passphrase", "Change the passphrase of a vault's key on this machine",
        discussion: """
            Puts the same keys under another passphrase, or under none. Nothing else changes: no content is sealed
            again, no other device notices, and a mounted vault stays mounted. The old passphrase is taken from
            --passphrase-file, CBSTORE_PASSPHRASE or the prompt; the new one from --new-passphrase-file or the prompt,
            where it is typed twice.

            A copy that somebody made of the key file before still opens with the passphrase it had then, and whoever
            opens it is this device: neither this verb nor 'cbstore rekey' takes that away.
            """,
        group: .vault,
        options: [
            .value(
                "new-passphrase-file", "file", "Take the new passphrase from the first line of this file.",
                completes: .file),
            .flag("no-passphrase", "Store the key unsealed, with mode 0600, and never ask for a passphrase."),
        ],
        examples: [
            .init("cbstore passphrase", "Both are asked for."),
            .init("cbstore passphrase --passphrase-file old --new-passphrase-file new", "In a script."),
        ],
        exitStatus: [
            .init(3, "There is no such vault, or no such file."),
            .init(4, "The old passphrase is wrong, or no permission."), .integrity, .noSpace,
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        guard !arguments.isSet("no-passphrase") || arguments.bytes("new-passphrase-file") == nil else {
            throw arguments.usage("--no-passphrase and --new-passphrase-file exclude each other")
        }
        let opening = try VaultOpening(arguments, console)
        let folder = try opening.folder()
        let keys = try SealedKeys(of: folder)
        let old = try opening.passphrases.passphrase(for: folder)
        // First: nobody is asked for a new passphrase who does not know the old one.
        let isIncomplete = try keys.unlock(old).areIncomplete
        let new = try opening.passphrases.chooseNext()
        if isIncomplete {
            // The first sync writes the key file too: one at a time, and from what is there then.
            let lock = try opening.lock(folder)
            try withExtendedLifetime(lock) { () throws(Failure) in
                try SealedKeys(of: folder).change(from: old, to: new, in: folder)
            }
        } else {
            // Complete keys are written by nobody else, so a vault that is mounted need not be asked.
            try keys.change(from: old, to: new, in: folder)
        }
        if arguments.wantsJSON {
            try console.json(["vault": JSON(folder.name.text), "has_passphrase": JSON(new != nil)])
            return 0
        }
        console.note(text(folder.name.text, had: keys.needsPassphrase, has: new != nil))
        return 0
    }

    private static func text(_ vault: String, had: Bool, has: Bool) -> String {
        switch (had, has) {
        case (true, true): "the passphrase of vault '\(vault)' is changed; the old one opens its key no more"
        case (false, true): "the key of vault '\(vault)' is sealed with the passphrase from now on"
        case (true, false): "the key of vault '\(vault)' is stored unsealed now, and no passphrase is asked for"
        case (false, false): "the key of vault '\(vault)' was stored unsealed, and still is"
        }
    }
}
