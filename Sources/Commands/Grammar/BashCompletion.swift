/// A completion script for bash 4.4 and later, without the bash-completion package.
enum BashCompletion {
    static func script(_ program: CommandDescription) -> String {
        let name = program.name
        let places = CompletionPlace.all(program)
        var lines = [
            "# bash completion for \(name)",
            "_\(name)() {",
            "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}",
            "    local path=\(name) word index skip= literal=",
            "    COMPREPLY=()",
            "    # '=' parts words, so --option=value comes as three.",
            "    if [[ $current == = ]]; then",
            "        current=",
            "    elif [[ $previous == = ]]; then",
            "        previous=${COMP_WORDS[COMP_CWORD-2]}",
            "    fi",
            "    for ((index = 1; index < COMP_CWORD; index++)); do",
            "        word=${COMP_WORDS[index]}",
            "        if [[ $word == = ]]; then skip=1; continue; fi",
            "        if [[ $skip ]]; then skip=; continue; fi",
            "        if [[ $word == -- ]]; then literal=1; continue; fi",
            "        case $path:$word in",
        ]
        for place in places {
            for option in place.options where option.placeholder != nil {
                let patterns = option.spellings.map { "'\(place.path):\($0)'" }
                lines.append("            \(patterns.joined(separator: "|"))) skip=1 ;;")
            }
        }
        for place in places.dropFirst() {
            let (outer, verb) = place.parts
            lines.append("            '\(outer):\(verb)') [[ $literal ]] || path='\(place.path)' ;;")
        }
        lines += [
            "        esac",
            "    done",
            "    [[ $literal ]] || case $path:$previous in",
        ]
        for place in places {
            for option in place.options where option.placeholder != nil {
                let patterns = option.spellings.map { "'\(place.path):\($0)'" }
                lines.append(
                    "        \(patterns.joined(separator: "|"))) \(action(option.completion, places)); return ;;")
            }
        }
        lines += [
            "    esac",
            "    if [[ $current == -* && ! $literal ]]; then",
            "        case $path in",
        ]
        for place in places {
            lines.append("            '\(place.path)') \(words(place.optionWords)) ;;")
        }
        lines += ["        esac", "        return", "    fi", "    case $path in"]
        for place in places {
            lines.append("        '\(place.path)') \(wordAction(place.command, places)) ;;")
        }
        lines += ["    esac", "}", "complete -F _\(name) \(name)"]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func wordAction(_ command: CommandDescription, _ places: [CompletionPlace]) -> String {
        // One argument's kind stands for all: which of them a word is, the shell cannot know before options are parsed.
        let kind = command.arguments.map(\.completion).first { $0 != .nothing }
        let verbs = command.subcommands.map(\.name)
        if verbs.isEmpty { return action(kind ?? .nothing, places) }
        guard let kind else { return words(verbs) }
        return action(kind, places) + "; " + words(verbs, isAddition: true)
    }

    private static func action(_ completion: CommandDescription.Completion, _ places: [CompletionPlace]) -> String {
        switch completion {
        case .nothing: ":"
        case .file: "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$current\")"
        case .directory: "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$current\")"
        case .choices(let choices): words(choices)
        case .verb: words(places.first?.command.subcommands.map(\.name) ?? [])
        }
    }

    /// `isAddition` keeps what is offered already.
    private static func words(_ words: [String], isAddition: Bool = false) -> String {
        let place = isAddition ? " -O ${#COMPREPLY[@]}" : ""
        return "mapfile -t\(place) COMPREPLY < <(compgen -W '\(words.joined(separator: " "))' -- \"$current\")"
    }
}

extension CompletionPlace {
    /// The path without its last verb, and that verb.
    var parts: (outer: String, verb: String) {
        let words = path.split(separator: " ")
        return (words.dropLast().joined(separator: " "), String(words.last ?? ""))
    }
}
