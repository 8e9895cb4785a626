/// `cbstore init`.
package enum InitCommand {
    package static let description = CommandDescription(
        "init", "Make a vault",
        discussion: """
            Makes the keys and an empty vault on this machine, and prints the recovery phrase: 24 words on one line,
            shown this once. Whoever has them can open the vault from anywhere; without them nobody can, once
            passphrase or machine are lost. Write them down before anything else.

            On a terminal some of the words are asked back, to be sure they were written down. The key file is
            sealed with a passphrase; with --no-passphrase it is protected by its file mode only.

            Nothing is sent anywhere. Until a remote is attached, this machine holds the only copy.
            """,
        group: .vault,
        options: [
            .flag("no-passphrase", "Store the key unsealed, with mode 0600, and never ask for a passphrase."),
            .value(
                "remote", "url",
                "Note a remote for the vault: cipherbox+https://HOST, kubo+http://HOST:PORT, s3+https://HOST/BUCKET or"
                    + " dir:/PATH. It is not contacted."),
            .flag("no-compression", "Never compress: what a server sees of sizes then tells less about content."),
        ],
        examples: [
            .init("cbstore init", "Make a vault; the passphrase is asked for."),
            .init(
                "cbstore --vault work init --passphrase-file pass.txt",
                "Make a second one, named 'work', from a script."),
            .init("cbstore init --remote dir:/mnt/nas/vault", "Keep a copy on a network drive, too."),
        ],
        exitStatus: [
            .init(4, "No permission to write there, or no passphrase could be had."),
            .init(7, "A vault of this name exists already."),
            .noSpace,
        ])
}
