/// The options that every verb has without declaring them.
package enum StandardOptions {
    /// How output looks.
    package static let common: [CommandDescription.Option] = [
        .flag("json", "Print JSON on standard output, and errors as JSON on standard error."),
        .flag("quiet", short: "q", "Print no progress and no notes; errors are still printed."),
        .flag("verbose", short: "v", "Print more about what is done."),
        .flag("trace-requests", "Print a line for each request to a remote on standard error, without its secrets."),
        .flag("help", short: "h", "Show help for the command."),
    ]

    /// Which vault, and how it is opened.
    package static let vault: [CommandDescription.Option] = [
        .value(
            "vault", "name", "Use the vault of this name.", default: "the only one, or 'default'",
            environment: "CBSTORE_VAULT"),
        .value(
            "home", "dir", "Keep settings and vaults in this folder.", default: "the XDG folders",
            environment: "CBSTORE_HOME", completes: .directory),
        .value(
            "passphrase-file", "file",
            "Read the passphrase from the first line of this file. Without it the passphrase is taken from"
                + " CBSTORE_PASSPHRASE, else asked for on the terminal.",
            completes: .file),
    ]

    package static let all = vault + common

    /// Only before a verb.
    static let version = CommandDescription.Option.flag("version", "Print the version.")
}
