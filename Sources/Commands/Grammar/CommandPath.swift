internal import Core

/// The way from the program to one of its verbs.
enum CommandPath {
    /// The descriptions that `words` name, the program first; a word that names nothing is a usage failure.
    static func find(_ words: [[UInt8]], in arguments: ParsedArguments) throws(Failure) -> [CommandDescription] {
        var path = [arguments.program]
        for word in words {
            let outer = path[path.count - 1]
            guard let next = outer.subcommand(word) else {
                let shown = Name(word).escaped
                let names = outer.subcommands.map(\.name)
                let nearest = Suggestion.nearest(to: shown, among: names).map { "Did you mean '\($0)'?\n" } ?? ""
                let known = path.map(\.name).joined(separator: " ")
                throw Failure(
                    .usage, "'\(known)' has no command '\(shown)'", advice: nearest + "See '\(known) --help'.")
            }
            path.append(next)
        }
        return path
    }

    /// The descriptions along a path that parsing has found.
    static func follow(_ path: [String], _ program: CommandDescription) -> [CommandDescription] {
        path.reduce(into: [program]) { commands, name in
            if let next = commands[commands.count - 1].subcommand(name.utf8) { commands.append(next) }
        }
    }
}
