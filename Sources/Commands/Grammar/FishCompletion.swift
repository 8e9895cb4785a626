/// A completion script for fish 3.
enum FishCompletion {
    static func script(_ program: CommandDescription) -> String {
        let name = program.name
        let places = CompletionPlace.all(program)
        var lines = [
            "# fish completion for \(name)",
            "",
            "# Whether the words so far lead to exactly this verb; options and their values do not count.",
            "function __\(name)_at",
            "    set -l words (commandline -opc)",
            "    set -l path \(name)",
            "    set -l skip 0",
            "    for word in $words[2..-1]",
            "        if test $skip -eq 1",
            "            set skip 0",
            "            continue",
            "        end",
            "        switch \"$path:$word\"",
        ]
        for place in places {
            let patterns = place.options.filter { $0.placeholder != nil }.flatMap(\.spellings)
                .map { quoted("\(place.path):\($0)") }
            if !patterns.isEmpty {
                lines += ["            case \(patterns.joined(separator: " "))", "                set skip 1"]
            }
        }
        for place in places.dropFirst() {
            let (outer, verb) = place.parts
            lines += [
                "            case \(quoted("\(outer):\(verb)"))", "                set path \(quoted(place.path))",
            ]
        }
        lines += [
            "        end",
            "    end",
            "    test \"$path\" = \"$argv[1]\"",
            "end",
            "",
            "complete -c \(name) -f",
        ]
        for place in places { lines += completions(place, program) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func completions(_ place: CompletionPlace, _ program: CommandDescription) -> [String] {
        let start = "complete -c \(program.name) -n \(quoted("__\(program.name)_at '\(place.path)'"))"
        var lines = place.command.subcommands.map { "\(start) -a \(quoted($0.name)) -d \(quoted($0.abstract))" }
        for option in place.options {
            let short = option.short.map { " -s \($0)" } ?? ""
            // -x keeps files out of what is offered, -r alone lets them in.
            let need = option.completion == .file ? " -r" : " -x"
            let value = option.placeholder == nil ? "" : need + arguments(option.completion, program)
            lines.append("\(start)\(short) -l \(option.name)\(value) -d \(quoted(option.help))")
            if option.kind == .switchable { lines.append("\(start) -l no-\(option.name) -d \(quoted(option.help))") }
        }
        let kinds = place.command.arguments.map(\.completion).filter { $0 != .nothing }
        if let kind = kinds.first { lines.append(start + arguments(kind, program)) }
        return lines
    }

    private static func arguments(_ completion: CommandDescription.Completion, _ program: CommandDescription) -> String
    {
        switch completion {
        case .nothing: ""
        case .file: " -F"
        // Single quotes keep the substitution for the moment of completion.
        case .directory: " -a '(__fish_complete_directories)'"
        case .choices(let choices): " -a \(quoted(choices.joined(separator: " ")))"
        case .verb: " -a \(quoted(program.subcommands.map(\.name).joined(separator: " ")))"
        }
    }

    /// In single quotes fish reads only `\\` and `\'`.
    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
