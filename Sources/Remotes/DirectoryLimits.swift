internal import Core

/// Constants that bound a remote in a folder, with the reason for each value.
enum DirectoryLimits {
    /// Disk work at once: enough to keep a disk's queue busy, and a NAS over its round trips.
    static let threads = 4
    /// Work that may wait for a thread; beyond it callers are told that the folder is busy. A sender keeps twice the
    /// parallel transfers under way, so a full queue means a disk that no longer answers.
    static let queue = 1024
    /// Objects written before the first of them is synchronised: the disk then writes them side by side. As many files
    /// are open at once per thread, 256 in all, a quarter of what a process may open by default.
    static let batch = 64
    /// The longest object, which is whole in memory: some more than the 100 MiB that a service takes, so that whatever
    /// one of those has can be copied here.
    static let objectBytes = 128 << 20
    /// The marker is one short line; a longer file is somebody else's.
    static let markerBytes = 256
    /// How long another process may hold the names: it reads and writes one record meanwhile, even over a slow line.
    static let nameLock: Duration = .seconds(10)
    /// What is unfinished and older than this belongs to a process that is gone: no write of one object takes a day.
    static let leftoverSeconds: Int64 = 86_400
}
