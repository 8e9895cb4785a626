package import Core
internal import Naming

/// `cbstore name inspect`.
package enum NameInspectCommand: Command {
    package static let description = CommandDescription(
        "inspect", "Show what a record says, and what is wrong with it",
        discussion: """
            Shows what can be read, even of a record that is not genuine. The signature is checked when the record holds
            its key; many do not, and are checked by 'cbstore name verify' with the name.
            """,
        group: .content,
        arguments: [.init("file", "The file with the record, or - for standard input.", completes: .file)],
        examples: [
            .init("cbstore name inspect my.ipns-record", "Show a record."),
            .init("ipfs name get NAME | cbstore name inspect -", "Show what Kubo has."),
        ],
        exitStatus: [
            .init(0, "The bytes have the form of a record, genuine or not."), .init(3, "The file does not exist."),
            .denied,
            .init(6, "The bytes have not the form of a record."),
        ], usesVault: false)

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let bytes = try SmallFile.read(arguments.required("file"), limit: NameLimits.recordBytes)
        let inspection = try RecordInspection(bytes)
        let rows = rows(inspection, size: bytes.count, now: SystemTime().wallClock)
        if arguments.wantsJSON {
            try console.json(.object(rows.map { JSON.Member($0.key, $0.value) }))
        } else {
            for row in rows where !row.text.isEmpty {
                let label = row.label + ":"
                try console.line(
                    label + String(repeating: " ", count: max(1, 18 - label.count)) + TerminalText.safe(row.text))
            }
        }
        return 0
    }

    private struct Row {
        let key: String
        let label: String
        let value: JSON
        let text: String

        init(_ key: String, label: String? = nil, _ value: JSON, _ text: String) {
            self.key = key
            self.label = label ?? key.replacing("_", with: " ")
            self.value = value
            self.text = text
        }

        init(_ key: String, _ text: String?) { self.init(key, JSON(text), text ?? "") }

        init(_ key: String, _ isTrue: Bool?) {
            self.init(key, isTrue.map { JSON($0) } ?? .null, isTrue.map { $0 ? "yes" : "no" } ?? "")
        }

        init(_ key: String, label: String? = nil, number: UInt64?, _ text: String? = nil) {
            self.init(key, label: label, number.map { JSON($0) } ?? .null, text ?? number.map { "\($0)" } ?? "")
        }
    }

    private static func rows(_ record: RecordInspection, size: Int, now: Timestamp) -> [Row] {
        let statement = record.statement
        let end = statement.flatMap { String(validating: $0.validity, as: UTF8.self) }
            .flatMap { Timestamp(rfc3339: $0) }
        let otherKeys = statement?.otherKeys ?? []
        let (isGenuine, problem) = verdict(record)
        return [
            Row("size", JSON(size), "\(size) bytes"), Row("name", record.name?.text), Row("key_kind", record.keyKind),
            Row("said_in", statement.map { $0.isSigned ? "signed data" : "unsigned fields" }),
            Row("value", statement.map { text($0.value) }), Row("sequence", number: statement?.sequence),
            Row("validity", statement.map { text($0.validity) }),
            Row("validity_type", number: statement?.validityType),
            Row("ttl_ns", label: "ttl", number: statement?.timeToLiveNanoseconds, timeToLive(statement)),
            Row("other_keys", .array(otherKeys.map { JSON($0) }), otherKeys.joined(separator: ", ")),
            Row("signature_v1", record.hasLegacySignature), Row("signature_v2", record.hasSignature),
            Row("expired", end.map { $0 <= now }), Row("genuine", isGenuine), Row("problem", problem),
        ]
    }

    private static func text(_ bytes: [UInt8]) -> String { Name(bytes).string ?? Name(bytes).escaped }

    private static func timeToLive(_ statement: RecordInspection.Statement?) -> String {
        guard let nanoseconds = statement?.timeToLiveNanoseconds else { return "" }
        return Int64(exactly: nanoseconds).map { DurationText.text(.nanoseconds($0)) } ?? "\(nanoseconds) ns"
    }

    private static func verdict(_ record: RecordInspection) -> (isGenuine: Bool?, problem: String?) {
        switch record.verdict {
        case .genuine: (true, nil)
        case .refused(let failure): (failure.code == .unsupported ? nil : false, "\(failure)")
        case .nameless:
            (nil, "not checked: the record does not hold its key; 'cbstore name verify NAME FILE' checks it")
        }
    }
}

/// `cbstore name verify`.
package enum NameVerifyCommand: Command {
    package static let description = CommandDescription(
        "verify", "Check that a record is a name's, and still good",
        discussion: "Prints what the name stands for when the record passes every check, its date included.",
        group: .content,
        arguments: [
            .init("name", "A name in any form: k51..., a peer id, with or without /ipns/."),
            .init("file", "The file with the record, or - for standard input.", completes: .file),
        ],
        examples: [
            .init(
                "cbstore name verify k51qzi5uqu5dlvj2baxnqndepeb86cbk3ng7n3i46uzyxzyqj2xjonzllnv0v8 my.ipns-record",
                "Print /ipfs/CID.")
        ],
        exitStatus: [
            .init(3, "The file does not exist."), .denied,
            .init(6, "The record is not the name's, or has expired; the message names the check that failed."),
        ], usesVault: false)

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        guard let text = Name(arguments.required("name")).string else { throw arguments.usage("a name is UTF-8 text") }
        let name = try IPNSName(text)
        let bytes = try SmallFile.read(arguments.required("file"), limit: NameLimits.recordBytes)
        let record: NameRecord
        do throws(Failure) {
            record = try NameRecord(verifying: bytes, for: name, at: SystemTime().wallClock)
        } catch {
            throw error.countingAge
        }
        if arguments.wantsJSON {
            try console.json(.object(record.members(of: name)))
        } else {
            try console.line(TerminalText.safe(record.value))
        }
        return 0
    }
}

extension Failure {
    /// The same, where a record that has expired is as bad as one that is not genuine.
    var countingAge: Failure {
        code == .stale ? Failure(.integrity, message, advice: advice, cause: cause) : self
    }
}
