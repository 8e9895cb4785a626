package import Core
internal import Remotes
internal import Vaults

/// `cbstore remote`.
package enum RemoteCommand: Command {
    package static let description = CommandDescription(
        "remote", "Choose where copies of a vault go",
        discussion: """
            A remote is a place that keeps a vault's objects and names for it: a CipherBox API (cipherbox+https://HOST)
            or a folder (dir:/PATH). Everything that goes there is encrypted before. The first remote of a vault is the
            one in use.

            A vault without a remote takes the API in CIPHERBOX_API_URL, says so, and keeps it.
            """,
        group: .remote,
        examples: [
            .init("cbstore remote add home dir:/mnt/nas/vault", "Keep a copy in a folder."),
            .init("cbstore remote list", "Where copies go."),
            .init("cbstore remote test", "Whether everything works there."),
        ],
        exitStatus: [.notFound, .denied, .network, .conflict],
        needsSubcommand: true)

    package static var subcommands: [any Command.Type] {
        [RemoteAddCommand.self, RemoteListCommand.self, RemoteRemoveCommand.self, RemoteTestCommand.self]
    }

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        throw arguments.usage("choose one of add, list, remove and test")
    }
}

/// `cbstore remote add`.
package enum RemoteAddCommand: Command {
    package static let description = CommandDescription(
        "add", "Attach a remote to the vault",
        discussion: """
            A folder must be empty or a remote already, and is made if it is missing. An API is not asked;
            'cbstore remote test' does.
            """,
        group: .remote,
        arguments: [
            .init("name", "What to call it."),
            .init("url", "Where it is: cipherbox+https://HOST or dir:/PATH."),
        ],
        examples: [
            .init("cbstore remote add cipherbox cipherbox+https://api.example.org", "A CipherBox API."),
            .init("cbstore remote add nas dir:/mnt/nas/vault", "A folder."),
        ],
        exitStatus: [
            .init(3, "There is no such vault."), .denied,
            .init(7, "The vault has a remote of that name, or the folder holds something else."), .noSpace,
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let folder = try VaultOpening(arguments, console).folder()
        guard let name = Name(arguments.required("name")).string else { throw arguments.usage("a name is UTF-8 text") }
        let entry = AttachedRemotes.Entry(name: name, url: try RemoteURL(arguments.required("url")))
        try RemoteOpening.attach(entry, to: folder)
        if arguments.wantsJSON { try console.json(entry.json) }
        console.note("The vault '\(folder.name.text)' has the remote '\(name)' at \(entry.url).")
        return 0
    }
}

/// `cbstore remote list`.
package enum RemoteListCommand: Command {
    package static let description = CommandDescription(
        "list", "Show the vault's remotes", discussion: "The first one is in use.", group: .remote,
        examples: [.init("cbstore remote list", "Names and addresses.")],
        exitStatus: [.init(3, "There is no such vault.")])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let folder = try VaultOpening(arguments, console).folder()
        let entries = try AttachedRemotes(reading: folder.remotesPath).entries
        for entry in entries {
            if arguments.wantsJSON {
                try console.json(entry.json)
            } else {
                try console.line("\(entry.name)  \(TerminalText.safe(entry.url.description))")
            }
        }
        if entries.isEmpty { console.note("The vault '\(folder.name.text)' has no remote.") }
        return 0
    }
}

/// `cbstore remote remove`.
package enum RemoteRemoveCommand: Command {
    package static let description = CommandDescription(
        "remove", "Detach a remote from the vault",
        discussion: "What is there stays there; it is used no more.",
        group: .remote,
        arguments: [.init("name", "Which one.")],
        examples: [.init("cbstore remote remove nas", "Send nothing there any more.")],
        exitStatus: [.init(3, "There is no such vault or remote.")])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let folder = try VaultOpening(arguments, console).folder()
        guard let name = Name(arguments.required("name")).string else { throw arguments.usage("a name is UTF-8 text") }
        try AttachedRemotes.change(at: folder.remotesPath) { (remotes) throws(Failure) in try remotes.remove(name) }
        if arguments.wantsJSON { try console.json(["removed": JSON(name)]) }
        console.note("The remote '\(name)' is detached; what is there stays there.")
        return 0
    }
}
