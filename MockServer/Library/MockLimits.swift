package import Core

/// What the real service allows, and what the mock allows itself.
package enum MockLimits {
    /// Express's default for JSON bodies, `100kb`.
    static let jsonBytes = 100 << 10
    /// multer's limit for one file; a file of exactly this size is refused as well.
    package static let uploadBytes = 100 << 20
    /// What a user may have pinned: 500 MiB.
    package static let quotaBytes: UInt64 = 500 << 20
    package static let accessTokenLifetime: Duration = .seconds(15 * 60)
    package static let refreshTokenLifetime: Duration = .seconds(7 * 86_400)
    static let idTokenLifetime: Duration = .seconds(5 * 60)
    static let batchEntries = 200
    static let recordCharacters = 10_000

    /// Objects held in memory unless told otherwise.
    package static let memory = ByteCount.gibibytes(1)
    /// Header lines of one part; ours have two of less than 200 bytes.
    static let partHeaderBytes = 16 << 10
    /// One pull of an object from its file: a few per megabyte, and 100 downloads at once hold 25 MiB.
    static let readBytes = 256 << 10
    /// Requests served at once: the 100 that are promised, and room for as many that stall.
    static let requests = 256
    /// An unwanted upload is read to its end, as node does, so that the client sees the status.
    static let drainedBytes: UInt64 = 1 << 30
    /// Records of one name kept for `staleBy`.
    static let recordHistory = 16
    /// A stall without a length: longer than clients wait (the desktop's 120 s), and yet its thread, which does not see
    /// the client leave, comes back.
    static let stall: Duration = .seconds(180)
    /// What `stop` and a restart leave to requests under way, their own among them.
    static let closing: Duration = .milliseconds(100)
    /// Body of a control request, a wrong object among them.
    static let controlBytes = 128 << 20
}
