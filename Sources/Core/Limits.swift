/// Constants that bound something, with the reason for each value.
///
/// What concerns one target alone stands there: the mount's requests, the store's files, the server's connections.
package enum Limits {
    /// Names and paths, as the kernel has them.
    package enum Names {
        /// One component: NAME_MAX of Linux; the kernel refuses longer ones before they reach a mount.
        package static let componentBytes = 255
        /// Names one file may have, as ext4 bounds them.
        package static let hardLinks: UInt32 = 65_000
        /// A whole path or link target: PATH_MAX 4096 counts the closing NUL.
        package static let pathBytes = 4095
        /// An attribute name: XATTR_NAME_MAX.
        package static let attributeNameBytes = 255
        /// An attribute's value: XATTR_SIZE_MAX.
        package static let attributeValueBytes = 65_536
    }

    /// The mount: requests of the kernel and what they may take.
    package enum Mount {
        /// How long unmounting waits for the journal, and a termination signal for the last open file.
        package static let unmount: Duration = .seconds(30)
        /// From the start of a serving process to its readiness: recovery of a long journal included.
        package static let ready: Duration = .seconds(120)
    }

    /// The socket to a process that holds a vault.
    package enum Control {
        /// `sun_path` is 108 bytes with its closing NUL.
        package static let socketPathBytes = 107
        /// A request's JSON body; content travels as a stream, not in here.
        package static let bodyBytes = 1 << 20
        /// Connections at once; one more is answered 503.
        package static let connections = 64
        /// How long a command waits for a holder to answer before it says that the holder hangs.
        package static let answer: Duration = .seconds(10)
    }

    /// Secrets on their way in.
    package enum KeyDerivation {
        /// A passphrase file or line.
        package static let passphraseBytes = 4096
        /// A device's keys as they go from one process to the next: what a pipe takes without a reader.
        package static let payloadBytes = 4096
    }

    /// The log ring.
    package enum Logging {
        /// A mount's log file is put aside, and the one put aside before it dropped, beyond this.
        package static let fileBytes: UInt64 = 1 << 20
        /// Lines that wait for the writer: 1024 × 4 KiB at worst is 4 MiB, usually a tenth of that.
        package static let ringEntries = 1024
        /// A longer message is cut.
        package static let lineBytes = 4096
        /// Tries of a lock that is held for tens of nanoseconds: together below a microsecond.
        package static let lockTries = 32
        /// Lines the writer takes at once: what it copies under the lock stays below 2 µs.
        package static let batch = 64
        /// The writer's pause while lines come: 1024 lines in 20 ms are 50,000 a second before one is dropped.
        package static let shortestPause: Duration = .milliseconds(20)
        /// Its pause when idle: two looks a second cost no battery.
        package static let longestPause: Duration = .milliseconds(500)
    }

    /// The trace of operations.
    package enum Trace {
        /// Finished operations kept: 4096 × 72 bytes are 288 KiB, a tenth of a second under full load.
        package static let finishedEntries = 4096
        /// Operations in flight: the kernel's background bound and the same again from blocked callers.
        package static let inFlightEntries = 2048
        /// Slow operations kept after they ended.
        package static let slowEntries = 256
        /// What took this long is slow.
        package static let slow: Duration = .seconds(1)
        /// Slots tried for a place in flight: at half load the chance that all are taken is 2⁻³².
        package static let placeTries = 32
        /// Kinds of operation a ring can tell apart; FUSE has 46.
        package static let operationKinds = 64
    }
}
