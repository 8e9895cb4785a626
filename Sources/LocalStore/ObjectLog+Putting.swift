internal import Core
internal import Synchronization

extension ObjectLog {
    /// Space for one entry.
    struct Slot {
        let place: Place
        let file: any DiskFile
    }

    /// What a thread that wants space has to do first.
    private enum Step {
        case write(Slot)
        case extend(segment: UInt64, file: any DiskFile, from: UInt64, atLeast: UInt64)
        case rotate(to: UInt64)
        case refuse
    }

    /// Appends an object unless it is there; whether it was new.
    ///
    /// It can be read, and survives the process, when this returns; it is on the disk after `synchronize`.
    func put(_ digest: Digest, kind: UInt8, _ bytes: [UInt8]) throws(Failure) -> Bool {
        if index.find(digest) != nil { return false }
        guard bytes.count <= greatestLength else {
            throw Failure(.tooLarge, "an object of \(bytes.count) bytes exceeds the local store's \(greatestLength)")
        }
        return try claiming(digest) { () throws(Failure) in
            // A twin put at the same time may have come first.
            if index.find(digest) != nil { return false }
            try enter(digest, appended(digest, kind: kind, bytes))
            return true
        }
    }

    /// Writes an object whether it is there or not; the digest must be claimed.
    func appended(_ digest: Digest, kind: UInt8, _ bytes: [UInt8]) throws(Failure) -> ObjectLocation {
        let place = try append(.object, kind: kind, digest, bytes)
        return ObjectLocation(place: place, length: UInt32(bytes.count), kind: kind)
    }

    /// Writes an object in the place of one that cannot be read, unless something else was done to it meanwhile, or it
    /// is no longer wanted: that is asked when nobody can remove it any more.
    func replace(
        _ digest: Digest, at old: ObjectLocation?, kind: UInt8, _ bytes: [UInt8], ifWanted isWanted: () -> Bool
    ) throws(Failure) {
        try claiming(digest) { () throws(Failure) in
            guard index.find(digest) == old, isWanted() else { return }
            try enter(digest, appended(digest, kind: kind, bytes))
        }
    }

    /// Takes an object out; whether it was there. Should a power cut take the removal, the object is there again.
    func remove(_ digest: Digest) throws(Failure) -> Bool {
        try claiming(digest) { () throws(Failure) in
            guard index.find(digest) != nil else { return false }
            let place = try append(.removal, kind: 0, digest, [])
            state.withLock { $0.removals += 1 }
            let gone = index.remove(digest)
            tally.withLock { tally in
                if let gone { tally.died(gone) }
                tally.removalEntered(in: place.segment)
            }
            return true
        }
    }

    /// Appends an entry and returns where it stands, in a segment that can still be synced.
    func append(
        _ role: EntryHeader.Role, kind: UInt8, _ digest: Digest, _ bytes: [UInt8]
    ) throws(Failure) -> Place {
        let header = EntryHeader(
            role: role, kind: kind, digest: digest, bodyLength: UInt32(bytes.count),
            bodyChecksum: Checksum.of(bytes, seed: seed))
        for _ in 0..<StoreLimits.putTries {
            let slot = try reserve(header.span)
            do throws(SystemCallFailure) {
                try slot.file.write(header.encoded(at: slot.place, seed: seed), at: slot.place.offset)
                if !bytes.isEmpty {
                    try slot.file.write(bytes, at: slot.place.offset + UInt64(EntryHeader.length))
                }
            } catch {
                abandon(slot, header.span)
                throw error.storeFailure("writing to \(name(slot.place.segment))")
            }
            let entry = PlacedEntry(
                role: role, kind: kind, digest: digest, offset: slot.place.offset, length: header.bodyLength)
            if complete(entry, slot) { return slot.place }
        }
        throw Failure(.io, "the disk fails to keep objects", advice: "check the disk and the system's log")
    }

    private func reserve(_ span: UInt64) throws(Failure) -> Slot {
        while true {
            switch state.wait({ nextStep(&$0, span) }) {
            case .write(let slot): return slot
            case .refuse: throw Failure(.badHandle, "the local store is closed")
            case .extend(let segment, let file, let from, let atLeast):
                try prepared { () throws(Failure) in try extend(segment, file, from, atLeast) }
            case .rotate(let number):
                try prepared { () throws(Failure) in try rotate(to: number) }
            }
        }
    }

