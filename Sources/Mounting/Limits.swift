/// The constants of the mount, each with its reason.
enum Limits {
    /// The largest request: 256 pages, the most that libfuse 3.14 has a buffer for.
    static let requestBytes = 1 << 20
    /// Requests the kernel may have open on its own account (read-ahead, write-out): with its default of 12, twelve
    /// stalled reads stop every read of the mount.
    static let backgroundRequests: UInt32 = 1024
    /// Where the kernel begins to call the mount congested: three quarters of the above.
    static let congestionThreshold: UInt32 = 768
    /// Requests that may wait for an answer at once: four times the kernel's background requests, at about 300 bytes each.
    static let parkedRequests = 4096
    /// Threads that take requests. A thread only computes, so more than the cores would only take turns; the rest is for
    /// those the system has preempted.
    static let threads: UInt32 = 8
    /// How long the kernel may believe names and attributes: all changes pass through it, or are told to it.
    static let lifetimeSeconds = 3600.0
    /// Invalidations that may wait for the notifying thread; beyond, the caller is told that one was lost.
    static let queuedNotifications = 65_536
    /// `st_blksize`: what stdio buffers. Each flush of such a buffer is one request, so larger than a page.
    static let preferredBlockBytes = 65_536
    /// Groups of a caller that are asked for, where all matter: more than anybody has.
    static let callerGroups = 1024
    /// The longest name, as the kernel passes it.
    static let nameBytes = 255
    /// Bytes a listed name is expected to take, to guess how many entries fill a buffer.
    static let expectedNameBytes = 16
    /// What the kernel reads ahead in a sequential read, where we may set it: one request of the largest size.
    static let readAheadKiB = 1024
}
