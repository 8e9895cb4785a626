internal import Core
internal import Synchronization

extension ObjectLog {
    /// A segment as a sync found it.
    private struct Snapshot {
        let number: UInt64
        let file: any DiskFile
        let count: Int
        let whole: UInt64
        let isDirty: Bool
    }

    /// Returns when every object whose `put` returned before the call is on the disk; then how far the segments are.
    ///
    /// One thread at a time: another one waits. When the disk refuses to sync a segment, its unsynced objects move to a
    /// new one and are synced there: a second sync of the old file would say yes without having written them.
    @discardableResult
    func synchronize() throws(Failure) -> Watermark {
        try state.alone(\.isSyncing) { () throws(Failure) in
            try synchronizeRemovedCopies()
            return try synchronizeInTurn()
        }
    }

    private func synchronizeInTurn() throws(Failure) -> Watermark {
        for attempt in 0..<2 {
            if let loss = state.withLock({ $0.loss }) { throw loss }
            for number in failedSegments() { try rescue(number) }
            var problem: (segment: UInt64, error: SystemCallFailure)?
            // One that is put from here on may or may not be covered: then it is once more.
            let removals = state.withLock { $0.removals }
            for snapshot in snapshots() where problem == nil {
                do throws(SystemCallFailure) {
                    if snapshot.isDirty { try snapshot.file.synchronizeData() }
                    try settle(snapshot)
                    while tabulate(snapshot.number) {}
                } catch {
                    problem = (snapshot.number, error)
                }
            }
            guard let problem else {
                // Not before: who asks meanwhile must wait for the disk.
                state.withLock { $0.syncedRemovals = max($0.syncedRemovals, removals) }
                return watermark()
            }
            state.withLock { state in
                state.open[problem.segment]?.isFailed = true
                if state.active == problem.segment { state.active = nil }
            }
            if attempt == 1 { throw problem.error.storeFailure("syncing objects") }
        }
        return watermark()
    }

    private func failedSegments() -> [UInt64] {
        state.withLock { $0.open.values.filter(\.isFailed).map(\.number).sorted() }
    }

    /// How far the segments are on the disk without gap.
    func watermark() -> Watermark {
        state.withLock { state in
            guard let lowest = state.open.values.filter({ !$0.isFailed }).min(by: { $0.number < $1.number })
            else {
                // The last number may be that of a segment that is being made, and will take entries.
                return Watermark(segment: state.nextNumber - (state.isPreparing ? 1 : 0), offset: 0)
            }
            return Watermark(segment: lowest.number, offset: lowest.durableEnd)
        }
    }

    /// Whether a put has returned that no sync has covered.
    var hasUnsynced: Bool {
        state.withLock { $0.open.values.contains { $0.hasUnsynced } }
    }

    private func snapshots() -> [Snapshot] {
        state.withLock { state in
            state.open.values.filter { !$0.isFailed }.sorted { $0.number < $1.number }.map {
                Snapshot(
                    number: $0.number, file: $0.file, count: $0.entries.count, whole: $0.writtenEnd,
                    isDirty: $0.hasUnsynced)
            }
        }
    }

    /// Notes that the snapshot is on the disk; a full segment with nothing under way gets its table and is let go.
    private func settle(_ snapshot: Snapshot) throws(SystemCallFailure) {
        let finished = state.withLock { state -> OpenSegment? in
            guard let segment = state.open[snapshot.number] else { return nil }
            segment.syncedCount = snapshot.count
            if snapshot.isDirty { segment.durableEnd = snapshot.whole }
            guard state.active != snapshot.number, segment.inFlight.isEmpty, !segment.hasUnsynced
            else { return nil }
            return segment
        }
        // One without its tables stays open: the next sync tries again.
        guard let finished, try finishOrLend(finished) else { return }
        _ = state.withLock { $0.open.removeValue(forKey: finished.number) }
    }

    /// Writes a table of the oldest entries that are on the disk, when there are enough of them, so that memory need
    /// not keep them; whether it did. A table that is not written costs memory, and nothing else.
    private func tabulate(_ number: UInt64) -> Bool {
        let job = state.withLock { state -> (Slot, TableOfContents)? in
            guard let segment = state.open[number], state.active == number, !segment.isFailed, !segment.keepsEntries,
                segment.syncedCount >= settings.tableEntries
            else { return nil }
            let span = EntryHeader.span(bodyLength: TableOfContents.bodyLength(settings.tableEntries))
            guard segment.end + span <= segmentBytes else { return nil }
            let entries = segment.entries[..<settings.tableEntries].sorted { $0.offset < $1.offset }
            let place = Place(segment: number, offset: segment.end)
            segment.end += span
            segment.allocatedEnd = max(segment.allocatedEnd, segment.end)
            segment.inFlight.append(place.offset)
            return (
                Slot(place: place, file: segment.file),
                TableOfContents(previous: segment.lastTable, entries: entries)
            )
        }
        guard let (slot, table) = job else { return false }
        let bytes = encoded(table, at: slot.place, closes: false)
        do throws(SystemCallFailure) {
            try slot.file.write(bytes, at: slot.place.offset)
        } catch {
            state.withLock { $0.open[number]?.keepsEntries = true }
            abandon(slot, UInt64(bytes.count))
            return false
        }
        state.withLock { state in
            guard let segment = state.open[number] else { return }
            segment.inFlight.removeAll { $0 == slot.place.offset }
            segment.entries.removeFirst(table.entries.count)
            segment.syncedCount -= table.entries.count
            segment.lastTable = slot.place.offset
        }
        state.wakeAll()
        return true
    }

