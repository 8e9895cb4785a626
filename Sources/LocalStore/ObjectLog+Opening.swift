internal import Core
internal import Synchronization

extension ObjectLog {
    /// A segment that is to be read.
    private struct Candidate {
        let number: UInt64
        let isHeaderWhole: Bool
        /// Whose the header says the file is.
        let headerNumber: UInt64?
        let size: UInt64
        let tables: [SegmentScan.Listed]?
    }

    /// Reads what is there into the index; with `repairs`, what a crash left is cut, synced and closed.
    ///
    /// `durable` is how far the segments were on the disk when the journal last said so. Damage before it is noted, and
    /// that segment stays as it is; its other objects can be read. Segments are read by all processors at once.
    func load(durable: Watermark, repairs: Bool) throws(Failure) -> [Finding] {
        let names = try onDisk("listing \(folder) in \(disk.shown)") { () throws(SystemCallFailure) in
            // A process killed while it compacted leaves a segment that is gone for us and not yet for the disk: it must
            // not come back when removals that it needs are gone too.
            if repairs { try disk.synchronizeFolder(folder) }
            return try disk.list(folder)
        }
        let numbers = names.compactMap { SegmentName.number($0, suffix: ".seg") }.filter {
            $0 <= Place.greatestSegment
        }.sorted()
        known.withLock { $0 = Set(numbers) }
        state.withLock { $0.nextNumber = max((numbers.last ?? 0) + 1, durable.segment) }
        var candidates: [Candidate] = []
        for number in numbers { candidates.append(try candidate(number)) }
        index.reserve(candidates.reduce(0) { $0 + ($1.tables ?? []).reduce(0) { $0 + $1.count } })
        let contents = try read(candidates, durable)
        index.dropRemovals()
        var findings: [Finding] = []
        for candidate in candidates {
            guard let found = contents[candidate.number] else { continue }
            findings += found.findings + headerFindings(candidate)
            if found.isDamaged { damaged.withLock { _ = $0.insert(candidate.number) } }
            if repairs { try repair(candidate, found, durable, isNewest: candidate.number == numbers.last) }
        }
        // With later ones there, it was compacted: the last segment never is.
        if durable.offset > UInt64(FileHeader.length), !numbers.contains(where: { $0 >= durable.segment }) {
            findings.append(
                Finding(.missing, name(durable.segment), "the file is gone: the objects in it cannot be read"))
        }
        return findings
    }

    private func candidate(_ number: UInt64) throws(Failure) -> Candidate {
        let name = name(number)
        let (file, head) = try onDisk("opening \(name)") { () throws(SystemCallFailure) in
            let file = try files.file(number)
            return (file, try file.read(FileHeader.length, at: 0))
        }
        let headerNumber = try FileHeader.parse(head, kind: .objects, seed: seed, file: name)?.number
        return try onDisk("reading \(name)") { () throws(SystemCallFailure) in
            let scan = try scan(number, file, durableEnd: 0)
            return Candidate(
                number: number, isHeaderWhole: headerNumber == number, headerNumber: headerNumber,
                size: scan.fileSize, tables: try scan.tables())
        }
    }

    func scan(
        _ number: UInt64, _ file: any DiskFile, durableEnd: UInt64
    ) throws(SystemCallFailure) -> SegmentScan {
        try SegmentScan(segment: number, file: file, name: name(number), seed: seed, durableEnd: durableEnd)
    }

    /// Enters what all segments hold, in any order: the index keeps what was written last.
    private func read(_ candidates: [Candidate], _ durable: Watermark) throws(Failure) -> [UInt64: SegmentContents] {
        let results = Mutex<[UInt64: Result<SegmentContents, Failure>]>([:])
        let read = { @Sendable [self] (candidate: Candidate) in
            let result = Result { () throws(Failure) in try enter(candidate, durable) }
            results.withLock { $0[candidate.number] = result }
        }
        if candidates.reduce(0, { $0 + $1.size }) >= settings.parallelLoadBytes, Processors.count > 1 {
            let pool = WorkerPool(name: "store-load", threads: Processors.count, capacity: candidates.count)
            // What has to be searched takes longest.
            for candidate in candidates where candidate.tables == nil { _ = pool.submit { read(candidate) } }
            for candidate in candidates where candidate.tables != nil { _ = pool.submit { read(candidate) } }
            pool.close()
        } else {
            for candidate in candidates { read(candidate) }
        }
        var contents: [UInt64: SegmentContents] = [:]
        for (number, result) in results.withLock({ $0 }) { contents[number] = try result.get() }
        return contents
    }

