package import Core
internal import Synchronization

extension LocalStore {
    /// Reads everything that is there: each entry of each segment with its checksum, both checkpoint files, the journal.
    ///
    /// A store that may be written is mended from second copies on the way; else nothing is changed. Goes on beside
    /// readers and writers; `goesOn` is called with the bytes read so far, after each entry, and ends it with false.
    /// Throws when the disk refuses to list at all. Costs one read of all bytes.
    package func check(
        goesOn: @escaping (_ bytes: UInt64) -> Bool = { _ in true }
    ) throws(Failure) -> StoreReport {
        var check = StoreCheck(store: self, goesOn: goesOn)
        try check.run()
        return check.report
    }
}

/// One check of a store, under way.
private struct StoreCheck {
    let store: LocalStore
    let goesOn: (UInt64) -> Bool
    var report = StoreReport()
    private var bytes: UInt64 = 0
    private var isEnded = false

    init(store: LocalStore, goesOn: @escaping (UInt64) -> Bool) {
        self.store = store
        self.goesOn = goesOn
    }

    mutating func run() throws(Failure) {
        for finding in store.opening { report.add(finding) }
        try checkJournal()
        for number in store.objects.known.withLock({ $0.sorted() }) where !isEnded {
            for entry in try damaged(in: number, of: store.objects, \.objects) { mend(entry, in: number) }
        }
        guard let copies = store.copies else { return }
        for number in copies.known.withLock({ $0.sorted() }) where !isEnded {
            for entry in try damaged(in: number, of: copies, \.copies) { renew(entry, in: number, copies) }
        }
        if !isEnded { try restoreMissing(from: copies) }
    }

    private mutating func checkJournal() throws(Failure) {
        let (slots, findings) = try LocalStore.checkpoint(on: store.disk, store.keys, .salvage)
        for finding in findings { report.add(finding) }
        let history = JournalHistory(slots?.newest ?? .first, try JournalScan(store.disk, store.keys).blocks)
        report.journalRecords = UInt64(history.records.count)
        // Blocks that are being written meanwhile are none of the check's business.
        for finding in LocalStore.findings(in: history) where finding.isLoss { report.add(finding) }
    }

    /// Reads a segment; gives the objects that count in it and are not whole.
    private mutating func damaged(
        in number: UInt64, of log: ObjectLog, _ counts: WritableKeyPath<StoreReport, StoreReport.Count>
    ) throws(Failure) -> [PlacedEntry] {
        // What is being written is not looked at: its entries may be half there.
        let limit = log.state.withLock { $0.open[number]?.writtenEnd }
        var whole: Set<UInt64> = []
        var gaps: [Range<UInt64>] = []
        let entries: [PlacedEntry]
        do throws(Failure) {
            guard let listed = try log.entries(of: number) else { return [] }
            entries = listed
            try onDisk("reading \(log.name(number))") { () throws(SystemCallFailure) in
                var scan = try log.scan(number, try log.files.file(number), durableEnd: .max)
                try scan.verify(until: limit ?? scan.fileSize) { header, offset, isWhole in
                    if isWhole { whole.insert(offset) }
                    bytes += header.span
                    report[keyPath: counts].bytes += header.span
                    isEnded = !goesOn(bytes)
                    return !isEnded
                } gap: {
                    gaps.append($0)
                }
            }
        } catch {
            // Compaction may have taken it; else the rest can be read all the same.
            guard log.known.withLock({ $0.contains(number) }) else { return [] }
            report.add(Finding(error.code == .notFound ? .missing : .damaged, log.name(number), error.message))
            return []
        }
        if isEnded { return [] }
        let live = entries.filter {
            $0.offset < limit ?? .max && $0.role == .object
                && log.index.find($0.digest)?.place == Place(segment: number, offset: $0.offset)
        }
        report[keyPath: counts].segments += 1
        report[keyPath: counts].objects += UInt64(live.count)
        let bad = live.filter { !whole.contains($0.offset) }
        for gap in gaps where !bad.contains(where: { gap.contains($0.offset) }) {
            let words = "\(gap.count) bytes hold no entry; no object that is listed stood there"
            report.add(Finding(.torn, log.name(number), at: gap.lowerBound, words))
        }
        return bad
    }

    private mutating func mend(_ entry: PlacedEntry, in number: UInt64) {
        let file = store.objects.name(number)
        if let copy = store.objects.spare(entry.digest) {
            store.mend(entry.digest, with: copy)
            add(.mended, file, entry, "object \(entry.digest) is damaged; its second copy serves")
        } else {
            add(.damaged, file, entry, "object \(entry.digest) is damaged, and there is no second copy")
        }
    }

    /// Writes a damaged second copy again.
    private mutating func renew(_ entry: PlacedEntry, in number: UInt64, _ copies: ObjectLog) {
        guard let bytes = try? store.objects.get(entry.digest, range: nil) else {
            // The object itself is told already.
            return add(.torn, copies.name(number), entry, "the second copy of object \(entry.digest) is damaged too")
        }
        if store.journal != nil {
            let place = Place(segment: number, offset: entry.offset)
            let old = ObjectLocation(place: place, length: entry.length, kind: entry.kind)
            try? copies.replace(entry.digest, at: old, kind: entry.kind, bytes) { true }
        }
        add(.mended, copies.name(number), entry, "the second copy of object \(entry.digest) is damaged")
    }

    /// Puts objects again of which only the copy is there.
    private mutating func restoreMissing(from copies: ObjectLog) throws(Failure) {
        var lost: [ObjectEntry] = []
        try copies.forEach { (entry) throws(Failure) in
            if store.objects.index.find(entry.digest) == nil { lost.append(entry) }
        }
        for entry in lost {
            guard let copy = try? copies.get(entry.digest, range: nil) else { continue }
            store.mend(entry.digest, with: copy)
            report.add(
                Finding(
                    .mended, copies.folder, digest: entry.digest, kind: entry.kind,
                    "object \(entry.digest) is there as a second copy only"))
        }
    }

    private mutating func add(_ problem: Finding.Problem, _ file: String, _ entry: PlacedEntry, _ words: String) {
        report.add(Finding(problem, file, at: entry.offset, digest: entry.digest, kind: entry.kind, words))
    }
}
