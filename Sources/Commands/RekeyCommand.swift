internal import Control
package import Core
internal import Sealing
internal import Vaults

/// `cbstore rekey`.
package enum RekeyCommand: Command {
    package static let description = CommandDescription(
        "rekey", "Start a new epoch, and seal the whole vault with its keys",
        discussion: """
            Reads the recovery phrase, 24 words, from standard input. Makes new keys, hands them to every device of the
            vault, and seals all that the newest state holds with them: afterwards the old keys alone open nothing of
            it, and nothing that is written later. What somebody could read before, they may have kept. Whoever has a
            device's key file, and what opens it, gets the new keys as that device does.

            Content that lies on the remote alone is fetched. Old objects stay where they are, here and on the remote,
            so the vault needs its space twice. The vault must not be mounted, and its remote must answer; the new state is
            sent with the next 'cbstore sync' or 'cbstore flush --wait'.

            A run that was cut off is finished by the next one, which then begins no other epoch.
            """,
        group: .vault,
        options: [
            .flag("new-epoch-only", "Make new keys for what is written from now on; seal nothing anew.")
        ],
        examples: [
            .init("cbstore rekey < phrase.txt", "Seal the whole vault with new keys."),
            .init(
                "cbstore rekey --new-epoch-only < phrase.txt", "New keys now; a later 'cbstore rekey' does the rest."),
        ],
        exitStatus: [
            .init(4, "The phrase belongs to another vault, a wrong passphrase, or no permission."),
            .init(5, "The server cannot be reached; nothing has changed, or the next run finishes it."),
            .init(6, "The words are not a recovery phrase, or the store is damaged."),
            .init(7, "Devices have diverged; nothing has changed."), .noSpace,
            .init(9, "The vault is mounted, or held by another process."),
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let opening = try VaultOpening(arguments, console)
        let folder = try opening.folder()
        let lock = try opening.lock(folder)
        let phrase = try PhraseSource(arguments: arguments, console: console).phrase()
        let remote = try opening.remotes.remote(of: folder)
        let unlocked = try opening.unlock(folder, remote, try opening.passphrases.passphrase(for: folder))
        let result = try withExtendedLifetime(lock) { () throws(Failure) -> Vault.Rekeyed in
            let vault = try Vault.open(folder, unlocked, time: SystemTime())
            for note in vault.recoveryNotes { console.note("cbstore: note: \(note)") }
            do throws(Failure) {
                if let remote { _ = try vault.attach(remote, folder: folder) }
                let result = try rekey(vault, phrase, in: folder, arguments, console)
                try vault.close()
                return result
            } catch {
                try? vault.close()
                throw error
            }
        }
        try say(result, of: folder, isRemote: remote != nil, arguments, console)
        return 0
    }

    private static func rekey(
        _ vault: Vault, _ phrase: RecoveryPhrase, in folder: VaultFolder, _ arguments: ParsedArguments,
        _ console: Console
    ) throws(Failure) -> Vault.Rekeyed {
        defer { console.endProgress() }
        return try vault.rekey(phrase, in: folder, newEpochOnly: arguments.isSet("new-epoch-only")) { progress in
            console.progress(
                ProgressState(
                    "Sealing", done: ByteCount(progress.doneBytes), of: ByteCount(progress.totalBytes)))
        }
    }

    private static func say(
        _ result: Vault.Rekeyed, of folder: VaultFolder, isRemote: Bool, _ arguments: ParsedArguments,
        _ console: Console
    ) throws(Failure) {
        if arguments.wantsJSON {
            return try console.json([
                "vault": JSON(folder.name.text), "epoch": JSON(result.epoch), "is_new_epoch": JSON(result.isNewEpoch),
                "sealed_objects": result.sealedObjects.map { JSON($0) } ?? .null,
            ])
        }
        console.note(
            result.isNewEpoch
                ? "epoch \(result.epoch) has begun"
                : "epoch \(result.epoch) had begun before, and what was left of older ones is sealed with it")
        guard let count = result.sealedObjects else {
            return console.note("what is here already keeps its old keys until 'cbstore rekey'")
        }
        console.note("everything in the vault is sealed with it, \(count) objects of content anew; old objects stay")
        if isRemote { console.note("the new state is here and not on the remote yet: cbstore flush --wait sends it") }
    }
}