    private func enter(_ candidate: Candidate, _ durable: Watermark) throws(Failure) -> SegmentContents {
        let number = candidate.number
        var tally = SegmentTally()
        let contents = try onDisk("reading \(name(number))") { () throws(SystemCallFailure) in
            let durableEnd = number < durable.segment ? .max : number == durable.segment ? durable.offset : 0
            var scan = try scan(number, try files.file(number), durableEnd: durableEnd)
            return try scan.contents(candidate.tables) { index.merge($0, of: number, &tally) }
        }
        self.tally.withLock { $0.add(tally) }
        return contents
    }

    private func headerFindings(_ candidate: Candidate) -> [Finding] {
        if candidate.isHeaderWhole { return [] }
        let name = name(candidate.number)
        if let other = candidate.headerNumber {
            return [Finding(.misplaced, name, "this is segment \(SegmentName.text(other)) under another name")]
        }
        return [Finding(.rebuilt, name, "its file header is not whole")]
    }

    /// Makes a segment such that it can be relied on from now on.
    private func repair(
        _ candidate: Candidate, _ contents: SegmentContents, _ durable: Watermark, isNewest: Bool
    ) throws(Failure) {
        let number = candidate.number
        // A segment under a wrong name is left for whoever knows the right one.
        guard candidate.headerNumber == nil || candidate.isHeaderWhole else {
            damaged.withLock { _ = $0.insert(number) }
            return
        }
        let mayBeUnsynced = number >= durable.segment
        if candidate.isHeaderWhole, contents.isListed, !isNewest, !mayBeUnsynced { return }
        let file = try onDisk("opening \(name(number))") { () throws(SystemCallFailure) in
            try disk.open(name(number), for: .write)
        }
        if !candidate.isHeaderWhole { try restoreHeader(number, file) }
        if contents.isListed, mayBeUnsynced { try sync(number, file) }
        if contents.isListed, !isNewest { return }
        try blank(contents.torn.filter { $0.offset < contents.end || contents.isDamaged }, of: number, file)
        // Whole objects behind damage may never have been synced, but will be relied on from now.
        if contents.isDamaged { return try sync(number, file) }
        try resume(number, file, contents, isNewest: isNewest)
    }

    /// Cuts what is not whole from the end, makes the rest durable, and goes on writing there or closes the segment.
    private func resume(
        _ number: UInt64, _ file: any DiskFile, _ contents: SegmentContents, isNewest: Bool
    ) throws(Failure) {
        let segment = OpenSegment(number: number, file: file, end: contents.end)
        segment.entries = contents.loose
        segment.syncedCount = segment.entries.count
        segment.lastTable = contents.lastTable
        segment.closedEnd = contents.isListed ? contents.end : 0
        if !contents.isListed {
            // A killed process leaves objects that only the page cache has; they must not count as durable before this.
            try onDisk("cutting the end of \(name(number))") { () throws(SystemCallFailure) in
                try file.truncate(to: contents.end)
                try file.synchronizeData()
            }
        }
        if isNewest, contents.end + UInt64(EntryHeader.length) < segmentBytes {
            state.withLock { state in
                state.open[number] = segment
                state.active = number
            }
        } else if !contents.isListed {
            try onDisk("closing \(name(number))") { () throws(SystemCallFailure) in _ = try finishIfRoom(segment) }
        }
    }

    /// A crash may take the header of a new segment; it says nothing that the name does not.
    private func restoreHeader(_ number: UInt64, _ file: any DiskFile) throws(Failure) {
        let header = FileHeader(objects: number)
        try onDisk("writing the header of \(name(number))") { () throws(SystemCallFailure) in
            try file.write(header.encoded(seed: seed), at: 0)
            try file.synchronizeData()
        }
    }

    private func sync(_ number: UInt64, _ file: any DiskFile) throws(Failure) {
        try onDisk("syncing \(name(number))") { () throws(SystemCallFailure) in try file.synchronizeData() }
    }

    /// Turns what is not whole into space, whose header nobody takes for an object's.
    private func blank(
        _ torn: [(offset: UInt64, bodyLength: UInt32)], of number: UInt64, _ file: any DiskFile
    ) throws(Failure) {
        for (offset, length) in torn {
            let header = EntryHeader.void(bodyLength: length)
            try onDisk("repairing \(name(number))") { () throws(SystemCallFailure) in
                try file.write(header.encoded(at: Place(segment: number, offset: offset), seed: seed), at: offset)
            }
        }
    }
}
