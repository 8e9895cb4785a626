internal import ContentAddressing
package import Core
internal import Naming
internal import Remotes

/// `cbstore name`.
package enum NameCommand: Command {
    package static let description = CommandDescription(
        "name", "Make and check IPNS records, offline",
        discussion: """
            A record says what a name stands for, signed with the name's key. It can go by any way from whoever made it
            to whoever checks it; no verb here uses a network.
            """,
        group: .content,
        examples: [
            .init(
                "cbstore name create bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e -o my.ipns-record",
                "Make a record."),
            .init("cbstore name inspect my.ipns-record", "What it says."),
        ],
        exitStatus: [.notFound, .denied, .integrity, .conflict],
        usesVault: false, needsSubcommand: true)

    package static var subcommands: [any Command.Type] {
        [NameCreateCommand.self, NameInspectCommand.self, NameVerifyCommand.self]
    }

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        throw arguments.usage("choose one of create, inspect and verify")
    }
}

/// `cbstore name create`.
package enum NameCreateCommand: Command {
    package static let description = CommandDescription(
        "create", "Sign a record, and send it nowhere",
        discussion: """
            The record is kept as the key's last one, too, so that no later one has its number. Its number is one above
            that of the last record made here with the key, unless --sequence says another one above it.
            """,
        group: .content,
        arguments: [.init("value", "What the name is to stand for: a CID, or a path below /ipfs/ or /ipns/.")],
        options: [
            .value("key", "name", "Make a record of this key's name.", default: PublishingKey.standard),
            .value("sequence", "n", "Give the record this number.", default: "one above the last"),
        ] + RecordTerms.options + [
            .value(
                "output", short: "o", "file", "Write to this file; - is standard output, even if that is a terminal.",
                default: "standard output", completes: .file),
            .flag("force", short: "f", "Replace an existing file."),
        ],
        examples: [
            .init(
                "cbstore name create --key blog --lifetime 30d /ipns/example.org/blog -o blog.ipns-record",
                "A month, on another name."),
            .init(
                "cbstore name create bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e | ipfs name put NAME",
                "Hand the record to Kubo."),
        ],
        exitStatus: [
            .init(3, "There is no such key."), .denied, .init(6, "The key or its last record is damaged."),
            .init(7, "The number is not above the last one, or the output exists and --force was not given."), .noSpace,
            .busy,
        ])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let value = try value(arguments)
        let terms = try RecordTerms(arguments)
        let wanted = try sequence(arguments)
        let output = try SmallFile.output(arguments, console, "a record", isSecret: false)
        let mayReplace = arguments.isSet("force")
        if let output, !mayReplace { try SmallFile.checkFree(output) }
        let label = try arguments.text("key") ?? PublishingKey.standard
        let key = try PublishingKey(label, in: try KeyCommand.folder(arguments, console))
        let next = try key.nextSequence()
        if let wanted, wanted < next {
            throw Failure(
                .conflict, "a record of \(key.name) with the number \(next - 1) was made already",
                advice: "give a number above that, or leave --sequence out")
        }
        let record = try key.makeRecord(value, sequence: wanted ?? next, terms: terms)
        if let output { try SmallFile.write(output, record.bytes, mode: 0o644, mayReplace: mayReplace) }
        if arguments.wantsJSON {
            let bytes = output == nil ? [JSON.Member("record_base64", JSON(Base64.encode(record.bytes)))] : []
            try console.json(.object(record.members(of: key.name) + bytes))
        } else if output == nil {
            try console.write(record.bytes)
        }
        console.note(
            "\(key.name) stands for \(record.value) until \(record.validUntil.text), number \(record.sequence).")
        return 0
    }

    private static func value(_ arguments: ParsedArguments) throws(Failure) -> ContentPath {
        guard let text = Name(arguments.required("value")).string else {
            throw arguments.usage("a value is UTF-8 text")
        }
        return text.hasPrefix("/") ? try ContentPath(text) : ContentPath(.content(try CID(text)))
    }

    private static func sequence(_ arguments: ParsedArguments) throws(Failure) -> UInt64? {
        guard let text = try arguments.text("sequence") else { return nil }
        guard let number = UInt64(text), String(number) == text else {
            throw arguments.usage("--sequence takes a number from 0 to \(UInt64.max)")
        }
        return number
    }
}
