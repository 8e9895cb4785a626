internal import Core
internal import Synchronization

extension ObjectLog {
    /// Reads what is there into the index; with `repairs`, what a crash left is cut, synced and closed.
    ///
    /// `durable` is how far the segments were on the disk when the journal last said so. Damage before it is noted, and
    /// that segment stays as it is; its other objects can be read. The notes are for the log.
    func load(durable: Watermark, repairs: Bool) throws(Failure) -> [String] {
        let names = try onDisk("listing objects in \(disk.shown)") { () throws(SystemCallFailure) in
            try disk.list("objects")
        }
        let numbers = names.compactMap { SegmentName.number($0, suffix: ".seg") }.sorted()
        known.withLock { $0 = Set(numbers) }
        state.withLock { $0.nextNumber = max((numbers.last ?? 0) + 1, durable.segment) }
        var notes: [String] = []
        for number in numbers {
            notes += try load(number, durable, isNewest: number == numbers.last, repairs: repairs)
        }
        if durable.offset > UInt64(FileHeader.length), !numbers.contains(durable.segment) {
            notes.append("\(SegmentName.objects(durable.segment)) is missing: the objects in it cannot be read")
        }
        return notes
    }

    private func load(
        _ number: UInt64, _ durable: Watermark, isNewest: Bool, repairs: Bool
    ) throws(Failure) -> [String] {
        let name = SegmentName.objects(number)
        let (file, head) = try onDisk("opening \(name)") { () throws(SystemCallFailure) in
            let file = try disk.open(name, for: repairs ? .write : .read)
            return (file, try file.read(FileHeader.length, at: 0))
        }
        let isHeaderWhole = try FileHeader.parse(head, kind: .objects, seed: seed, file: name)?.number == number
        let contents = try onDisk("reading \(name)") { () throws(SystemCallFailure) in
            let size = try file.size()
            let durableEnd = number < durable.segment ? size : number == durable.segment ? durable.offset : 0
            var scan = try SegmentScan(segment: number, file: file, seed: seed, durableEnd: durableEnd)
            return try scan.contents()
        }
        enter(contents, of: number)
        files.keep(file, for: number)
        if repairs {
            if !isHeaderWhole { try restoreHeader(number, file) }
            try repair(number, file, contents, isNewest: isNewest, mayBeUnsynced: number >= durable.segment)
        }
        return contents.notes + (isHeaderWhole ? [] : ["\(name): its file header is not whole"])
    }

    /// A crash may take the header of a new segment; it says nothing that the name does not.
    private func restoreHeader(_ number: UInt64, _ file: any DiskFile) throws(Failure) {
        let header = FileHeader(
            kind: .objects, number: number, salt: [UInt8](repeating: 0, count: StoreKeys.saltLength))
        try onDisk("writing the header of \(SegmentName.objects(number))") { () throws(SystemCallFailure) in
            try file.write(header.encoded(seed: seed), at: 0)
            try file.synchronizeData()
        }
    }

    private func enter(_ contents: SegmentContents, of number: UInt64) {
        for entry in contents.entries {
            switch entry.role {
            case .object:
                let place = Place(segment: number, offset: entry.offset)
                index.replace(entry.digest, ObjectIndex.Location(place: place, length: entry.length))
            case .removal: index.remove(entry.digest)
            case .table, .void: break
            }
        }
    }

    /// Cuts what is not whole from the end, makes the rest durable, and goes on writing there or closes the segment.
    private func repair(
        _ number: UInt64, _ file: any DiskFile, _ contents: SegmentContents, isNewest: Bool, mayBeUnsynced: Bool
    ) throws(Failure) {
        if contents.isListed, mayBeUnsynced { try sync(number, file) }
        if contents.isListed, !isNewest { return }
        try blank(contents.torn.filter { $0.offset < contents.end || contents.isDamaged }, of: number, file)
        guard !contents.isDamaged else {
            // Whole objects behind the damage may never have been synced, but will be relied on from now.
            return try sync(number, file)
        }
        let segment = OpenSegment(number: number, file: file, end: contents.end)
        segment.entries = Array(contents.entries[contents.listedCount...])
        segment.syncedCount = segment.entries.count
        segment.lastTable = contents.lastTable
        if !contents.isListed {
            // A killed process leaves objects that only the page cache has; they must not count as durable before this.
            try onDisk("cutting the end of \(SegmentName.objects(number))") { () throws(SystemCallFailure) in
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
            try onDisk("closing \(SegmentName.objects(number))") { () throws(SystemCallFailure) in try finish(segment) }
        }
    }

    private func sync(_ number: UInt64, _ file: any DiskFile) throws(Failure) {
        try onDisk("syncing \(SegmentName.objects(number))") { () throws(SystemCallFailure) in
            try file.synchronizeData()
        }
    }

    /// Turns what is not whole into space, whose header nobody takes for an object's.
    private func blank(
        _ torn: [(offset: UInt64, bodyLength: UInt32)], of number: UInt64, _ file: any DiskFile
    ) throws(Failure) {
        for (offset, length) in torn {
            let header = EntryHeader.void(bodyLength: length)
            try onDisk("repairing \(SegmentName.objects(number))") { () throws(SystemCallFailure) in
                try file.write(header.encoded(at: Place(segment: number, offset: offset), seed: seed), at: offset)
            }
        }
    }

    /// Calls `body` with every object that is there, segment by segment; objects put or removed meanwhile may be
    /// missed. One read of each table, or of each header where there is none.
    func forEach(_ body: (ObjectEntry) throws(Failure) -> Void) throws(Failure) {
        for number in known.withLock({ $0.sorted() }) {
            for entry in try entries(of: number) where entry.role == .object {
                let place = Place(segment: number, offset: entry.offset)
                guard index.find(entry.digest)?.place == place else { continue }
                try body(ObjectEntry(digest: entry.digest, kind: entry.kind, length: Int(entry.length)))
            }
        }
    }

    private func entries(of number: UInt64) throws(Failure) -> [PlacedEntry] {
        let recent = state.withLock { state in state.open[number].map { ($0.entries, $0.lastTable) } }
        return try onDisk("reading \(SegmentName.objects(number))") { () throws(SystemCallFailure) in
            let file = try files.file(number)
            var scan = try SegmentScan(segment: number, file: file, seed: seed, durableEnd: .max)
            guard let (entries, lastTable) = recent else { return try scan.contents().entries }
            guard let tables = try scan.chain(from: lastTable) else { return try scan.contents().entries }
            return tables.flatMap(\.entries) + entries
        }
    }
}
