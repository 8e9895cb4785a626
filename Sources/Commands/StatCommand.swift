/// `cbstore stat`.
package enum StatCommand {
    package static let description = CommandDescription(
        "stat", "Show what is known about files and folders of the vault",
        discussion: """
            Kind, size, mode, owner, times, links, the CID, and how safe it is: dirty, journaled, uploaded, pinned or
            published.
            """,
        group: .files,
        arguments: [.init("path", "Paths in the vault.", count: .oneOrMore)],
        examples: [.init("cbstore stat --json /report.pdf", "All of it, for a script.")],
        exitStatus: [.init(2, "Some paths could not be shown."), .notFound, .denied, .network])
}