    private func encoded(_ table: TableOfContents, at place: Place, closes: Bool) -> [UInt8] {
        let body = table.encoded(at: place.offset, closes: closes)
        let header = EntryHeader(
            role: .table, kind: 0, digest: EntryHeader.noDigest, bodyLength: UInt32(body.count),
            bodyChecksum: Checksum.of(body, seed: seed))
        return header.encoded(at: place, seed: seed) + body
    }

    /// As `finishIfRoom`, on a full disk with as much of the reserve as it takes.
    private func finishOrLend(_ segment: OpenSegment) throws(SystemCallFailure) -> Bool {
        if try finishIfRoom(segment) { return true }
        guard let reserve = lender.withLock({ $0 }) else { return false }
        while reserve.lend() {
            if try finishIfRoom(segment) { return true }
        }
        return false
    }

    /// Closes a segment with its tables; false when the disk has no room for them. A search finds its entries too.
    func finishIfRoom(_ segment: OpenSegment) throws(SystemCallFailure) -> Bool {
        do throws(SystemCallFailure) {
            try finish(segment)
            return true
        } catch {
            guard error.errno == .noSpace || error.errno == .quota else { throw error }
            // What there was of the tables only takes space.
            try? segment.file.truncate(to: segment.end)
            return false
        }
    }

    /// Closes a segment whose entries are all on the disk with tables of them.
    func finish(_ segment: OpenSegment) throws(SystemCallFailure) {
        var rest = segment.entries.sorted { $0.offset < $1.offset }[...]
        var (end, previous) = (segment.end, segment.lastTable)
        // Without entries too a closed segment ends with a table: else it would look as if it was cut off.
        if rest.isEmpty, segment.closedEnd == end {
            if segment.allocatedEnd > end { try segment.file.truncate(to: end) }
            return
        }
        repeat {
            let table = TableOfContents(previous: previous, entries: Array(rest.prefix(settings.tableEntries)))
            let isLast = rest.count <= settings.tableEntries
            let bytes = encoded(table, at: Place(segment: segment.number, offset: end), closes: isLast)
            try segment.file.write(bytes, at: end)
            previous = end
            end += UInt64(bytes.count)
            rest = rest.dropFirst(settings.tableEntries)
        } while !rest.isEmpty
        try segment.file.truncate(to: end)
        try segment.file.synchronizeData()
    }

    /// Moves what a failed segment has not on the disk into another one; the copies in memory are still good.
    private func rescue(_ number: UInt64) throws(Failure) {
        guard let failed = state.withLock({ $0.open[number] }) else { return }
        for entry in failed.entries[failed.syncedCount...] {
            try claiming(entry.digest) { () throws(Failure) in
                if entry.role == .object { try move(entry, from: failed) } else { try repeatRemoval(entry) }
            }
        }
        // With a table of what it has on the disk nobody will take it for one that was cut off. It may fail again.
        failed.entries.removeLast(failed.entries.count - failed.syncedCount)
        try? finish(failed)
        _ = state.withLock { $0.open.removeValue(forKey: number) }
    }

    /// Writes a removal again; the digest must be claimed.
    func repeatRemoval(_ entry: PlacedEntry) throws(Failure) {
        // What was put again since then must not be taken back by a later entry.
        guard index.find(entry.digest) == nil else { return }
        let place = try append(.removal, kind: 0, entry.digest, [])
        tally.withLock { $0.removalEntered(in: place.segment) }
    }

    private func move(_ entry: PlacedEntry, from segment: OpenSegment) throws(Failure) {
        let old = Place(segment: segment.number, offset: entry.offset)
        // It may be gone, or another copy may be the one that counts.
        guard index.find(entry.digest)?.place == old else { return }
        let bytes: [UInt8]
        do throws(Failure) {
            bytes = try verified(entry, in: segment)
        } catch {
            state.withLock { $0.loss = error }
            throw error
        }
        try enter(entry.digest, appended(entry.digest, kind: entry.kind, bytes))
    }

    private func verified(_ entry: PlacedEntry, in segment: OpenSegment) throws(Failure) -> [UInt8] {
        let name = name(segment.number)
        let found = try onDisk("reading \(name) again after a failed sync") { () throws(SystemCallFailure) in
            let scan = try scan(segment.number, segment.file, durableEnd: 0)
            return try scan.entry(at: entry.offset)
        }
        guard let found, found.header.digest == entry.digest else {
            throw Failure(
                .damaged, "the disk lost object \(entry.digest) before it was synced",
                advice: "nothing more is acknowledged; check the disk, then open the vault again")
        }
        return found.body
    }

    /// Takes no more entries, syncs, writes tables and gives reserved space back.
    func close() throws(Failure) {
        state.withLock { state in
            state.isClosed = true
            state.active = nil
        }
        state.wakeAll()
        defer { files.forgetAll() }
        state.wait { state -> Gate<State>.Verdict<Void> in
            state.isPreparing || state.open.values.contains { !$0.inFlight.isEmpty } ? .wait(until: nil) : .done(())
        }
        _ = try synchronize()
    }
}
