package import Core

/// One verb: what there is to say about it, and what it does.
package protocol Command {
    static var description: CommandDescription { get }
    /// Verbs below this one, as `key gen` is below `key`.
    static var subcommands: [any Command.Type] { get }
    /// Does the work and answers the exit code; a failure's code decides the exit code itself.
    static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32
}

extension Command {
    package static var subcommands: [any Command.Type] { [] }
}
