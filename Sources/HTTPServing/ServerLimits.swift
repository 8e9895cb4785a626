/// Bounds of the server that no caller needs to change.
package enum ServerLimits {
    /// Bytes on their way between two threads of one exchange: a few of libmicrohttpd's pieces, so that neither side
    /// wakes the other for each.
    static let pipeBytes = 1 << 20
    /// One connection's memory in libmicrohttpd: its head, and the piece of body that passes at once. 64 connections
    /// make 16 MiB at worst; pages never touched cost nothing.
    static let connectionBytes = 256 << 10
    /// What one pull of a reply asks for: as much as a unix socket takes at once.
    static let replyBlockBytes = 128 << 10
    /// Stack of each connection's thread, on which handlers run; the same as `Threads` gives.
    static let stackBytes = 1 << 20
    /// What is read of an unwanted body unless the options say otherwise: with more than this to send a client would
    /// send for minutes in vain.
    package static let drainedBytes: UInt64 = 16 << 20
    /// Connections beyond the requests served at once: idle ones kept for reuse, and those that hear "too much to do".
    /// Past them libmicrohttpd closes new connections without a word.
    static let spareConnections = 64
    /// Connections the kernel holds for us before they are accepted.
    static let backlog: Int32 = 64
}
