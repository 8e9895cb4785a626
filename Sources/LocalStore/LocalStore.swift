package import Core
internal import Sealing
internal import Synchronization

/// Objects and a journal in one folder: append-only, sealed, whole again after any crash.
///
/// Objects are bytes under their digest, kept as they come: they are sealed before. The journal is one order of opaque
/// records, sealed here; a checkpoint puts a state in the place of all records up to a position. Any thread may call;
/// only what says so waits for the disk. Whoever opens for writing sees to it that nobody else does.
package final class LocalStore: Sendable {
    package enum Access: Sendable {
        case readWrite
        /// Changes nothing on the disk. Refuses, like `readWrite`, when acknowledged records are missing.
        case readOnly
        /// Changes nothing and gives what can be read, with notes of what cannot.
        case salvage
    }

    /// A file in the store's folder that no copy of it needs.
    package static var reserveName: String { Reserve.name }

    let disk: any Disk
    let keys: StoreKeys
    let objects: ObjectLog
    /// Second copies of what the rest hangs on; nil where there are none.
    let copies: ObjectLog?
    let keepsCopies: Bool
    let journal: Journal?
    /// nil in a store that is open for reading only.
    let space: SpaceGuard?
    let upkeep: Upkeep
    let events: StoreEvents
    /// Objects whose second copy serves, in a store that may not be written.
    let preferred = Mutex<Set<Digest>>([])
    /// What opening found.
    let opening: [Finding]
    private let recovery: Mutex<Recovery?>

    init(
        disk: any Disk, keys: StoreKeys, objects: ObjectLog, copies: ObjectLog?, journal: Journal?, space: SpaceGuard?,
        recovery: Recovery, settings: StoreSettings, events: StoreEvents
    ) {
        self.disk = disk
        self.keys = keys
        self.objects = objects
        self.copies = copies
        keepsCopies = settings.keepsCopies
        self.journal = journal
        self.space = space
        self.events = events
        upkeep = Upkeep(objects: objects, copies: copies, space: space, events: events, settings: settings)
        opening = recovery.findings
        self.recovery = Mutex(recovery)
    }

    deinit { journal?.stop() }

    /// What the journal held at open; given once, and empty from then on.
    package func takeRecovery() -> Recovery {
        recovery.withLock { kept in
            defer { kept = nil }
            return kept ?? Recovery(state: nil, through: 0, records: [], findings: [])
        }
    }

    // Objects

    /// Stores an object unless it is there; whether it was new.
    ///
    /// It can be read, and survives this process, when the call returns; it is on the disk after the next sync or
    /// checkpoint. An object that is there costs nothing. Throws `.noSpace` with nothing changed when the disk is full.
    ///
    /// New content, which is a chunk, is refused some way before that. `isOwed` says of a chunk that the journal has its
    /// bytes already: like every other kind, it may take the last of the disk, and the reserve.
    @discardableResult
    package func put(
        _ digest: Digest, kind: UInt8, _ sealed: [UInt8], isOwed: Bool = false
    ) throws(Failure) -> Bool {
        _ = try writable()
        if objects.index.find(digest) != nil { return false }
        if kind == ObjectKind.chunk.rawValue, !isOwed {
            try space?.admit(sealed.count)
            return try objects.put(digest, kind: kind, sealed)
        }
        let isNew = try space.lending { () throws(Failure) in try objects.put(digest, kind: kind, sealed) }
        keepCopy(digest, kind: kind, sealed)
        return isNew
    }

    /// Why no new content is taken; nil while it is. From memory, and at most a second old.
    package var contentRefusal: Failure? { space?.refusal }

    /// As `contentRefusal`, after a look at the disk.
    package func freshContentRefusal() -> Failure? {
        space?.renew()
        return contentRefusal
    }

    /// The object's bytes, or those of `range` that it has; `.notFound` when it is not here.
    ///
    /// A whole object is compared with the checksum it was stored with (`.damaged`). A range is given as it stands: the
    /// tags of the frames in it are the caller's to check, who calls `repair` when they do not fit. Where the object is
    /// damaged or gone its second copy serves, if it has one.
    package func get(_ digest: Digest, range: Range<Int>? = nil) throws(Failure) -> [UInt8] {
        try readMending(digest, { () throws(Failure) in try objects.get(digest, range: range) }) { copy in
            range.map { Array(copy[$0.clamped(to: 0..<copy.count)]) } ?? copy
        }
    }

    /// The whole object, as `get` gives it; nil when it is not here.
    package func find(_ digest: Digest) throws(Failure) -> [UInt8]? {
        do throws(Failure) {
            return try get(digest)
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    /// Reads from `offset` of the object into `buffer`, as many bytes as both have, and returns how many; unchecked as
    /// for a range.
    package func get(
        _ digest: Digest, from offset: Int, into buffer: UnsafeMutableRawBufferPointer
    ) throws(Failure) -> Int {
        try readMending(
            digest, { () throws(Failure) in unsafe try objects.get(digest, from: offset, into: buffer) }
        ) { copy in
            let part = copy[min(offset, copy.count)..<min(offset + buffer.count, copy.count)]
            unsafe buffer.copyBytes(from: part)
            return part.count
        }
    }

    package func contains(_ digest: Digest) -> Bool { location(of: digest) != nil }

    package func length(of digest: Digest) -> Int? { location(of: digest).map { Int($0.length) } }

    private func location(of digest: Digest) -> ObjectLocation? {
        objects.index.find(digest) ?? copies?.index.find(digest)
    }

    /// Takes an object out; whether it was there. A power cut before the next sync may bring it back.
    @discardableResult
    package func remove(_ digest: Digest) throws(Failure) -> Bool {
        _ = try writable()
        let bytes = objects.index.find(digest)?.span ?? 0
        let hadCopy = try space.lending { () throws(Failure) in try copies?.remove(digest) ?? false }
        let wasHere = try space.lending { () throws(Failure) in try objects.remove(digest) }
        upkeep.noteRemoval(of: bytes)
        return wasHere || hadCopy
    }

    /// Writes closed segments anew of which more than a quarter is garbage, and removes them; returns when all is done.
    ///
    /// Goes on beside readers and writers. Bytes come back by segments: those of the one that is written to stay.
    package func compact() throws(Failure) {
        _ = try writable()
        for log in upkeep.logs {
            for segment in log.compactable() {
                try space.lending { () throws(Failure) in _ = try log.compact(segment) { _ in true } }
            }
        }
    }

    package var count: Int { objects.index.count }
    package var byteCount: UInt64 { objects.index.byteCount }
    /// The longest object that fits.
    package var greatestObjectLength: Int { objects.greatestLength }

    /// Returns when nothing more is to be done in the background: second copies are on the disk, and there is less
    /// garbage than the settings allow.
    package func finishUpkeep() {
        upkeep.ask()
        upkeep.wait()
    }

    /// Calls `body` with every object, in the order they were stored; reads the disk. Those put or removed meanwhile
    /// may be missed; one that compaction moves meanwhile may come twice.
    package func forEachObject(_ body: (ObjectEntry) throws(Failure) -> Void) throws(Failure) {
        try objects.forEach(body)
        try copies?.forEach { (entry) throws(Failure) in
            if objects.index.find(entry.digest) == nil { try body(entry) }
        }
    }

    // Journal

    private func writable() throws(Failure) -> Journal {
        if let journal { return journal }
        throw Failure(.readOnly, "the local store is open for reading only")
    }

    /// Takes a record and returns its position; positions only rise. Memory only: never waits.
    ///
    /// It survives this process after `flushInterval`, and a power cut after `sync`. Beyond `pendingLimit` it throws
    /// `.busy`, or what keeps the disk from taking records (`.noSpace`): nothing was taken then. A record with new
    /// content in it, `isContent`, is refused as a chunk would be.
    package func append(_ record: [UInt8], isContent: Bool = false) throws(Failure) -> UInt64 {
        let journal = try writable()
        if isContent { try space?.admitByMemory(record.count) }
        return try journal.append(record)
    }

    /// Bytes of records that are not durable yet: what to watch before `append` refuses.
    package var pendingBytes: Int { journal?.pendingBytes ?? 0 }

    /// What kept the journal from writing when it last tried; nil when nothing did.
    package var journalTrouble: Failure? { journal?.trouble }

    /// Records up to here are on the disk.
    package var durablePosition: UInt64 { journal?.durablePosition ?? 0 }

    /// The position of the newest record.
    package var lastPosition: UInt64 { journal?.lastPosition ?? 0 }

    /// Bytes the journal took since the last checkpoint: what opening would have to read, and when to make one.
    package var journalBytes: UInt64 { journal?.bytesSinceCheckpoint ?? 0 }

    /// Makes records up to `position` durable, and every object whose put returned before they were appended.
    ///
    /// The completion runs on the journal's thread, which serves everybody, so it must be short; or at once on the
    /// caller's thread when there is nothing to wait for. One fdatasync serves all who wait.
    package func sync(through position: UInt64, completion: @escaping @Sendable (Failure?) -> Void) {
        do throws(Failure) {
            try writable().sync(through: position, completion: completion)
        } catch {
            completion(error)
        }
    }

    /// As `sync(through:completion:)`, waiting: for threads of our own, never for Swift's.
    package func syncAndWait(through position: UInt64) throws(Failure) {
        let journal = try writable()
        try Self.wait { journal.sync(through: position, completion: $0) }
    }

    /// Makes every object whose put returned before the call durable, whatever the records.
    package func syncObjects(completion: @escaping @Sendable (Failure?) -> Void) {
        do throws(Failure) {
            try writable().syncObjects(completion: completion)
        } catch {
            completion(error)
        }
    }

    package func syncObjectsAndWait() throws(Failure) {
        let journal = try writable()
        try Self.wait { journal.syncObjects(completion: $0) }
    }

    /// Makes `state` (at most 64 KiB) durable in the place of all records up to `position`, and every object put
    /// before.
    ///
    /// When the completion reports a failure, the state or the one before may be found at the next open, with the
    /// records that belong to it. Costs three or four fdatasyncs.
    package func checkpoint(
        state: [UInt8], through position: UInt64, completion: @escaping @Sendable (Failure?) -> Void
    ) {
        do throws(Failure) {
            try writable().checkpoint(state, through: position) { [upkeep] failure in
                completion(failure)
                upkeep.ask()
            }
        } catch {
            completion(error)
        }
    }

    package func checkpointAndWait(state: [UInt8], through position: UInt64) throws(Failure) {
        let journal = try writable()
        try Self.wait { journal.checkpoint(state, through: position, completion: $0) }
        upkeep.ask()
    }

    /// Cuts recovered records off from `position` on, for a caller that found one naming an object that a power cut
    /// took; allowed before the first append.
    ///
    /// The cut is on the disk with the next durable record or checkpoint. Until then a crash brings them back.
    package func dropRecovered(from position: UInt64) throws(Failure) {
        try writable().drop(from: position)
    }

    /// Writes and syncs everything and lets go of the files; the store takes nothing more. A second call does nothing.
    package func close() throws(Failure) {
        guard let journal else {
            copies?.files.forgetAll()
            return objects.files.forgetAll()
        }
        upkeep.stop()
        defer {
            // What is told of copies that did not reach the disk comes too late for anybody to act on.
            try? copies?.close()
        }
        try journal.close()
    }

    /// Calls `begin` with a completion and waits until that has run.
    private static func wait(_ begin: (@escaping @Sendable (Failure?) -> Void) -> Void) throws(Failure) {
        let outcome = Gate<Failure??>(nil)
        begin { problem in
            outcome.withLock { $0 = .some(problem) }
            outcome.wakeAll()
        }
        let problem = outcome.wait { outcome -> Gate<Failure??>.Verdict<Failure?> in
            if case .some(let problem) = outcome { .done(problem) } else { .wait(until: nil) }
        }
        if let problem { throw problem }
    }
}
