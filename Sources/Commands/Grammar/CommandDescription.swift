/// Everything there is to say about one verb: parser, help, completion and manual are all made from it.
///
/// Texts are plain ASCII prose; in a discussion an empty line parts paragraphs.
package struct CommandDescription: Sendable {
    package let name: String
    /// One clause in the imperative, without a full stop.
    package let abstract: String
    package let discussion: String
    package let group: CommandGroup
    package let arguments: [Argument]
    package let options: [Option]
    package let examples: [Example]
    /// Exit codes besides 0, 1, 64 and 130, which every verb has.
    package let exitStatus: [ExitStatus]
    /// Whether the verb works on a vault, so that its help lists `--vault` and its companions.
    package let usesVault: Bool
    /// Whether the verb does nothing by itself.
    package let needsSubcommand: Bool
    package var subcommands: [CommandDescription]

    package init(
        _ name: String, _ abstract: String, discussion: String = "", group: CommandGroup,
        arguments: [Argument] = [], options: [Option] = [], examples: [Example] = [], exitStatus: [ExitStatus] = [],
        usesVault: Bool = true, needsSubcommand: Bool = false, subcommands: [CommandDescription] = []
    ) {
        self.name = name
        self.abstract = abstract
        self.discussion = discussion
        self.group = group
        self.arguments = arguments
        self.options = options
        self.examples = examples
        self.exitStatus = exitStatus
        self.usesVault = usesVault
        self.needsSubcommand = needsSubcommand
        self.subcommands = subcommands
    }

    package func subcommand(_ name: some Collection<UInt8>) -> CommandDescription? {
        subcommands.first { $0.name.utf8.elementsEqual(name) }
    }
}

/// The heading under which the program's help lists a verb.
package enum CommandGroup: String, Sendable, CaseIterable {
    case vault = "Vaults"
    case files = "Files in a vault"
    case sync = "What is safe"
    case mount = "The mounted folder"
    case remote = "Remotes and accounts"
    case content = "Public content and names"
    case tool = "Tools"
}

extension CommandDescription {
    /// What a shell offers in a place.
    package enum Completion: Sendable, Equatable {
        case nothing, file, directory
        /// One of these words; the parser refuses any other.
        case choices([String])
        /// One of the program's verbs.
        case verb
    }

    /// A word that stands for itself, in its order.
    package struct Argument: Sendable {
        package enum Count: Sendable { case one, optional, oneOrMore, zeroOrMore }

        package let name: String
        package let help: String
        package let count: Count
        package let completion: Completion

        package init(_ name: String, _ help: String, count: Count = .one, completes completion: Completion = .nothing) {
            self.name = name
            self.help = help
            self.count = count
            self.completion = completion
        }

        var isRequired: Bool { count == .one || count == .oneOrMore }
        var isRepeated: Bool { count == .oneOrMore || count == .zeroOrMore }
    }

    /// A word that begins with a dash.
    package struct Option: Sendable {
        package enum Kind: Sendable, Equatable {
            case flag
            /// A flag that `--no-NAME` takes back.
            case switchable
            case value(placeholder: String)
        }

        /// The long name without dashes, which is also how a verb asks for it.
        package let name: String
        package let short: Character?
        package let kind: Kind
        package let help: String
        package let defaultText: String?
        package let isRepeatable: Bool
        package let environment: String?
        package let completion: Completion

        package static func flag(
            _ name: String, short: Character? = nil, _ help: String, switchable: Bool = false
        ) -> Option {
            Option(
                name: name, short: short, kind: switchable ? .switchable : .flag, help: help, defaultText: nil,
                isRepeatable: false, environment: nil, completion: .nothing)
        }

        package static func value(
            _ name: String, short: Character? = nil, _ placeholder: String, _ help: String, default: String? = nil,
            repeatable: Bool = false, environment: String? = nil, completes completion: Completion = .nothing
        ) -> Option {
            Option(
                name: name, short: short, kind: .value(placeholder: placeholder), help: help, defaultText: `default`,
                isRepeatable: repeatable, environment: environment, completion: completion)
        }

        var placeholder: String? {
            if case .value(let placeholder) = kind { placeholder } else { nil }
        }
    }

    /// A command line worth copying, and what it does.
    package struct Example: Sendable {
        package let command: String
        package let explanation: String

        package init(_ command: String, _ explanation: String) {
            self.command = command
            self.explanation = explanation
        }
    }

    /// What one exit code means for a verb.
    package struct ExitStatus: Sendable, Equatable {
        package let code: Int32
        package let meaning: String

        package init(_ code: Int32, _ meaning: String) {
            self.code = code
            self.meaning = meaning
        }
    }
}

extension CommandDescription.ExitStatus {
    package static let success = Self(0, "Everything was done.")
    package static let other = Self(1, "Something failed for a reason not listed here; the message names it.")
    package static let partly = Self(2, "Some of it was done; the messages say what was not.")
    package static let notFound = Self(3, "Something named on the command line does not exist.")
    package static let denied = Self(4, "Access denied: wrong passphrase, no permission or read-only.")
    package static let network = Self(5, "Something took too long, or the network failed.")
    package static let integrity = Self(6, "Stored bytes are damaged or not what their name says.")
    package static let conflict = Self(7, "Something exists already or contradicts what was asked.")
    package static let noSpace = Self(8, "No space is left, or a limit or quota is reached.")
    package static let busy = Self(9, "Something is in use; trying again later may help.")
    package static let usage = Self(64, "The command line was not understood.")
    package static let interrupted = Self(130, "Interrupted by a signal.")

    /// The whole contract, for the program's own help.
    package static let all = [
        success, other, partly, notFound, denied, network, integrity, conflict, noSpace, busy, usage, interrupted,
    ]
}

extension CommandDescription {
    /// What this verb's help lists under EXIT STATUS, in ascending order.
    package var allExitStatus: [ExitStatus] {
        let own = Set(exitStatus.map(\.code))
        let common = [ExitStatus.success, .other, .usage, .interrupted].filter { !own.contains($0.code) }
        return (common + exitStatus).sorted { $0.code < $1.code }
    }
}
