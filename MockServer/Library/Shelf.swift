internal import ContentAddressing
internal import Core
internal import Synchronization

/// The objects of the mock, by CID: in files of a folder, or in memory up to a limit.
final class Shelf: Sendable {
    /// One object: where its bytes are.
    enum Stored: Sendable {
        case memory([[UInt8]], length: UInt64)
        case file([UInt8], length: UInt64)

        var length: UInt64 {
            switch self {
            case .memory(_, let length), .file(_, let length): length
            }
        }
    }

    private struct State {
        var objects: [String: Stored] = [:]
        /// Held by objects in memory and by uploads under way.
        var memoryBytes: UInt64 = 0
        var uploads: UInt64 = 0
    }

    private let folder: [UInt8]?
    private let memoryLimit: UInt64
    private let state = Mutex(State())

    init(folder: [UInt8]?, memoryLimit: ByteCount) throws(Failure) {
        self.folder = folder.map { Files.join($0, "objects") }
        self.memoryLimit = memoryLimit.bytes
        guard let folder = self.folder else { return }
        do throws(SystemCallFailure) {
            try Files.makeDirectory(folder, withParents: true)
            for name in FolderListing.names(in: folder) {
                let path = Files.join(folder, name.bytes)
                guard let cid = name.string, !cid.hasPrefix(".") else {
                    // An upload that the last process did not live to finish.
                    try Files.remove(path)
                    continue
                }
                let length = try FileDescriptor(reading: path).size
                state.withLock { $0.objects[cid] = .file(path, length: length) }
            }
        } catch {
            throw error.failure
        }
    }

    subscript(_ cid: String) -> Stored? { state.withLock { $0.objects[cid] } }

    var cids: [String] { state.withLock { $0.objects.keys.sorted() } }

    /// Whether the object was there.
    @discardableResult
    func remove(_ cid: String) -> Bool {
        let removed = state.withLock { state -> Stored? in
            let removed = state.objects.removeValue(forKey: cid)
            if case .memory(_, let length) = removed { state.memoryBytes -= length }
            return removed
        }
        if case .file(let path, _) = removed { try? Files.remove(path) }
        return removed != nil
    }

    /// A place for the bytes of one upload.
    func receive() throws(Failure) -> Incoming {
        guard let folder else { return Incoming(self, scratch: nil) }
        let number = state.withLock { state in
            state.uploads += 1
            return state.uploads
        }
        let path = Files.join(folder, ".upload-\(ProcessIdentity.number)-\(number)")
        do throws(SystemCallFailure) {
            return Incoming(self, scratch: (path, try FileDescriptor(creating: path, mode: 0o600)))
        } catch {
            throw error.failure
        }
    }

    /// Gives a CID other bytes than its own.
    func replace(_ cid: String, with bytes: [UInt8]) throws(Failure) {
        let incoming = try receive()
        try incoming.append(bytes[...])
        try incoming.keep(as: cid)
    }

    fileprivate func reserve(_ count: Int) throws(Failure) {
        let isRefused = state.withLock { state in
            if state.memoryBytes + UInt64(count) > memoryLimit { return true }
            state.memoryBytes += UInt64(count)
            return false
        }
        if isRefused { throw Failure(.noSpace, "the mock holds as many bytes in memory as it may") }
    }

    fileprivate func release(_ count: UInt64) { state.withLock { $0.memoryBytes -= count } }

    fileprivate func put(_ cid: String, _ stored: Stored, from scratch: [UInt8]?) throws(Failure) {
        var stored = stored
        if let scratch, let folder {
            let path = Files.join(folder, cid)
            do throws(SystemCallFailure) { try Files.rename(scratch, to: path) } catch { throw error.failure }
            stored = .file(path, length: stored.length)
        }
        let replaced = state.withLock { state in state.objects.updateValue(stored, forKey: cid) }
        if case .memory(_, let length) = replaced { release(length) }
    }
}

/// The bytes of one upload on their way to the shelf; given up unless it is finished. For one thread.
final class Incoming {
    private let shelf: Shelf
    private var scratch: (path: [UInt8], file: FileDescriptor)?
    private var pieces: [[UInt8]] = []
    private var builder = UnixFSBuilder(profile: .object)
    private(set) var length: UInt64 = 0
    private var isOpen = true

    fileprivate init(_ shelf: Shelf, scratch: (path: [UInt8], file: FileDescriptor)?) {
        self.shelf = shelf
        self.scratch = scratch
    }

    deinit {
        guard isOpen else { return }
        if let scratch { try? Files.remove(scratch.path) } else { shelf.release(length) }
    }

    func append(_ piece: ArraySlice<UInt8>) throws(Failure) {
        // A copy: the slice would keep the whole network buffer that it came in.
        let bytes = Array(piece)
        if let scratch {
            do throws(SystemCallFailure) { try scratch.file.write(bytes) } catch { throw error.failure }
        } else {
            try shelf.reserve(bytes.count)
            pieces.append(bytes)
        }
        length += UInt64(bytes.count)
        try builder.append(bytes)
    }

    /// CID and DAG size of what came; it is not on the shelf yet.
    func finish() throws(Failure) -> (cid: String, size: UInt64) {
        let root = try builder.finish()
        return (root.cid.description, root.dagLength)
    }

    /// Puts it on the shelf, under the CID that `finish` gave or, to deceive, under another.
    func keep(as cid: String) throws(Failure) {
        try shelf.put(cid, .memory(pieces, length: length), from: scratch?.path)
        isOpen = false
    }
}
