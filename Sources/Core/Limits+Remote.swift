extension Limits {
    /// What goes to a remote and comes from it.
    package enum Remote {
        /// Objects up to this length travel in bundles: one block of an IPFS file, which a larger object exceeds anyhow.
        package static let bundledObject = 256 << 10
        /// Length of a bundle: at 35 kB/s, the slowest line worth supporting, 4 MiB take the 120 s a request may.
        package static let bundleBytes = 4 << 20
        /// Members of a bundle: their digests alone are 32 KiB.
        package static let bundleMembers = 1024
        /// Bytes of objects handed to a remote at once, and so held in memory while they are sent.
        package static let windowBytes = 8 << 20
        /// Bundles that a commit names before tables are made of them: 32 of about 36 bytes each.
        package static let looseBundles = 32
        /// Entries of one table: 16,384 of about 42 bytes are 700 KiB, less than a chunk.
        package static let tableEntries = 16_384
        /// The inventory's file: 90 million objects of some 48 bytes.
        package static let inventoryBytes = 4 << 30
        /// Objects remembered as read back from the remote: 262,144 chunks are up to 256 GiB, their digests 12 MiB.
        package static let provenObjects = 1 << 18
        /// The least that a cache may be limited to: what a session holds in memory before it has to be sealed.
        package static let leastCacheMiB = 64
        /// The largest limit that means anything: an exbibyte.
        package static let greatestCacheMiB = 1 << 40
        /// The longest that a verb sends: a TiB at 100 Mbit/s takes a day.
        package static let sending = Duration.seconds(86_400)
        /// Between two tries of a verb that waits for a remote to be well again.
        package static let waitingPause = Duration.seconds(2)
        /// What a name record of ours is good for, and when it is renewed.
        package static let recordLifetime = Duration.seconds(30 * 86_400)
        package static let recordRenewal = Duration.seconds(10 * 86_400)
        /// How long others may keep an answer about a name of ours.
        package static let recordTimeToLive = Duration.seconds(60)
        /// How long a machine that has nothing of its vault yet asks for it before it gives up.
        package static let firstContact = Duration.seconds(15)
        /// How often a mount looks for what other devices have published.
        package static let refresh = Duration.seconds(60)
        /// Threads that wait for a remote on behalf of readers: a stalled server holds these and none of the disk's.
        package static let fetchThreads = 16
        /// Reads that may wait for such a thread.
        package static let fetchQueue = 1024
        /// Nodes kept in memory while a tree is taken in: those of half a million files at about 130 bytes each.
        package static let foundNodeBytes = 64 << 20
    }
}
