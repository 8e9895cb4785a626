internal import Core
internal import Synchronization

/// A folder, on this disk or on a mounted one, that is a remote; its work runs on threads of its own.
///
/// In it stand a marker with the format's number, objects by the first byte of their digest, records by name, and what
/// is being written. A disk that does not answer blocks those threads and nobody else; when their queue is full, more work
/// is refused.
final class DirectoryFolder: Sendable {
    let path: [UInt8]
    private let pool: WorkerPool
    private let time: any TimeSource
    private let hasSwept = Mutex(false)

    init(path: [UInt8], time: any TimeSource) {
        self.path = path
        self.time = time
        pool = WorkerPool(name: "directory", threads: DirectoryLimits.threads, capacity: DirectoryLimits.queue)
    }

    /// Closing waits for the pool's threads, and the last reference may go on one of them.
    deinit { Threads.start("directory-close") { [pool] in pool.close() } }

    var marker: [UInt8] { Files.join(path, "cbstore-remote") }
    var objects: [UInt8] { Files.join(path, "objects") }
    var names: [UInt8] { Files.join(path, "names") }
    /// What is not yet whole; on the same file system as its goal, so that a rename completes it.
    var incoming: [UInt8] { Files.join(path, "incoming") }

    /// Runs `body` on one of the threads.
    func perform<Value: Sendable>(
        _ body: @escaping @Sendable (DirectoryFolder) throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, Failure>, Never>) in
            let accepted = pool.submit {
                continuation.resume(returning: Result { () throws(Failure) in try body(self) })
            }
            if !accepted {
                let full = Failure(
                    .busy, "too much work waits for the folder \(self.path.shown)",
                    advice: "see whether its disk still answers, then try again")
                continuation.resume(returning: .failure(full))
            }
        }
        return try result.get()
    }

    /// Runs calls of the system, and says what their failures mean for the remote.
    func reporting<Value>(_ body: () throws(SystemCallFailure) -> Value) throws(Failure) -> Value {
        do throws(SystemCallFailure) {
            return try body()
        } catch {
            switch error.errno {
            case .noEntry, .stale, .notConnected, .noDevice, .noDeviceOrAddress:
                // What is gone may come back with its disk: worth another try later, unlike a missing object.
                throw Failure(
                    .io, "the folder \(path.shown) is not all there", advice: "see whether its disk is mounted",
                    cause: error)
            default:
                throw error.failure
            }
        }
    }
}

// The marker, which tells a remote from any other folder and from the place where its disk is not mounted.
extension DirectoryFolder {
    private static let format = 1
    private static let markerHead = "cbstore remote "

    /// Throws unless this folder is a remote in the format that is known here.
    ///
    /// Asked before anything is written and before anything is said to be absent: under an unmounted disk lies an empty
    /// folder.
    func check() throws(Failure) {
        let bytes: [UInt8]
        do throws(SystemCallFailure) {
            bytes = try FileDescriptor(reading: marker).read(DirectoryLimits.markerBytes)
        } catch {
            guard error.errno == .noEntry else { return try reporting { () throws(SystemCallFailure) in throw error } }
            throw Failure(
                .io, "the folder \(path.shown) holds no remote now", advice: "see whether its disk is mounted")
        }
        guard bytes == Self.markerLine(Self.format) else {
            throw Failure(
                .unknownFormat, "the remote in \(path.shown) has a format that is not known here",
                advice: "use a newer cbstore")
        }
    }

    private static func markerLine(_ format: Int) -> [UInt8] { Array("\(markerHead)\(format)\n".utf8) }

    /// Makes the folder a remote, unless it is one: it may be missing, but not the folder it stands in; or empty.
    ///
    /// Anything else in it is a sign that another folder was meant, and is refused.
    func create() throws(Failure) {
        if Files.exists(marker) { return try check() }
        do throws(SystemCallFailure) {
            try Files.makeDirectory(path)
            // Opening tells why, where a listing would only be empty.
            _ = try FileDescriptor(reading: path)
        } catch {
            throw Failure(
                error.errno.code, "the folder \(path.shown) cannot be made a remote",
                advice: error.errno == .noEntry ? "the folder it stands in must be there first" : nil, cause: error)
        }
        guard isUnused else {
            throw Failure(
                .notEmpty, "the folder \(path.shown) holds other files",
                advice: "name an empty folder, or one that does not exist yet")
        }
        try reporting { () throws(SystemCallFailure) in
            for folder in [objects, names, incoming] { try Files.makeDirectory(folder) }
            // Last: a folder with the marker has all the rest.
            try Files.writeAtomically(marker, Self.markerLine(Self.format))
            try synchronize(Files.split(path).folder)
        }
    }

    /// Whether nothing is in the folder but what a disk brings with it and what an earlier `create` left unfinished.
    private var isUnused: Bool {
        let own = [objects, names, incoming].map { Files.split($0).last }
        return FolderListing.names(in: path).allSatisfy { name in
            if name.bytes == Array("lost+found".utf8) || isScratch(name) { return true }
            return own.contains(name.bytes) && FolderListing.names(in: Files.join(path, name.bytes)).isEmpty
        }
    }

    private func isScratch(_ name: Name) -> Bool {
        name.bytes.first == 0x2e && name.bytes.suffix(4) == Array(".new".utf8)[...]
    }

    /// Throws unless this folder is a remote; before the first write it also clears away what processes that are gone
    /// left half written.
    func checkBeforeWriting() throws(Failure) {
        try check()
        let isFirst = hasSwept.withLock { hasSwept in
            defer { hasSwept = true }
            return !hasSwept
        }
        if isFirst { sweep(now: time.wallClock) }
    }

    private func sweep(now: Timestamp) {
        for folder in [incoming, names] {
            for name in FolderListing.names(in: folder) where folder == incoming || isScratch(name) {
                let file = Files.join(folder, name.bytes)
                guard let changed = try? Files.modificationTime(of: file),
                    changed.seconds < now.seconds - DirectoryLimits.leftoverSeconds
                else { continue }
                try? Files.remove(file)
            }
        }
    }

    /// Makes the names in a folder durable, where its file system has a way to.
    func synchronize(_ folder: [UInt8]) throws(SystemCallFailure) {
        do throws(SystemCallFailure) {
            try Files.synchronizeFolder(folder)
        } catch {
            // Some network file systems refuse to synchronise a folder, and keep its names durable by themselves.
            guard error.errno == .invalid || error.errno == .notSupported else { throw error }
        }
    }
}
