/// A completion script for zsh, for a folder in `fpath` or to be sourced.
enum ZshCompletion {
    static func script(_ program: CommandDescription) -> String {
        let places = CompletionPlace.all(program)
        var lines = ["#compdef \(program.name)", ""]
        for place in places { lines += function(place, program) + [""] }
        lines += [
            "if [[ $funcstack[1] == _\(program.name) ]]; then",
            "    _\(program.name) \"$@\"",
            "else",
            "    compdef _\(program.name) \(program.name)",
            "fi",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    /// One function a place; the words it sees begin with its own verb.
    private static func function(_ place: CompletionPlace, _ program: CommandDescription) -> [String] {
        let function = "_" + place.path.replacing(" ", with: "_").replacing("-", with: "_")
        let verbs = place.command.subcommands
        var specs = place.options.flatMap { spec($0, program) }
        if verbs.isEmpty {
            specs += place.command.arguments.map { argument in
                let count = argument.isRepeated ? "*" : ""
                let isOptional = argument.count == .optional ? ":" : ""
                let message = escaped("<\(argument.name)>")
                return "'\(count):\(isOptional)\(message):\(action(argument.completion, program))'"
            }
        } else {
            specs += ["'1: :->verb'", "'*:: :->rest'"]
        }
        var lines = ["\(function)() {", "    local curcontext=\"$curcontext\" state line", "    typeset -A opt_args"]
        lines.append("    _arguments -C -s -S \\")
        lines += specs.enumerated().map { "        \($1)" + ($0 + 1 < specs.count ? " \\" : "") }
        if !verbs.isEmpty {
            // A command may take words of its own where its subcommands stand.
            let words = place.command.arguments.first.map { "\(action($0.completion, program)) ;;" }
            lines += ["    case $state in", "        verb)", "            local -a verbs=("]
            lines += verbs.map { "                '\(escaped($0.name)):\(quoted($0.abstract))'" }
            lines += [
                "            )", "            _describe -t commands 'command' verbs\(words == nil ? " ;;" : "")",
            ]
            if let words { lines.append("            \(words)") }
            lines += ["        rest)", "            case $line[1] in"]
            for verb in verbs {
                lines.append("                \(verb.name)) \(function)_\(verb.name.replacing("-", with: "_")) ;;")
            }
            if let words { lines.append("                *) \(words)") }
            lines += ["            esac ;;", "    esac"]
        }
        return lines + ["}"]
    }

    private static func spec(_ option: CommandDescription.Option, _ program: CommandDescription) -> [String] {
        let help = escaped(option.help)
        var names = option.spellings
        if option.kind == .switchable { names.append("--no-\(option.name)") }
        // The other spellings of an option are not offered once it stands there, unless it may be repeated.
        let isOnce = !option.isRepeatable && option.name != "verbose"
        let prefix = isOnce ? "(\(names.joined(separator: " ")))" : "*"
        return names.map { name in
            guard let placeholder = option.placeholder else { return "'\(prefix)\(name)[\(help)]'" }
            let join = name.hasPrefix("--") ? "=" : "+"
            return "'\(prefix)\(name)\(join)[\(help)]:\(escaped(placeholder)):\(action(option.completion, program))'"
        }
    }

    private static func action(_ completion: CommandDescription.Completion, _ program: CommandDescription) -> String {
        switch completion {
        case .nothing: ""
        case .file: "_files"
        case .directory: "_files -/"
        case .choices(let choices): "(\(choices.joined(separator: " ")))"
        case .verb: "(\(program.subcommands.map(\.name).joined(separator: " ")))"
        }
    }

    /// Inside a specification in single quotes.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "[", "]", ":", "\\": result += "\\\(character)"
            case "'": result += "'\\''"
            default: result.append(character)
            }
        }
        return result
    }

    private static func quoted(_ text: String) -> String { text.replacing("'", with: "'\\''") }
}
