package import Core

/// Reads a command line by the GNU conventions: options anywhere, `--opt=value`, `--opt value`, `-xVALUE`, joined
/// short flags, `--` before words that only look like options, `-` as a word.
package struct ArgumentParser {
    private let program: CommandDescription
    private var path: [CommandDescription]
    private var options: [String: [[UInt8]]] = [:]
    private var words: [[UInt8]] = []

    private typealias Option = CommandDescription.Option

    init(program: CommandDescription) {
        self.program = program
        path = [program]
    }

    /// What `words` ask for, or a usage failure whose advice holds the nearest known word and where help is.
    package static func parse(
        _ arguments: CommandArguments, program: CommandDescription
    ) throws(Failure) -> ParsedArguments {
        var parser = ArgumentParser(program: program)
        return try parser.parse(arguments)
    }

    private var command: CommandDescription { path[path.count - 1] }

    private mutating func parse(_ arguments: CommandArguments) throws(Failure) -> ParsedArguments {
        var rest = arguments.words[...]
        var isLiteral = false
        while let word = rest.popFirst() {
            if isLiteral || word.first != UInt8(ascii: "-") || word.count == 1 {
                try take(word, isLiteral: isLiteral)
            } else if word == [0x2d, 0x2d] {
                isLiteral = true
            } else if word[1] == UInt8(ascii: "-") {
                try takeLong(word, &rest)
            } else {
                try takeShort(word, &rest)
            }
        }
        var values: [String: [[UInt8]]] = [:]
        if options["help"] == nil {
            if command.needsSubcommand { throw usage("'\(shownPath)' needs a subcommand: \(choices)") }
            values = try assign()
        }
        return ParsedArguments(
            program: program, path: path.dropFirst().map(\.name), command: command, options: options,
            arguments: values, environment: arguments.environment)
    }

    private var choices: String { command.subcommands.map(\.name).joined(separator: ", ") }

    private mutating func take(_ word: [UInt8], isLiteral: Bool) throws(Failure) {
        if !isLiteral, words.isEmpty, !command.subcommands.isEmpty {
            if let next = command.subcommand(word) {
                path.append(next)
                return
            }
            if command.arguments.isEmpty {
                let shown = Name(word).escaped
                throw usage(
                    path.count == 1 ? "unknown command '\(shown)'" : "'\(shownPath)' has no subcommand '\(shown)'",
                    nearest: shown, among: command.subcommands.map(\.name))
            }
        }
        words.append(word)
    }

    /// Gives each declared argument its words: those it must have first, then the rest from left to right.
    private func assign() throws(Failure) -> [String: [[UInt8]]] {
        var spare = words.count - command.arguments.count(where: \.isRequired)
        var values: [String: [[UInt8]]] = [:]
        var rest = words[...]
        for argument in command.arguments {
            var count = argument.isRequired ? 1 : 0
            if spare > 0, argument.count != .one {
                let extra = argument.isRepeated ? spare : 1
                count += extra
                spare -= extra
            }
            guard rest.count >= count else { throw usage("missing argument <\(argument.name)>") }
            let own = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
            for word in own { try check(word, argument.completion, "argument <\(argument.name)>") }
            values[argument.name] = own
        }
        if let extra = rest.first { throw usage("unexpected argument '\(Name(extra).escaped)'") }
        return values
    }

    private var known: [Option] {
        command.options + StandardOptions.all + (path.count == 1 ? [StandardOptions.version] : [])
    }

    private mutating func takeLong(_ word: [UInt8], _ rest: inout ArraySlice<[UInt8]>) throws(Failure) {
        let body = word.dropFirst(2)
        let name = body.prefix { $0 != UInt8(ascii: "=") }
        let attached = name.count < body.count ? Array(body.dropFirst(name.count + 1)) : nil
        let text = Name(Array(name)).escaped
        if text.hasPrefix("no-"), let option = known.first(where: { $0.kind == .switchable && "no-" + $0.name == text })
        {
            guard attached == nil else { throw usage("option '--\(text)' takes no value") }
            // Given, but not set: a verb may tell that from not mentioned.
            options[option.name] = []
            return
        }
        guard let option = known.first(where: { $0.name == text }) else {
            throw usage(
                "unknown option '--\(text)' for '\(shownPath)'", nearest: text, among: known.map(\.name), dashes: "--")
        }
        if option.placeholder == nil {
            guard attached == nil else { throw usage("option '--\(text)' takes no value") }
            options[option.name, default: []].append([])
        } else {
            try store(option, attached ?? rest.popFirst(), "--" + text)
        }
    }

    private mutating func takeShort(_ word: [UInt8], _ rest: inout ArraySlice<[UInt8]>) throws(Failure) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            let shown = "-" + Name([letter]).escaped
            guard let option = known.first(where: { $0.short?.asciiValue == letter }) else {
                // `-json` is a common slip for `--json`.
                let long = Name(Array(word.dropFirst())).escaped
                throw usage(
                    "unknown option '\(shown)' for '\(shownPath)'", nearest: word.count > 2 ? long : "",
                    among: known.map(\.name), dashes: "--")
            }
            if option.placeholder == nil {
                options[option.name, default: []].append([])
            } else {
                try store(option, letters.isEmpty ? rest.popFirst() : Array(letters), shown)
                return
            }
        }
    }

    private mutating func store(_ option: Option, _ value: [UInt8]?, _ shown: String) throws(Failure) {
        guard let value else { throw usage("option '\(shown)' needs a value <\(option.placeholder ?? "value")>") }
        try check(value, option.completion, "option '\(shown)'")
        // Of an option that counts once the last one wins, so that an alias can be overridden.
        if option.isRepeatable {
            options[option.name, default: []].append(value)
        } else {
            options[option.name] = [value]
        }
    }

    private func check(
        _ value: [UInt8], _ completion: CommandDescription.Completion, _ what: String
    ) throws(Failure) {
        guard case .choices(let choices) = completion, !choices.contains(where: { $0.utf8.elementsEqual(value) })
        else { return }
        let shown = Name(value).escaped
        throw usage(
            "\(what) cannot be '\(shown)'; it is one of \(choices.joined(separator: ", "))", nearest: shown,
            among: choices)
    }

    private var shownPath: String { path.map(\.name).joined(separator: " ") }

    private func usage(
        _ message: String, nearest typed: String = "", among candidates: [String] = [], dashes: String = ""
    ) -> Failure {
        var advice = "See '\(shownPath) --help'."
        if let nearest = Suggestion.nearest(to: typed, among: candidates) {
            advice = "Did you mean '\(dashes)\(nearest)'?\n" + advice
        }
        return Failure(.usage, message, advice: advice)
    }
}
