internal import Core
internal import Synchronization

/// The point up to which the object segments are on the disk: all lower segments, and this one to the offset.
struct Watermark: Equatable, Comparable {
    var segment: UInt64
    var offset: UInt64

    static let start = Watermark(segment: 0, offset: 0)

    static func < (left: Watermark, right: Watermark) -> Bool {
        (left.segment, left.offset) < (right.segment, right.offset)
    }
}

/// The object segments of a store: entries are appended by any thread, synced by one, read by all.
///
/// An entry's space is reserved under the lock and written outside it, so writers do not wait for each other's disk
/// work. Order of locks: `state`, then a shard of the index, `known` or `tally`; none is held across I/O. A
/// digest is claimed before any of them, and stays so during I/O.
final class ObjectLog: Sendable {
    struct State {
        var open: [UInt64: OpenSegment] = [:]
        /// The segment that takes entries.
        var active: UInt64?
        var nextNumber: UInt64 = 1
        /// A thread extends or makes a segment.
        var isPreparing = false
        /// Removals that were put, and how many of them, from the first, are on the disk.
        var removals: UInt64 = 0
        var syncedRemovals: UInt64 = 0
        /// A thread moves what counts out of a segment.
        var isCompacting = false
        /// A thread syncs the segments.
        var isSyncing = false
        var isClosed = false
        /// Why nothing can be acknowledged any more: objects that were put are lost.
        var loss: Failure?
    }

    let disk: any Disk
    /// The folder of its segments, in the store's.
    let folder: String
    let seed: UInt64
    let segmentBytes: UInt64
    let settings: StoreSettings
    let index = ObjectIndex()
    let files: SegmentFiles
    let state = Gate(State())
    /// The numbers of all segments that are there.
    let known = Mutex<Set<UInt64>>([])
    let tally = Mutex(SegmentTally())
    /// Segments in which something cannot be read: they stay as they are, for whoever can read more.
    let damaged = Mutex<Set<UInt64>>([])
    /// Segments that compaction removed and a power cut may bring back.
    let removed = Mutex<Set<UInt64>>([])
    let events: StoreEvents
    /// Gives the reserve for the tables of closed segments; nil in a store that is open for reading only.
    let lender = Mutex<SpaceGuard?>(nil)
    /// The log of second copies: what is removed here must not come back from there.
    private let copies: ObjectLog?
    /// Digests that a thread is putting, removing or moving: what is done to one is done in one order, in memory as in
    /// the segments.
    private let claims = Gate<Set<Digest>>([])

    init(
        disk: any Disk, folder: String, seed: UInt64, settings: StoreSettings, events: StoreEvents,
        copies: ObjectLog? = nil
    ) {
        self.disk = disk
        self.events = events
        self.copies = copies
        self.folder = folder
        self.seed = seed
        self.settings = settings
        segmentBytes = min(UInt64(settings.objectSegmentBytes), Place.greatestOffset)
        files = SegmentFiles(disk: disk, folder: folder)
    }

    func name(_ segment: UInt64) -> String { SegmentName.objects(segment, in: folder) }

    /// Runs `body` while no other thread changes what is stored under the digest.
    func claiming<Value>(_ digest: Digest, _ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        claims.wait { $0.insert(digest).inserted ? .done(()) : .wait(until: nil) }
        defer {
            claims.withLock { _ = $0.remove(digest) }
            claims.wakeAll()
        }
        return try body()
    }

    /// The other copy of an object that cannot be read here.
    func spare(_ digest: Digest) -> [UInt8]? { try? copies?.get(digest, range: nil) }

    /// Makes removals of second copies durable before those of the objects: else a power cut could leave the copy of an
    /// object that is gone. They are few, and when there are none this costs nothing.
    ///
    /// Copies that cannot be synced are given up, all of them: the objects are worth more, and a removal must last.
    func synchronizeRemovedCopies() throws(Failure) {
        guard let copies, copies.state.withLock({ $0.syncedRemovals < $0.removals }) else { return }
        do throws(Failure) {
            try copies.synchronize()
        } catch {
            // Room can be made.
            guard error.code != .noSpace, error.code != .overLimit, (try? copies.giveUp()) != nil else { throw error }
            events.note(Finding(.missing, copies.folder, "second copies were given up: \(error.message)"))
        }
    }

