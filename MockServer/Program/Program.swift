internal import Core
internal import Glibc
internal import MockServer

/// `cbstore-mock`: serves until a signal ends it.
enum Program {
    static func run() -> Int32 {
        // Before any thread starts, so that none of them is the one that a signal ends.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for number in [SIGTERM, SIGINT] { unsafe sigaddset(&signals, number) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        signal(SIGPIPE, SIG_IGN)
        do throws(Failure) {
            switch try MockArguments.parse(Array(CommandLine.arguments.dropFirst())) {
            case .help: print(MockArguments.help, to: 1)
            case .serve(let options):
                let mock = try CipherBoxMock.start(options)
                print("listening \(mock.url)\n", to: 1)
                var number: Int32 = 0
                unsafe _ = sigwait(&signals, &number)
                mock.stop()
            }
            return 0
        } catch {
            print("cbstore-mock: \(error)\n", to: 2)
            return error.code.row.exitCode
        }
    }

    /// Unbuffered: whoever started this waits for the line.
    private static func print(_ text: String, to number: Int32) {
        // Nobody may be reading; that is no reason to end.
        try? FileDescriptor(borrowing: number, "output").write(Array(text.utf8))
    }
}
