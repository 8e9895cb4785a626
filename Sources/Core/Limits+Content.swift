extension Limits {
    /// How file content is held and cut.
    package enum Content {
        /// What comes as a stream is cut where its bytes say, into chunks of at least this. 384 KiB: the less, the sooner a
        /// stream that was shifted falls into step with the old one; the more, the fewer chunks. With this, a MiB that
        /// comes in or goes costs more than 4 MiB of new chunks in one case of a hundred, with 512 KiB in three.
        package static let chunkLeast = 384 << 10
        /// Where such a chunk would end in the mean, were there no greatest; with it, at about 860 KiB. A chunk costs about
        /// 150 bytes of references and index, so a TiB costs 180 MiB of them; and one seals in about 1.3 ms, so that two
        /// cores share a single writer's stream.
        package static let chunkNormal = 896 << 10
        /// No chunk of a stream is longer: a place is missing up to here in one of 26.
        package static let chunkGreatest = 2 << 20
        /// Whole files are read and written by this much: with a MiB, what a call costs is nothing beside its bytes.
        package static let pieceBytes = 1 << 20
        /// The grid on which content is cut that was changed in place, so that a database page costs 64 KiB and not a MiB.
        package static let block = 64 << 10
        /// Writes below this travel inside the journal; from here on they are sealed as objects first. Equal to a block:
        /// sealing less would leave more objects than the next commit keeps.
        package static let inlineWrite = block
        /// Content up to this size stands in the file's own record: below it a reference (78 bytes), an object header (52)
        /// and a log entry (about 60) weigh more than the few nodes that grow.
        package static let inlineContent = 1 << 10
        /// Values of extended attributes up to this size stand in their record, for the same reason.
        package static let inlineAttribute = 1 << 10
        /// Memory for values of extended attributes that stand in objects: 64 of the longest, of which the last 32 stay, more
        /// than there are operations under way, so that none is dropped before it was handed out.
        package static let attributeCacheBytes = 4 << 20
        /// Open files without a name that a checkpoint lists itself; more stand in an object. 18 KiB of the 64 that a
        /// checkpoint may have.
        package static let listedOrphans = 1000
        /// Entries of one chunk list object, whoever made it: 4096 references of about 80 bytes are 320 KiB, one read.
        package static let listEntries = 4096
        /// Entries of one that is made here, unless the content ends: fewer are not worth an object.
        package static let leastListEntries = 64
        /// One entry in so many ends a list: about 320 entries of 85 bytes, 27 KiB. A change rewrites one list of each
        /// depth, as much as nodes of the tree for its record; a TiB in chunks of a MiB has a depth of 2.
        package static let listSpacing: UInt64 = 256
        /// Where no entry ended it. One list in 43 becomes that long: (255/256)^960.
        package static let greatestListEntries = 1024
        /// Memory for decoded chunk lists: at about 120 bytes an entry, those of some 200 GiB in chunks of a MiB.
        package static let listCacheBytes = 32 << 20
        /// Entries of all the chunk lists that one read looks into, each list counted with `leastListEntries` at least: 8 MiB.
        /// They must be in the cache together, which keeps half its bytes for sure, so that two such reads come to an
        /// end. A MiB of blocks, each in four parts, takes two lists of each depth.
        package static let readEntries = 64 << 10
        /// Content in flight for each processor while all is sealed anew: two of the longest chunks, so that none waits for
        /// the disk or for its neighbour; with sealed forms and reads in between some 12 MiB of memory each.
        package static let resealBytes = 2 * chunkGreatest
        /// Content not yet sealed that asks for a commit: 32 MiB seal in about 50 ms.
        package static let commitInlineBytes = 32 << 20
        /// Content not yet sealed at which writers wait for the commit that is under way.
        package static let maximumInlineBytes = 128 << 20
        /// Changes that ask for a commit; at about 400 bytes each, 40 MiB of memory.
        package static let commitChanges = 100_000
        /// Changes not committed at which writers wait.
        package static let maximumChanges = 400_000
        /// Journal records that wait to be written before writers wait too; half of what the journal itself refuses.
        package static let journalBacklog = 32 << 20
        /// Free space below which `doctor` warns: room for a journal segment, an object segment and a commit.
        package static let lowSpace = ByteCount(512 << 20)
        /// How old what `statfs` tells of the disk may be.
        package static let diskSpaceInterval = Duration.seconds(5)
        /// How long a writer waits for room in a cache that is at its limit: one second less than the mount would, so that
        /// the reason reaches whoever asks for it.
        package static let roomWait = Duration.seconds(9)
        /// When making room is tried again, where it failed and nothing was published since.
        package static let roomRetry = Duration.seconds(5)
        /// A change is part of a commit this long after it was made, at the latest.
        package static let commitInterval = Duration.seconds(30)
        /// Memory for decoded tree nodes: the inner nodes of a million files are about 6 MiB, the rest holds leaves.
        package static let nodeCacheBytes = 64 << 20
        package static let contentCacheEntries = 4096
        /// Threads that may block on the disk for reads and loads: enough to keep a disk's queue busy.
        package static let diskThreads = 4
        /// Reads and loads that may wait for such a thread. The mount parks at most this many.
        package static let diskQueue = 4096
    }
}
