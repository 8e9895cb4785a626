package import Core
internal import Vaults

/// `cbstore recover`.
package enum RecoverCommand: Command {
    package static let description = CommandDescription(
        "recover", "Get access to a vault back from its recovery phrase",
        discussion: """
            Reads the 24 words from standard input, on one line; four letters of a word are enough. With --store it
            rebuilds the vault from a copy of a store's folder, which is left as it is. Without it, the words' keys are
            kept here, and the first 'cbstore sync' after 'cbstore login' fetches the vault from its remote. Neither way
            asks anything of the network now.

            In the end, here or after that sync, time, device and four check words of the newest commit are printed.
            Compare them with what 'cbstore status' prints on another device: equal words mean that the copy is not an
            old one. After --store compare the times, where the vault has a remote: its words are another commit's.
            """,
        group: .vault,
        options: [
            .value("store", "dir", "Rebuild from this copy of a store's folder.", completes: .directory),
            .flag("no-passphrase", "Store the key unsealed, with mode 0600, and never ask for a passphrase."),
        ],
        examples: [
            .init(
                "cbstore recover < phrase.txt && cbstore login --test me@example.com && cbstore sync",
                "On a new machine."),
            .init("cbstore recover --store /media/backup/store < phrase.txt", "Rebuild from a backup disk."),
        ],
        exitStatus: [
            .init(3, "There is no store in that folder."),
            .init(4, "The phrase belongs to another vault, or no permission."),
            .init(6, "The words are not a recovery phrase, or the store is damaged."),
            .init(7, "A vault of this name exists already."),
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let opening = try VaultOpening(arguments, console)
        let name = try VaultName(try arguments.text("vault") ?? VaultName.standard.text)
        let folder = opening.home.folder(of: name)
        guard !Files.exists(folder.path) else {
            throw Failure(
                .alreadyExists, "there is a vault '\(name.text)' already in \(Name(opening.home.dataFolder).escaped)",
                advice: "choose another name with --vault NAME, or another home with --home DIR")
        }
        let phrase = try PhraseSource(arguments: arguments, console: console).phrase()
        let passphrase = try opening.passphrases.choose()
        guard let copy = arguments.bytes("store") else {
            let ipnsName = try Vault.prepareRecovery(folder, phrase, passphrase: passphrase)
            if arguments.wantsJSON {
                try console.json(["vault": JSON(name.text), "ipns_name": JSON(ipnsName), "complete": JSON(false)])
            } else {
                try console.line("vault:         \(name.text)")
                try console.line("name:          \(ipnsName)")
                console.note("now log in and sync: cbstore login, then cbstore sync")
            }
            return 0
        }
        let recovered = try Vault.recover(
            folder, from: copy, phrase, passphrase: passphrase, time: SystemTime())
        if arguments.wantsJSON {
            try console.json([
                "vault": JSON(name.text), "ipns_name": JSON(recovered.ipnsName),
                "commit_time": JSON(recovered.commitTime?.text), "device": JSON(recovered.device),
                "check_words": JSON(recovered.checkWords), "files": JSON(recovered.files), "complete": JSON(true),
            ])
            return 0
        }
        try console.line("vault:         \(name.text)")
        try console.line("name:          \(recovered.ipnsName)")
        try console.line("newest commit: \(recovered.commitTime?.text ?? "none") by device \(recovered.device)")
        try console.line("check words:   \(recovered.checkWords)")
        try console.line("files:         \(recovered.files)")
        for note in recovered.notes { console.note("cbstore: note: \(note)") }
        return 0
    }

    /// What to compare with another device, after a vault came from its remote.
    static func say(_ recovered: Vault.Recovered, _ console: Console) {
        console.note("the vault was fetched from its remote, \(recovered.files) files and folders")
        console.note("newest commit: \(recovered.commitTime?.text ?? "none") by device '\(recovered.device)'")
        console.note("check words:   \(recovered.checkWords) (compare with 'cbstore status' on that device)")
    }
}
