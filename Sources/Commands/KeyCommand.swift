package import Core
internal import Naming
internal import Primitives
internal import Remotes
internal import Vaults

/// `cbstore key`.
package enum KeyCommand: Command {
    package static let description = CommandDescription(
        "key", "Keep the keys that publish names by hand",
        discussion: """
            Each key is one IPNS name. The keys lie in the home's folder 'keys', not sealed, readable by you alone.
            Those of a vault are not among them.
            """,
        group: .content,
        examples: [
            .init("cbstore key gen blog", "Make a key, and print its name."),
            .init("cbstore key list", "Which keys there are."),
        ],
        exitStatus: [.notFound, .denied, .conflict],
        needsSubcommand: true)

    package static var subcommands: [any Command.Type] {
        [KeyGenerateCommand.self, KeyListCommand.self, KeyImportCommand.self, KeyExportCommand.self]
    }

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        throw arguments.usage("choose one of gen, list, import and export")
    }

    /// A key is made and kept in a moment; longer waits are for somebody who publishes with one of that name.
    private static let lockWait: Duration = .seconds(5)

    static func folder(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> KeyFolder {
        KeyFolder(try VaultOpening(arguments, console).home.keysPath)
    }

    static func label(_ arguments: ParsedArguments) throws(Failure) -> String {
        guard let label = Name(arguments.required("name")).string else {
            throw arguments.usage("the name of a key is UTF-8 text")
        }
        try Label.check(label, of: "a key")
        return label
    }

    /// Keeps a key that is new here, and prints its name.
    static func add(
        _ key: Ed25519.SigningKey, as label: String, _ arguments: ParsedArguments, _ console: Console
    ) throws(Failure) {
        let folder = try folder(arguments, console)
        let lock = try folder.lock(label, wait: lockWait)
        try folder.add(key, as: label)
        withExtendedLifetime(lock) {}
        let name = IPNSName(of: key)
        if arguments.wantsJSON {
            try console.json(.object(members(label, name)))
        } else {
            try console.line(name.text)
        }
    }

    static func members(_ label: String, _ name: IPNSName) -> [JSON.Member] {
        [.init("key", JSON(label)), .init("name", JSON(name.text)), .init("peer_id", JSON(name.peerID))]
    }
}

/// `cbstore key gen`.
package enum KeyGenerateCommand: Command {
    package static let description = CommandDescription(
        "gen", "Make a key",
        discussion: "Makes an Ed25519 key and prints the IPNS name that is its.", group: .content,
        arguments: [.init("name", "What to call the key here.")],
        examples: [.init("cbstore key gen blog", "Make a key, and print its name.")],
        exitStatus: [.denied, .init(7, "There is a key of that name."), .noSpace, .busy])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        try KeyCommand.add(Ed25519.SigningKey(), as: KeyCommand.label(arguments), arguments, console)
        return 0
    }
}

/// `cbstore key list`.
package enum KeyListCommand: Command {
    package static let description = CommandDescription(
        "list", "Show the keys and their IPNS names",
        discussion: "With --json also what the last record made here with each of them says.", group: .content,
        examples: [.init("cbstore key list", "Keys and names.")],
        exitStatus: [.init(2, "Some keys could not be read; the messages name them."), .denied])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let folder = try KeyCommand.folder(arguments, console)
        let labels = folder.labels()
        var failures = 0
        for label in labels {
            do throws(Failure) {
                let name = IPNSName(of: try folder.key(label))
                guard arguments.wantsJSON else {
                    try console.line("\(label)  \(name)")
                    continue
                }
                let record = try folder.lastRecord(label, of: name)
                try console.json(
                    .object(
                        KeyCommand.members(label, name) + [
                            .init("value", JSON(record?.value)),
                            .init("sequence", record.map { JSON($0.sequence) } ?? .null),
                            .init("validity", JSON(record?.validUntil.text)),
                        ]))
            } catch {
                if console.isOutputClosed { throw error }
                failures += 1
                console.report(error)
            }
        }
        if labels.isEmpty { console.note("There is no key yet; 'cbstore key gen NAME' makes one.") }
        return failures == 0 ? 0 : FailureCode.partly.row.exitCode
    }
}

/// `cbstore key import`.
package enum KeyImportCommand: Command {
    package static let description = CommandDescription(
        "import", "Take over a key from another program",
        discussion: """
            Reads an Ed25519 key, either as libp2p writes it (Kubo's keystore, 'ipfs key export') or as PKCS #8 in PEM
            (OpenSSL), and prints the IPNS name that is its. No key here is ever overwritten.
            """,
        group: .content,
        arguments: [
            .init("name", "What to call the key here."),
            .init("file", "The file with the key, or - for standard input.", completes: .file),
        ],
        examples: [
            .init("cbstore key import blog blog.key", "What 'ipfs key export blog' wrote."),
            .init("openssl genpkey -algorithm ed25519 | cbstore key import new -", "A key in PEM."),
        ],
        exitStatus: [
            .init(1, "These bytes are no key, or a key of a kind that does not sign here."),
            .init(3, "The file does not exist."), .denied, .init(7, "There is a key of that name."), .noSpace, .busy,
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let label = try KeyCommand.label(arguments)
        var bytes = try SmallFile.read(arguments.required("file"), limit: PrivateKeyFile.greatestLength)
        defer { Wipe.array(&bytes) }
        try KeyCommand.add(PrivateKeyFile.read(bytes).key, as: label, arguments, console)
        return 0
    }
}

/// `cbstore key export`.
package enum KeyExportCommand: Command {
    package static let description = CommandDescription(
        "export", "Write a key out for another program",
        discussion: """
            What is written is the secret itself: whoever has it can publish under the key's name. A file is readable by
            you alone. Kubo reads both formats with 'ipfs key import', OpenSSL reads pem.
            """,
        group: .content,
        arguments: [.init("name", "Which key.")],
        options: [
            .value(
                "format", "name", "How it is written.", default: PrivateKeyFile.Format.libp2p.rawValue,
                completes: .choices(PrivateKeyFile.Format.allCases.map(\.rawValue))),
            .value(
                "output", short: "o", "file", "Write to this file; - is standard output, even if that is a terminal.",
                default: "standard output", completes: .file),
            .flag("force", short: "f", "Replace an existing file."),
        ],
        examples: [
            .init("cbstore key export blog -o blog.key", "For 'ipfs key import blog blog.key'."),
            .init("cbstore key export blog --format pem -o blog.pem", "For OpenSSL."),
        ],
        exitStatus: [
            .notFound, .denied, .init(6, "The file of the key is damaged."),
            .init(7, "The output exists and --force was not given."), .noSpace,
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let label = try KeyCommand.label(arguments)
        let format = try arguments.text("format").flatMap(PrivateKeyFile.Format.init) ?? .libp2p
        let output = try SmallFile.output(arguments, console, "a secret", isSecret: true)
        let key = try KeyCommand.folder(arguments, console).key(label)
        var bytes = PrivateKeyFile.write(key, as: format).copy()
        defer { Wipe.array(&bytes) }
        let name = IPNSName(of: key)
        if let output {
            try SmallFile.write(output, bytes, mode: 0o600, mayReplace: arguments.isSet("force"))
        }
        if arguments.wantsJSON {
            let secret = output == nil ? [JSON.Member("secret_base64", JSON(Base64.encode(bytes)))] : []
            try console.json(
                .object(KeyCommand.members(label, name) + [.init("format", JSON(format.rawValue))] + secret))
        } else if output == nil {
            try console.write(bytes)
        }
        console.warning("this is the secret itself: whoever has it can publish under \(name)")
        return 0
    }
}
