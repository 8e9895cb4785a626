internal import Core
internal import Synchronization

/// Compaction: what still counts in a segment is appended to the log again, and the file goes.
///
/// The index and every later opening take the entry that was written last, so the order of places is all that keeps
/// this right. An object is moved while its digest is claimed: no removal comes between looking and moving. A removal
/// is carried only while an older segment is there, in which an entry of the digest may stand; and not if the object
/// was put again, whose entry says more. Files go when all that was moved is on the disk, one after the other.
extension ObjectLog {
    /// Whether so much is garbage that writing segments anew is worth it.
    var isCompactionDue: Bool {
        let (dead, total) = garbage
        return dead >= settings.compactionBytes && dead * StoreLimits.compactionShare >= total && !compactable().isEmpty
    }

    /// Bytes of entries that do not count, and of all.
    var garbage: (dead: UInt64, total: UInt64) {
        let oldest = oldest
        let tally = tally.withLock { $0 }
        var sums = (dead: UInt64(0), total: UInt64(0))
        for (number, use) in tally.uses {
            sums.dead += use.garbage(isOldest: number == oldest)
            sums.total += use.objects + use.removals
        }
        return sums
    }

    /// The lowest number of a segment that is there, or comes back with a power cut.
    private var oldest: UInt64? {
        known.withLock { known in removed.withLock { removed in known.union(removed).min() } }
    }

    /// Closed segments of which more than a quarter is garbage, those with the least left first.
    ///
    /// Never the last one: that it is there tells an opening that those before it were not lost, and keeps numbers from
    /// being used twice.
    func compactable() -> [UInt64] {
        let oldest = oldest
        let open = state.withLock { Set($0.open.keys) }
        let damaged = damaged.withLock { $0 }
        let all = known.withLock { $0 }
        let numbers = all.filter { $0 != all.max() }.subtracting(open).subtracting(damaged)
        let tally = tally.withLock { $0 }
        return numbers.compactMap { number -> (number: UInt64, kept: Double)? in
            let use = tally[number]
            let dead = use.garbage(isOldest: number == oldest)
            let total = use.objects + use.removals
            guard total == 0 || dead * StoreLimits.compactionShare > total else { return nil }
            return (number, total == 0 ? 0 : 1 - Double(dead) / Double(total))
        }.sorted { ($0.kept, $0.number) < ($1.kept, $1.number) }.map(\.number)
    }

    /// Moves what counts in a closed segment and removes its file; false when it stays.
    ///
    /// `goesOn` is called with the bytes of each move; when it says no, what was moved stays moved. Needs room for the
    /// live part of the one segment. A segment with something in it that cannot be read stays.
    func compact(_ number: UInt64, goesOn: (Int) -> Bool) throws(Failure) -> Bool {
        try state.alone(\.isCompacting) { () throws(Failure) in try compactInTurn(number, goesOn: goesOn) }
    }

    private func compactInTurn(_ number: UInt64, goesOn: (Int) -> Bool) throws(Failure) -> Bool {
        guard known.withLock({ $0.contains(number) }), state.withLock({ $0.open[number] == nil }),
            !damaged.withLock({ $0.contains(number) })
        else { return false }
        let hasOlder = (oldest ?? number) < number
        let entries: [PlacedEntry]
        do throws(Failure) {
            entries = try remaining(in: number, hasOlder: hasOlder)
        } catch {
            guard error.code == .io else { throw error }
            keepDamaged(number, at: nil, nil, error.message)
            return false
        }
        for entry in entries {
            guard goesOn(Int(EntryHeader.span(bodyLength: Int(entry.length)))) else { return false }
            try carry(entry, from: number)
        }
        // Every digest that leads here would be lost with the file.
        guard tally.withLock({ $0[number].live == 0 }) else {
            keepDamaged(number, at: nil, nil, "the index names objects that its tables do not")
            return false
        }
        if damaged.withLock({ $0.contains(number) }) { return false }
        try synchronize()
        try removeFile(number)
        return true
    }

    /// The entries of a segment that have to go on.
    private func remaining(in number: UInt64, hasOlder: Bool) throws(Failure) -> [PlacedEntry] {
        try onDisk("reading \(name(number))") { () throws(SystemCallFailure) in
            var scan = try scan(number, try files.file(number), durableEnd: .max)
            var kept: [PlacedEntry] = []
            _ = try scan.contents(try scan.tables()) { entries in
                for entry in entries {
                    let location = index.find(entry.digest)
                    let counts =
                        entry.role == .object
                        ? location?.place == Place(segment: number, offset: entry.offset) : hasOlder && location == nil
                    if counts { kept.append(entry) }
                }
            }
            return kept
        }
    }

    private func carry(_ entry: PlacedEntry, from number: UInt64) throws(Failure) {
        let place = Place(segment: number, offset: entry.offset)
        try claiming(entry.digest) { () throws(Failure) in
            guard entry.role == .object else { return try repeatRemoval(entry) }
            guard index.find(entry.digest)?.place == place else { return }
            if let found = try readable(entry, in: number), found.header.digest == entry.digest,
                found.header.role == .object
            {
                try enter(entry.digest, appended(entry.digest, kind: entry.kind, found.body))
            } else if let copy = spare(entry.digest) {
                try enter(entry.digest, appended(entry.digest, kind: entry.kind, copy))
            } else {
                keepDamaged(number, at: entry.offset, entry, "object \(entry.digest) cannot be read")
            }
        }
    }

    /// The entry; nil when it is damaged, or the disk cannot read it.
    private func readable(
        _ entry: PlacedEntry, in number: UInt64
    ) throws(Failure) -> (header: EntryHeader, body: [UInt8])? {
        try onDisk("reading \(name(number))") { () throws(SystemCallFailure) in
            do throws(SystemCallFailure) {
                return try scan(number, try files.file(number), durableEnd: .max).entry(at: entry.offset)
            } catch {
                guard error.errno == .io else { throw error }
                return nil
            }
        }
    }

    private func keepDamaged(_ number: UInt64, at offset: UInt64?, _ entry: PlacedEntry?, _ words: String) {
        damaged.withLock { _ = $0.insert(number) }
        events.note(Finding(.damaged, name(number), at: offset, digest: entry?.digest, kind: entry?.kind, words))
    }

    private func removeFile(_ number: UInt64) throws(Failure) {
        // Counted as there until the disk surely has it no more: a removal may still be needed against it.
        removed.withLock { _ = $0.insert(number) }
        known.withLock { _ = $0.remove(number) }
        do throws(SystemCallFailure) {
            try disk.remove(name(number))
        } catch {
            known.withLock { _ = $0.insert(number) }
            throw error.storeFailure("removing \(name(number))")
        }
        files.forget(number)
        tally.withLock { $0.forget(number) }
        try onDisk("removing \(name(number))") { () throws(SystemCallFailure) in try disk.synchronizeFolder(folder) }
        removed.withLock { $0 = [] }
    }
}
