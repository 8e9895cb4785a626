internal import CFuse  // Swift counts `sigset_t` as its, because libfuse includes it too.
internal import Core
internal import Glibc

/// What a serving process does with signals: one thread takes them, nothing else is ever disturbed.
package enum MountSignals {
    /// How long files that are open may keep a detached mount alive.
    package static let closingLimit = Duration.seconds(30)

    /// Keeps the signals for `watch`; the first thing a serving process does, because threads inherit it.
    package static func block() {
        var set = signals
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Takes signals from here on: SIGTERM and SIGINT detach the mount and serve what is open for at most 30 s, a second
    /// one ends it at once; SIGQUIT writes down what the mount is doing.
    package static func watch(_ mount: Mount, log: @escaping @Sendable (String) -> Void) {
        Threads.start("signals") {
            var isDetaching = false
            while true {
                var set = signals
                var number: Int32 = 0
                guard unsafe sigwait(&set, &number) == 0 else { continue }
                switch number {
                case SIGQUIT: for line in mount.dump() { log(line) }
                case _ where isDetaching: Threads.start("end") { mount.end() }
                default:
                    isDetaching = true
                    log("signal \(number): detaching; open files are served for at most \(closingLimit)")
                    Threads.start("detach") { mount.detach(limit: closingLimit) }
                }
            }
        }
    }

    private static var signals: sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGQUIT] { unsafe sigaddset(&set, number) }
        return set
    }
}
