package import Core

/// A command line that its description allows, with typed answers.
///
/// Asking for a name that the description does not declare is a mistake of the verb and stops the program.
package struct ParsedArguments: Sendable {
    /// The whole program, for verbs about verbs.
    package let program: CommandDescription
    /// The names that led to the command, without the program's own.
    package let path: [String]
    package let command: CommandDescription
    package let environment: CommandEnvironment
    private let options: [String: [[UInt8]]]
    private let arguments: [String: [[UInt8]]]

    init(
        program: CommandDescription, path: [String], command: CommandDescription, options: [String: [[UInt8]]],
        arguments: [String: [[UInt8]]], environment: CommandEnvironment
    ) {
        self.program = program
        self.path = path
        self.command = command
        self.options = options
        self.arguments = arguments
        self.environment = environment
    }

    /// `cbstore upload`.
    package var shownPath: String { ([program.name] + path).joined(separator: " ") }

    package var wantsJSON: Bool { isSet("json") }
    package var isQuiet: Bool { isSet("quiet") }
    package var isVerbose: Bool { isSet("verbose") }
    package var wantsHelp: Bool { isSet("help") }

    /// Whether a flag was given.
    package func isSet(_ flag: String) -> Bool { count(flag) > 0 }

    /// How often a flag was given.
    package func count(_ flag: String) -> Int {
        _ = declared(flag)
        return options[flag]?.count ?? 0
    }

    /// The value of an option, from the command line, else from its environment variable.
    package func bytes(_ option: String) -> [UInt8]? { all(option).last }

    /// Whether an option was itself on the command line, whatever the environment says; `--no-NAME` counts too.
    package func isGiven(_ option: String) -> Bool {
        _ = declared(option)
        return options[option] != nil
    }

    /// Every value of a repeatable option, in order.
    package func all(_ option: String) -> [[UInt8]] {
        let declaration = declared(option)
        if let values = options[option] { return values }
        if let variable = declaration.environment, let value = environment[variable] { return [value] }
        return []
    }

    /// The value as text; one that is not UTF-8 is a usage failure.
    package func text(_ option: String) throws(Failure) -> String? {
        guard let bytes = bytes(option) else { return nil }
        guard let text = Name(bytes).string else { throw wrong(option, bytes, "is not UTF-8 text") }
        return text
    }

    package func integer(_ option: String, in range: ClosedRange<Int>) throws(Failure) -> Int? {
        guard let bytes = bytes(option) else { return nil }
        guard let text = Name(bytes).string, let number = Int(text), range.contains(number) else {
            throw wrong(option, bytes, "is not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    package func duration(_ option: String) throws(Failure) -> Duration? {
        guard let bytes = bytes(option) else { return nil }
        guard let text = Name(bytes).string, let duration = DurationText.parse(text) else {
            throw wrong(option, bytes, "is not a duration such as 500ms, 30s, 5m, 2h or 7d")
        }
        return duration
    }

    package func byteCount(_ option: String) throws(Failure) -> ByteCount? {
        guard let bytes = bytes(option) else { return nil }
        guard let text = Name(bytes).string, let count = ByteCount(parsing: text) else {
            throw wrong(option, bytes, "is not a size such as 4096, 64M or 1GiB")
        }
        return count
    }

    /// The words of an argument that may be repeated or left out.
    package func arguments(_ name: String) -> [[UInt8]] {
        precondition(command.arguments.contains { $0.name == name }, "\(shownPath) declares no argument \(name)")
        return arguments[name] ?? []
    }

    /// The word of an argument, nil when it may be left out and was.
    package func argument(_ name: String) -> [UInt8]? { arguments(name).first }

    /// The word of an argument that must be there; empty when only help was asked for.
    package func required(_ name: String) -> [UInt8] { arguments(name).first ?? [] }

    /// A usage failure of a verb's own making, with where its help is.
    package func usage(_ message: String) -> Failure {
        Failure(.usage, message, advice: "See '\(shownPath) --help'.")
    }

    private func wrong(_ option: String, _ value: [UInt8], _ what: String) -> Failure {
        let isFromEnvironment = options[option] == nil
        let source = isFromEnvironment ? declared(option).environment ?? option : "option '--\(option)'"
        return usage("\(source): '\(Name(value).escaped)' \(what)")
    }

    private func declared(_ name: String) -> CommandDescription.Option {
        let known = command.options + StandardOptions.all + [StandardOptions.version]
        guard let option = known.first(where: { $0.name == name }) else {
            preconditionFailure("\(shownPath) declares no option --\(name)")
        }
        return option
    }
}
