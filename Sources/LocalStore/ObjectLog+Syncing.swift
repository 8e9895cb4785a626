internal import Core

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
    /// For one thread at a time. When the disk refuses to sync a segment, its unsynced objects move to a new one and
    /// are synced there: a second sync of the old file would say yes without having written them.
    func synchronize() throws(Failure) -> Watermark {
        for attempt in 0..<2 {
            if let loss = state.withLock({ $0.loss }) { throw loss }
            for number in failedSegments() { try rescue(number) }
            var problem: (segment: UInt64, error: SystemCallFailure)?
            for snapshot in snapshots() where problem == nil {
                do throws(SystemCallFailure) {
                    if snapshot.isDirty { try snapshot.file.synchronizeData() }
                    try settle(snapshot)
                } catch {
                    problem = (snapshot.number, error)
                }
            }
            guard let problem else { return watermark() }
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
            else { return Watermark(segment: state.nextNumber, offset: 0) }
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
        guard let finished else { return }
        try finish(finished)
        _ = state.withLock { $0.open.removeValue(forKey: finished.number) }
    }

    /// Closes a segment whose entries are all on the disk with a table of them.
    func finish(_ segment: OpenSegment) throws(SystemCallFailure) {
        guard !segment.entries.isEmpty else {
            if segment.allocatedEnd > segment.end { try segment.file.truncate(to: segment.end) }
            return
        }
        let table = TableOfContents(
            previous: segment.lastTable, entries: segment.entries.sorted { $0.offset < $1.offset })
        let body = table.encoded(at: segment.end)
        let header = EntryHeader(
            role: .table, kind: 0, digest: EntryHeader.noDigest, bodyLength: UInt32(body.count),
            bodyChecksum: Checksum.of(body, seed: seed))
        let place = Place(segment: segment.number, offset: segment.end)
        try segment.file.write(header.encoded(at: place, seed: seed) + body, at: segment.end)
        try segment.file.truncate(to: segment.end + header.span)
        try segment.file.synchronizeData()
    }

    /// Moves what a failed segment has not on the disk into another one; the copies in memory are still good.
    private func rescue(_ number: UInt64) throws(Failure) {
        guard let failed = state.withLock({ $0.open[number] }) else { return }
        let unsynced = failed.entries[failed.syncedCount...]
        let removed = Set(unsynced.filter { $0.role == .removal }.map(\.digest))
        for entry in unsynced where entry.role != .object || !removed.contains(entry.digest) {
            try move(entry, from: failed)
        }
        _ = state.withLock { $0.open.removeValue(forKey: number) }
    }

    private func move(_ entry: PlacedEntry, from segment: OpenSegment) throws(Failure) {
        let old = ObjectIndex.Location(
            place: Place(segment: segment.number, offset: entry.offset), length: entry.length)
        guard entry.role == .object else {
            _ = try append(entry.role, kind: entry.kind, entry.digest, [])
            return
        }
        // Another copy may be the one that counts.
        if let current = index.find(entry.digest), current != old { return }
        let bytes: [UInt8]
        do throws(Failure) {
            bytes = try verified(entry, in: segment)
        } catch {
            state.withLock { $0.loss = error }
            throw error
        }
        let place = try append(.object, kind: entry.kind, entry.digest, bytes)
        index.replace(entry.digest, ObjectIndex.Location(place: place, length: entry.length))
    }

    private func verified(_ entry: PlacedEntry, in segment: OpenSegment) throws(Failure) -> [UInt8] {
        let name = SegmentName.objects(segment.number)
        let found = try onDisk("reading \(name) again after a failed sync") { () throws(SystemCallFailure) in
            let scan = try SegmentScan(segment: segment.number, file: segment.file, seed: seed, durableEnd: 0)
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
