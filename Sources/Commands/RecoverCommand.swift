/// `cbstore recover`.
package enum RecoverCommand {
    package static let description = CommandDescription(
        "recover", "Get access to a vault back from its recovery phrase",
        discussion: """
            Reads the 24 words from standard input, or asks for them on a terminal. With --store the vault is rebuilt
            from a copy of a store's folder, without any network. Without it the phrase's keys are stored, and the
            first 'cbstore sync' after 'cbstore login' fetches the rest.

            In the end time, device and four check words of the newest commit are printed. Compare the words with
            those that 'cbstore status' prints on another device: equal words mean that nothing old was served.
            """,
        group: .vault,
        options: [
            .value("store", "dir", "Rebuild from this copy of a store's folder.", completes: .directory),
            .flag("no-passphrase", "Store the key unsealed, with mode 0600, and never ask for a passphrase."),
        ],
        examples: [
            .init("cbstore recover --store /media/backup/store < phrase.txt", "Rebuild from a backup disk."),
            .init("cbstore recover", "Type the phrase, then log in and sync."),
        ],
        exitStatus: [
            .init(3, "There is no store in that folder."),
            .init(4, "The phrase belongs to another vault, or no permission."),
            .init(6, "The phrase's checksum does not fit, or the store is damaged."),
            .init(7, "A vault of this name exists already."),
        ])
}