    private func nextStep(_ state: inout State, _ span: UInt64) -> Gate<State>.Verdict<Step> {
        if state.isClosed { return .done(.refuse) }
        if let number = state.active, let segment = state.open[number], !segment.isFailed,
            segment.end + span <= segmentBytes
        {
            if segment.end + span <= segment.allocatedEnd {
                let place = Place(segment: number, offset: segment.end)
                segment.end += span
                segment.inFlight.append(place.offset)
                return .done(.write(Slot(place: place, file: segment.file)))
            }
            if state.isPreparing { return .wait(until: nil) }
            state.isPreparing = true
            return .done(
                .extend(
                    segment: number, file: segment.file, from: segment.allocatedEnd, atLeast: segment.end + span))
        }
        if state.isPreparing { return .wait(until: nil) }
        state.isPreparing = true
        state.nextNumber += 1
        return .done(.rotate(to: state.nextNumber - 1))
    }

    /// Runs the one preparation under way and lets those who wait for it look again, however it ends.
    private func prepared(_ body: () throws(Failure) -> Void) throws(Failure) {
        defer {
            state.withLock { $0.isPreparing = false }
            state.wakeAll()
        }
        try body()
    }

    private func extend(
        _ segment: UInt64, _ file: any DiskFile, _ from: UInt64, _ atLeast: UInt64
    ) throws(Failure) {
        var until = min(max(atLeast, from + StoreLimits.allocationBytes), max(segmentBytes, atLeast))
        do throws(SystemCallFailure) {
            try file.allocate(from: from, count: until - from)
        } catch {
            // Not room for much, but perhaps for this one.
            until = atLeast
            try onDisk("reserving space for objects") { () throws(SystemCallFailure) in
                try file.allocate(from: from, count: until - from)
            }
        }
        state.withLock { $0.open[segment]?.allocatedEnd = until }
    }

    private func rotate(to number: UInt64) throws(Failure) {
        let name = name(number)
        let header = FileHeader(objects: number)
        let file = try onDisk("making \(name)") { () throws(SystemCallFailure) in
            let file = try disk.open(name, for: .create)
            do throws(SystemCallFailure) {
                try file.write(header.encoded(seed: seed), at: 0)
                try disk.synchronizeFolder(folder)
            } catch {
                try? disk.remove(name)
                throw error
            }
            return file
        }
        let start = UInt64(FileHeader.length)
        known.withLock { _ = $0.insert(number) }
        files.keep(file, for: number)
        state.withLock { state in
            state.open[number] = OpenSegment(number: number, file: file, end: start)
            state.active = number
        }
    }

    /// Enters a written entry; false when the segment's sync failed meanwhile and the entry must go elsewhere.
    private func complete(_ entry: PlacedEntry, _ slot: Slot) -> Bool {
        let (isGood, writeBack) = state.withLock { state -> (Bool, Range<UInt64>?) in
            guard let segment = state.open[slot.place.segment] else { return (false, nil) }
            segment.inFlight.removeAll { $0 == entry.offset }
            guard !segment.isFailed else { return (false, nil) }
            segment.entries.append(entry)
            let written = segment.writtenEnd
            guard written >= segment.writtenBack + StoreLimits.writeBackBytes else { return (true, nil) }
            defer { segment.writtenBack = written }
            return (true, segment.writtenBack..<written)
        }
        state.wakeAll()
        if let writeBack {
            // Only speed hangs on it.
            try? slot.file.startWriteBack(from: writeBack.lowerBound, count: UInt64(writeBack.count))
        }
        return isGood
    }

    /// Marks the space of a failed write, so that a search need not guess; if that fails too, the search copes.
    func abandon(_ slot: Slot, _ span: UInt64) {
        let header = EntryHeader.void(bodyLength: UInt32(span) - UInt32(EntryHeader.length))
        try? slot.file.write(header.encoded(at: slot.place, seed: seed), at: slot.place.offset)
        state.withLock { $0.open[slot.place.segment]?.inFlight.removeAll { $0 == slot.place.offset } }
        state.wakeAll()
    }
}
