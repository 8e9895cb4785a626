package import Core

/// A place in the one order of a volume's changes.
package typealias ChangePosition = UInt64

/// What a session works on: files, names and content, changed in ordered batches.
///
/// Readers answer from memory or throw `.needs`; they never touch disk or network. What a batch changed is seen by every
/// reader when `apply` returns, and is durable when `sync` through its position has completed. Every method may be
/// called from any thread.
package protocol Volume: AnyObject, Sendable {
    /// The file's record, or nil when there is none.
    func record(of file: FileID) throws(VolumeError) -> FileRecord?
    func child(_ name: Name, of directory: FileID) throws(VolumeError) -> Child?
    /// The directory that holds a directory's name; nil for the root and for one without a name.
    func parent(of directory: FileID) throws(VolumeError) -> FileID?
    /// Entries in byte order of their names, behind `after`, at most `limit`; fewer only at the end.
    func children(of directory: FileID, after: Name?, limit: Int) throws(VolumeError) -> [ChildEntry]
    func extendedAttribute(_ name: Name, of file: FileID) throws(VolumeError) -> [UInt8]?
    func extendedAttributeNames(of file: FileID) throws(VolumeError) -> [Name]
    /// The pieces that make up `range` of a file; shorter where the file ends.
    func content(of file: FileID, range: Range<UInt64>) throws(VolumeError) -> [ContentPiece]

    /// An identity no file ever had.
    func makeFileID() -> FileID
    /// Applies a batch as one: after a crash all of it is there or nothing.
    ///
    /// Works in memory; when it throws, nothing has changed. Whoever writes much asks `pressure` before.
    func apply(_ changes: [Change]) throws(VolumeError) -> ChangePosition
    /// The length of the first chunk of bytes that start where a chunk does; all of them if no chunk ends before them.
    ///
    /// Tells from the bytes alone, and from no more than the first `Limits.Content.chunkGreatest`; takes no lock.
    func chunkLength(of bytes: [UInt8]) -> Int
    /// Seals bytes that will be written to a file, at most `Limits.Content.chunkGreatest`; blocks, costs CPU.
    ///
    /// They count as taken, like those that `apply` brings: `pressure` is where a disk that gets full refuses more.
    func seal(_ bytes: [UInt8]) throws(Failure) -> any SealedContent
    /// Calls back when all changes through `position` are on the disk, or with what prevents it.
    func sync(through position: ChangePosition, _ completion: @escaping @Sendable (Failure?) -> Void)
    /// The position of the newest change.
    var position: ChangePosition { get }
    /// nil, or what to wait for before more is written.
    func pressure() -> Need?

    /// Runs a job on a thread that may wait for `place`; false when too many wait already.
    func onThread(waitingFor place: BytesPlace, _ job: @escaping @Sendable () -> Void) -> Bool
    /// From memory.
    func space() -> VolumeSpace
    /// How safe the newest change of a file is; from memory.
    func durability(of file: FileID) -> Durability
    /// The CID of a file's root object as its content is now; may block and seal.
    func contentIdentifier(of file: FileID) throws(Failure) -> String
}

/// Where bytes are; each place has threads of its own, so that a slow one holds up nobody who waits for another.
package enum BytesPlace: Sendable {
    case disk
    case network
}

/// How much a volume holds and may still take.
package struct VolumeSpace: Sendable, Equatable {
    package var totalBytes: UInt64
    package var freeBytes: UInt64
    package var files: UInt64

    package init(totalBytes: UInt64, freeBytes: UInt64, files: UInt64) {
        self.totalBytes = totalBytes
        self.freeBytes = freeBytes
        self.files = files
    }
}

/// How far a file's newest change has come.
package enum Durability: String, Sendable {
    /// In this process's memory.
    case dirty
    /// In the journal: safe from the end of the process, and after a sync from a power cut.
    case journaled
    /// Part of a commit in the local store.
    case committed
}
