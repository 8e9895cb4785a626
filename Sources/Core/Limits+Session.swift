extension Limits {
    /// The session between a mount and its volume.
    package enum Session {
        /// Written bytes not yet handed to the volume, over all files. At 64 MiB sealing on two cores is some 50 ms behind,
        /// and a crash of the process loses no more than the journal interval allows.
        package static let dirtyBytes = 64 << 20
        /// Separate runs of dirty bytes in one file before they are handed over: the list is searched on every write.
        package static let dirtyRuns = 256
        /// Dirty bytes older than this are handed to the volume; with the journal's own interval they are safe from the
        /// process's death within two seconds.
        package static let handOver = Duration.milliseconds(1000)
        /// How often the session looks for dirty bytes that are old enough.
        package static let handOverTick = Duration.milliseconds(500)
        /// Chunks that may wait for a sealing thread: dirty bytes bound them to 1024 of the least size that is sealed, and the
        /// writes that passed that bound together to as many again.
        package static let sealQueue = 4096
        /// Link targets, as Linux bounds them.
        package static let targetBytes = 4095
        /// An access time is renewed at open when it is older than this (the relatime rule).
        package static let accessTimeAge: Int64 = 86_400
        /// The largest offset a file may reach: 8 EiB less one, what off_t can say.
        package static let fileBytes = UInt64(Int64.max)
        /// The first look for data or a hole goes so far; each one twice as far as the one before, as long as it finds few
        /// pieces.
        package static let seekBytes: UInt64 = 64 << 20
        package static let seekPieces = 64
        /// One step of `copy_file_range`: its reply has 32 bits, and nothing else runs meanwhile.
        package static let copyBytes: UInt64 = 1 << 30
    }
}
