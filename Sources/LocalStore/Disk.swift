package import Core

/// What a file is opened for.
package enum OpenIntent: Sendable {
    /// To read a file that is there.
    case read
    /// To read and write a file that is there.
    case write
    /// To read and write a file that must not be there yet.
    case create
}

/// One folder of a disk, as the store uses it: the layer that tests replace.
///
/// Paths are relative to that folder, `journal/0000000000000001.seg`. A name that was made, renamed or removed is
/// durable after `synchronizeFolder` of its folder, and not before.
package protocol Disk: Sendable {
    /// Makes a folder; one that is there is fine.
    func makeFolder(_ path: String) throws(SystemCallFailure)
    /// The names in a folder, in no particular order.
    func list(_ folder: String) throws(SystemCallFailure) -> [String]
    func open(_ path: String, for intent: OpenIntent) throws(SystemCallFailure) -> any DiskFile
    func rename(_ path: String, to other: String) throws(SystemCallFailure)
    func remove(_ path: String) throws(SystemCallFailure)
    func synchronizeFolder(_ path: String) throws(SystemCallFailure)
    /// How large the disk is, and how much of it is free for whoever runs this.
    func space() throws(SystemCallFailure) -> FileSystemSpace
    /// For messages: where the folder is.
    var shown: String { get }
}

/// One open file; any thread may use it at any time, and it closes with its last reference.
package protocol DiskFile: AnyObject, Sendable {
    /// Bytes from `offset`; fewer than the buffer holds only at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SystemCallFailure) -> Int
    /// Writes all the bytes, or throws; after a throw any part of them may be there.
    func write(_ bytes: RawSpan, at offset: UInt64) throws(SystemCallFailure)
    /// Returns when everything written before the call, and the file's length, is on the disk.
    ///
    /// After a throw, what was not on the disk before may never get there: the system forgets that it was not.
    func synchronizeData() throws(SystemCallFailure)
    /// Starts writing a range to the disk without waiting: a later `synchronizeData` has less to do.
    func startWriteBack(from offset: UInt64, count: UInt64) throws(SystemCallFailure)
    /// Reserves space for a range without changing content or length, so that writing there finds room.
    func allocate(from offset: UInt64, count: UInt64) throws(SystemCallFailure)
    /// Sets the length; space reserved behind it is given back.
    func truncate(to size: UInt64) throws(SystemCallFailure)
    func size() throws(SystemCallFailure) -> UInt64
}

extension DiskFile {
    /// Up to `count` bytes from `offset`, fewer only at the end of the file.
    func read(_ count: Int, at offset: UInt64) throws(SystemCallFailure) -> [UInt8] {
        var problem: SystemCallFailure?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            let room = unsafe UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count)
            do throws(SystemCallFailure) { done = unsafe try read(into: room, at: offset) } catch { problem = error }
        }
        if let problem { throw problem }
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: UInt64) throws(SystemCallFailure) {
        unsafe try write(bytes.span.bytes, at: offset)
    }
}

extension SystemCallFailure {
    /// This failure as the store reports it.
    func storeFailure(_ what: String) -> Failure {
        switch errno {
        case .noSpace, .quota:
            Failure(
                errno.code, "\(what): \(errno.text)",
                advice: "free some space on the disk; what was acknowledged before is safe", cause: self)
        case .readOnly:
            Failure(
                .readOnly, "\(what): \(errno.text)",
                advice: "make the disk writable again; if it became so by itself, the system's log says why",
                cause: self)
        case .noEntry: Failure(.notFound, "\(what): \(errno.text)", cause: self)
        default:
            Failure(errno.code, "\(what): \(errno.text)", advice: "check the disk and the system's log", cause: self)
        }
    }
}

/// Runs the store's work on files and turns what the system refused into the store's failure.
func onDisk<Result>(
    _ what: @autoclosure () -> String, _ body: () throws(SystemCallFailure) -> Result
) throws(Failure) -> Result {
    do throws(SystemCallFailure) { return try body() } catch { throw error.storeFailure(what()) }
}
