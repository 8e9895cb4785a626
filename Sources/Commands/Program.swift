/// The whole program: every verb there is.
package enum Program {
    /// In the order in which help lists them within their groups.
    private static var commands: [any Command.Type] {
        [
            InitCommand.self, RecoverCommand.self, PassphraseCommand.self, RekeyCommand.self,
            UploadCommand.self, FetchCommand.self, ListCommand.self, CatCommand.self, StatCommand.self,
            MakeDirectoryCommand.self, MoveCommand.self, RemoveCommand.self,
            MountCommand.self, UnmountCommand.self, StatusCommand.self, FlushCommand.self, SyncCommand.self,
            LoginCommand.self, LogoutCommand.self, WhoamiCommand.self, QuotaCommand.self, RemoteCommand.self,
            CidCommand.self, AddCommand.self, ResolveCommand.self, PublishCommand.self, PinCommand.self,
            UnpinCommand.self, PinsCommand.self, KeyCommand.self, NameCommand.self,
            DoctorCommand.self, VersionCommand.self, HelpCommand.self, CompletionCommand.self, ManCommand.self,
        ]
    }

    package static var registry: CommandRegistry { CommandRegistry(commands) }

    /// Runs the command line of this process; the exit code.
    package static func run() -> Int32 {
        let arguments = CommandArguments.fromProcess()
        let code = registry.run(arguments, .ofProcess(arguments.environment))
        RemoteOpening.settle()
        return code
    }
}
