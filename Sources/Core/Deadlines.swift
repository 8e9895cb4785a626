/// How long each kind of request may take; a test passes its own, everybody else the defaults.
package struct Deadlines: Sendable, Equatable {
    /// Lookup, attributes and listings that must ask the network; then ETIMEDOUT.
    package var lookup: Duration = .seconds(15)
    /// A read without a byte from the network; then EIO.
    package var readStall: Duration = .seconds(30)
    /// A read in all; then EIO.
    package var read: Duration = .seconds(120)
    /// A write, create or fsync that finds no room in the journal; then ENOSPC.
    package var space: Duration = .seconds(10)
    /// What is answered from memory: statfs, release, forget, flush, opendir.
    package var memory: Duration = .milliseconds(100)
    /// From an interrupt to EINTR.
    package var interrupt: Duration = .milliseconds(100)
    /// What was written reaches the journal by then.
    package var journalFlush: Duration = Limits.Journal.flushInterval
    /// Unmounting and the way out.
    package var unmount: Duration = Limits.Mount.unmount
    /// Cleaning up behind a close.
    package var backgroundClose: Duration = Limits.Mount.backgroundClose
    /// When the watchdog looks, and what it calls a stall.
    package var watchdogInterval: Duration = Limits.Mount.watchdogInterval
    package var watchdogStall: Duration = Limits.Mount.watchdogStall
    /// Quiet before publishing, and the latest moment for it.
    package var publishQuiet: Duration = Limits.Publishing.quiet
    package var publishLatest: Duration = Limits.Publishing.latest
    /// Connecting, a body that stalls, a whole request.
    package var connect: Duration = Limits.Network.connect
    package var requestStall: Duration = Limits.Network.stall
    package var request: Duration = Limits.Network.request
    /// The answer of a process that holds the vault.
    package var control: Duration = Limits.Control.answer

    package init() {}
}
