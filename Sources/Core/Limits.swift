/// Every constant that bounds something, with the reason for its value.
///
/// A limit that a test must shorten or a user may change stands in `Deadlines` as well, with the value here as default.
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
        /// Requests the kernel may have under way in the background; with its default of 12, twelve stalled reads
        /// froze every read of the mount. 1024 × 1 MiB of buffers is what the kernel may then hold at worst.
        package static let maxBackground: UInt32 = 1024
        /// Where the kernel begins to hold back writers: three quarters of `maxBackground`, its own proportion.
        package static let congestionThreshold: UInt32 = 768
        /// Requests that wait for disk or network, each with its copied bytes; one more gets EIO with a reason. As
        /// many as the kernel sends in the background, and as many again that block a caller.
        package static let parkedRequests = 2048
        /// Bytes of the parked requests' copied content: 64 writes of the greatest size.
        package static let parkedBytes = 64 << 20
        /// The greatest read or write: 256 pages, the kernel's own ceiling for FUSE.
        package static let requestBytes = 1 << 20
        /// How often the watchdog looks; it says nothing unless something stalls.
        package static let watchdogInterval: Duration = .seconds(2)
        /// A request older than this is a stall and is reported with all that is in flight.
        package static let watchdogStall: Duration = .seconds(10)
        /// How long unmounting waits for the journal, and a termination signal for the last open file.
        package static let unmount: Duration = .seconds(30)
        /// From the start of a serving process to its readiness: recovery of a long journal included.
        package static let ready: Duration = .seconds(120)
        /// How long closing a file may clean up behind the answer before the log says so.
        package static let backgroundClose: Duration = .seconds(10)
        /// How long names and attributes stay in the kernel: it is told of every change, so only memory ends them.
        package static let entryLifetime: Duration = .seconds(3600)
    }

    /// The journal and the objects under it.
    package enum Journal {
        /// How long a written byte may be in memory only: what a process wrote is journaled by then.
        package static let flushInterval: Duration = .seconds(2)
        /// Greatest body of one record: a write of the greatest size with room for its header.
        package static let recordBytes = (1 << 20) + (1 << 16)
        /// One journal segment, zero-filled once and recycled: 64 greatest writes between two checkpoints.
        package static let segmentBytes = 64 << 20
    }

    /// Sending to a remote and publishing there.
    package enum Publishing {
        /// Quiet before a commit is published, and the least time between two starts of publishing.
        package static let quiet: Duration = .milliseconds(1500)
        /// The first change is published after this even when changes never stop.
        package static let latest: Duration = .seconds(10)
        /// One transport bundle: 4 MiB pass within the request's 120 s on a line of 280 kbit/s.
        package static let bundleBytes = 4 << 20
        /// Lifetime of a name record; it is renewed at a third of it, so that two renewals may fail.
        package static let recordLifetime: Duration = .seconds(30 * 86_400)
        /// For how long a resolver may keep a record.
        package static let recordTTL: Duration = .seconds(60)
    }

    /// The network.
    package enum Network {
        package static let connect: Duration = .seconds(10)
        /// A whole request with its body; 30 s were too short for a pinning upload.
        package static let request: Duration = .seconds(120)
        /// A request without a byte for this long has stalled.
        package static let stall: Duration = .seconds(30)
        /// Asking for a home's first root when nothing is known locally.
        package static let firstRoot: Duration = .seconds(15)
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

    /// What it costs to try a passphrase: Argon2id, about 0.2 s on one core of a laptop.
    package enum KeyDerivation {
        package static let memoryBytes = 64 << 20
        package static let passes = 3
        /// The greatest cost a key file may ask of us: a forged one must not take the machine's memory.
        package static let greatestMemoryBytes = 1 << 30
        package static let greatestPasses = 16
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
