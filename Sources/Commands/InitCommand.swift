internal import Control
package import Core
internal import Remotes
internal import Sealing
internal import Vaults

/// `cbstore init`.
package enum InitCommand: Command {
    package static let description = CommandDescription(
        "init", "Make a vault",
        discussion: """
            Prints the recovery phrase, 24 words on one line, and the vault's name. The phrase is shown once and stored
            nowhere: write it down. With it and a copy of the store's folder the vault can be had again on any machine;
            without it, a lost passphrase cannot be replaced by anybody.

            On a terminal some of the words are asked for again, to see that they were written down.
            """,
        group: .vault,
        options: [
            .flag("no-passphrase", "Store the key unsealed, with mode 0600, and never ask for a passphrase."),
            .flag("no-compression", "Never compress content: what it compresses to then tells nobody anything of it."),
            .flag("pad-sizes", "Round the sizes of what is stored up, by 12 % at most from 256 bytes on, to hide them."),
            .value(
                "remote", "url", "Attach this remote: cipherbox+https://HOST or dir:/PATH. Nothing is sent to it yet."),
        ],
        examples: [
            .init("cbstore init", "Make a vault; the passphrase is asked for."),
            .init("cbstore init --passphrase-file ~/.vault-passphrase", "Take the passphrase from a file."),
            .init(
                "cbstore init --remote cipherbox+https://api.example.org", "Make a vault that lives on a server too."),
            .init("cbstore init --vault work --no-passphrase", "Make a second vault, with an unsealed key."),
        ],
        exitStatus: [
            .denied, .init(7, "A vault of this name exists already."), .noSpace,
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let opening = try VaultOpening(arguments, console)
        let name = try VaultName(try arguments.text("vault") ?? VaultName.standard.text)
        guard !arguments.program.subcommands.contains(where: { $0.name == name.text }) else {
            throw arguments.usage("'\(name.text)' is a verb and cannot name a vault")
        }
        let folder = opening.home.folder(of: name)
        guard !Files.exists(folder.path) else {
            throw Failure(
                .alreadyExists, "there is a vault '\(name.text)' already in \(Name(opening.home.dataFolder).escaped)",
                advice: "choose another name with --vault NAME")
        }
        let remote = try arguments.bytes("remote").map { bytes throws(Failure) in try RemoteURL(bytes) }
        if let remote { try RemoteOpening.prepare(Self.entry(remote)) }
        let packing = Packing(compresses: !arguments.isSet("no-compression"), pads: arguments.isSet("pad-sizes"))
        let created = try Vault.create(
            folder, passphrase: try opening.passphrases.choose(), packing: packing, time: SystemTime())
        if let remote { attach(Self.entry(remote), to: folder, console) }
        if arguments.wantsJSON {
            try console.json([
                "vault": JSON(name.text), "ipns_name": JSON(created.ipnsName),
                "recovery_phrase": JSON(created.phrase.words.joined(separator: " ")),
            ])
            return 0
        }
        try console.line("vault:           \(name.text)")
        try console.line("name:            \(created.ipnsName)")
        try console.line("recovery phrase: \(created.phrase.words.joined(separator: " "))")
        try console.flush()
        console.note("")
        console.note("Write the recovery phrase down and keep it safe: it is shown once, and nobody can replace it.")
        console.note(
            remote.map { "Nothing has been sent to \($0) yet: 'cbstore flush --wait', an upload or a mount does that." }
                ?? "This vault has one copy, in \(Name(folder.storePath).escaped): copy that folder to have a second.")
        if console.isOutputTerminal { try PhraseCheck.run(created.phrase, console) }
        return 0
    }

    private static func entry(_ url: RemoteURL) -> AttachedRemotes.Entry {
        switch url {
        case .cipherBox: AttachedRemotes.Entry(name: "cipherbox", url: url)
        case .directory: AttachedRemotes.Entry(name: "folder", url: url)
        }
    }

    /// The vault is there already, and its phrase must be shown whatever happens now.
    private static func attach(_ entry: AttachedRemotes.Entry, to folder: VaultFolder, _ console: Console) {
        do throws(Failure) {
            try RemoteOpening.attach(entry, to: folder)
        } catch {
            console.warning("the remote could not be attached (\(error.message)); try again with: cbstore remote add")
        }
    }
}

/// Asks for some words of a fresh phrase back, on a terminal only.
private enum PhraseCheck {
    static func run(_ phrase: RecoveryPhrase, _ console: Console) throws(Failure) {
        let words = phrase.words
        for index in [2, 10, 18] {
            while true {
                console.note("Word \(index + 1) of the phrase? (Enter to skip)")
                guard let answer = readLine(), !answer.isEmpty else { return }
                if answer.lowercased() == words[index] { break }
                console.note("That is not word \(index + 1).")
            }
        }
        console.note("The words are right.")
    }
}