    /// Removes all there is; when this returns no power cut brings any of it back, and nothing more is taken.
    private func giveUp() throws(Failure) {
        state.withLock { $0.isClosed = true }
        state.wakeAll()
        // Whoever is still writing enters it, or is refused.
        claims.wait { $0.isEmpty ? .done(()) : .wait(until: nil) }
        do throws(Failure) {
            try onDisk("removing \(folder)") { () throws(SystemCallFailure) in
                for number in known.withLock({ $0.sorted() }) {
                    do throws(SystemCallFailure) {
                        try disk.remove(name(number))
                    } catch {
                        if error.errno != .noEntry { throw error }
                    }
                }
                try disk.synchronizeFolder(folder)
            }
        } catch {
            state.withLock { $0.isClosed = false }
            throw error
        }
        known.withLock { $0 = [] }
        tally.withLock { $0 = SegmentTally() }
        index.removeAll()
        files.forgetAll()
        state.withLock { state in
            state.open = [:]
            state.active = nil
            state.syncedRemovals = state.removals
        }
    }

    /// Enters where an object stands now, in place of where it stood.
    func enter(_ digest: Digest, _ location: ObjectLocation) {
        let before = index.find(digest)
        index.set(digest, location)
        tally.withLock { tally in
            if let before { tally.died(before) }
            tally.entered(location)
        }
    }

    /// The longest object a segment takes.
    var greatestLength: Int { Int(segmentBytes) - FileHeader.length - EntryHeader.length - EntryHeader.alignment }

    func get(_ digest: Digest, range: Range<Int>?) throws(Failure) -> [UInt8] {
        for _ in 0..<StoreLimits.putTries {
            guard let location = index.find(digest) else { break }
            do throws(SystemCallFailure) {
                let file = try files.file(location.place.segment)
                if let range { return try part(range, of: location, file) }
                return try whole(location, digest, file)
            } catch {
                // Between look-up and reading, the object may have moved or gone with its segment.
                if index.find(digest) == location { throw reading(error, digest, location) }
            }
        }
        throw notFound(digest)
    }

    /// Reads from `offset` of the object into `buffer`, as many bytes as both have.
    func get(
        _ digest: Digest, from offset: Int, into buffer: UnsafeMutableRawBufferPointer
    ) throws(Failure) -> Int {
        for _ in 0..<StoreLimits.putTries {
            guard let location = index.find(digest) else { break }
            let count = min(buffer.count, max(0, Int(location.length) - offset))
            guard offset >= 0, count > 0 else { return 0 }
            do throws(SystemCallFailure) {
                let file = try files.file(location.place.segment)
                let start = location.place.offset + UInt64(EntryHeader.length + offset)
                let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
                guard unsafe try file.read(into: room, at: start) == count else { throw shortened(location) }
                return count
            } catch {
                if index.find(digest) == location { throw reading(error, digest, location) }
            }
        }
        throw notFound(digest)
    }

    private func part(
        _ range: Range<Int>, of location: ObjectLocation, _ file: any DiskFile
    ) throws(SystemCallFailure) -> [UInt8] {
        let wanted = range.clamped(to: 0..<Int(location.length))
        guard !wanted.isEmpty else { return [] }
        let start = location.place.offset + UInt64(EntryHeader.length + wanted.lowerBound)
        let bytes = try file.read(wanted.count, at: start)
        guard bytes.count == wanted.count else { throw shortened(location) }
        return bytes
    }

    /// A whole object proves by header and checksum that it is the one that was put.
    private func whole(
        _ location: ObjectLocation, _ digest: Digest, _ file: any DiskFile
    ) throws(SystemCallFailure) -> [UInt8] {
        let head = try file.read(EntryHeader.length, at: location.place.offset)
        let body = try file.read(
            Int(location.length), at: location.place.offset + UInt64(EntryHeader.length))
        guard let header = unsafe EntryHeader.parse(head.span.bytes, at: location.place, seed: seed),
            header.digest == digest,
            header.role == .object, header.bodyLength == location.length, body.count == Int(location.length),
            Checksum.of(body, seed: seed) == header.bodyChecksum
        else { throw shortened(location) }
        return body
    }

    /// Stands for bytes that are not those that were put; `reading` gives it its words.
    private func shortened(_ location: ObjectLocation) -> SystemCallFailure {
        SystemCallFailure(.io, "verify", name(location.place.segment))
    }

    private func reading(
        _ problem: SystemCallFailure, _ digest: Digest, _ location: ObjectLocation
    ) -> Failure {
        let name = name(location.place.segment)
        guard problem.call == "verify" || problem.errno == .noEntry else {
            return problem.storeFailure("reading object \(digest) in \(name)")
        }
        return Failure(
            .damaged, "object \(digest) in \(name) at byte \(location.place.offset) is not what was stored",
            advice: "restore the store's folder from a copy")
    }

    private func notFound(_ digest: Digest) -> Failure {
        Failure(.notFound, "object \(digest) is not in the local store")
    }
}
