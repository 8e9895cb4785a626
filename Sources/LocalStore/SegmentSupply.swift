internal import Core

/// A journal segment that is zero-filled, durable under its name, and waits for blocks.
struct PreparedSegment {
    let number: UInt64
    let file: any DiskFile
    let salt: [UInt8]
}

/// Prepares journal segments ahead of their use, from files that served before where there are some.
///
/// A sync of blocks into a pre-written file writes no metadata, which halves its cost; and a full disk shows when a
/// segment is prepared, while the one before still has room.
final class SegmentSupply: Sendable {
    private struct State {
        var ready: PreparedSegment?
        var isPreparing = false
        var spares: [UInt64]
        var nextNumber: UInt64
    }

    /// For whoever works on with these segments too.
    let space: SpaceGuard
    private let disk: any Disk
    private let seed: UInt64
    private let segmentBytes: Int
    private let state: Gate<State>

    init(
        disk: any Disk, space: SpaceGuard, seed: UInt64, segmentBytes: Int, spares: [UInt64], nextNumber: UInt64
    ) {
        self.disk = disk
        self.space = space
        self.seed = seed
        self.segmentBytes = segmentBytes
        state = Gate(State(spares: spares, nextNumber: nextNumber))
    }

    /// Begins to prepare a segment on a thread of its own, unless one is ready or under way.
    func prepareAhead() {
        let begins = state.withLock { state -> Bool in
            guard state.ready == nil, !state.isPreparing else { return false }
            state.isPreparing = true
            return true
        }
        guard begins else { return }
        Threads.start("journal-ahead") { [self] in
            // A failure shows again, and is reported, when the segment is needed.
            let segment = try? prepare()
            finish(segment)
        }
    }

    /// A segment to write to; waits for one under way, else prepares it here, if need be on the reserve.
    func take() throws(Failure) -> PreparedSegment {
        let ready = state.wait { state -> Gate<State>.Verdict<PreparedSegment?> in
            if let ready = state.ready {
                state.ready = nil
                return .done(ready)
            }
            if state.isPreparing { return .wait(until: nil) }
            state.isPreparing = true
            return .done(nil)
        }
        if let ready { return ready }
        defer { finish(nil) }
        return try space.lending { () throws(Failure) in try prepare() }
    }

    private func finish(_ segment: PreparedSegment?) {
        state.withLock { state in
            state.isPreparing = false
            if let segment { state.ready = segment }
        }
        state.wakeAll()
    }

    private func prepare() throws(Failure) -> PreparedSegment {
        let (number, spare) = state.withLock { state in
            state.nextNumber += 1
            return (state.nextNumber - 1, state.spares.popLast())
        }
        let name = SegmentName.journal(number)
        let salt = StoreKeys.freshSalt()
        let header = FileHeader(kind: .journal, number: number, salt: salt).encoded(seed: seed)
        return try onDisk("preparing \(name)") { () throws(SystemCallFailure) in
            do throws(SystemCallFailure) {
                if let spare { try disk.rename(SegmentName.spare(spare), to: name) }
                let file = try disk.open(name, for: spare == nil ? .create : .write)
                try fill(file)
                try file.write(header, at: 0)
                try file.synchronizeData()
                try disk.synchronizeFolder("journal")
                return PreparedSegment(number: number, file: file, salt: salt)
            } catch {
                // A half-made file would only take space from a disk that may be full.
                try? disk.remove(name)
                throw error
            }
        }
    }

    private func fill(_ file: any DiskFile) throws(SystemCallFailure) { try Self.fill(file, segmentBytes) }

    private static func fill(_ file: any DiskFile, _ segmentBytes: Int) throws(SystemCallFailure) {
        var offset = try file.size()
        let end = UInt64(segmentBytes)
        guard offset < end else { return }
        try file.allocate(from: offset, count: end - offset)
        let zeros = [UInt8](repeating: 0, count: min(segmentBytes, StoreLimits.scanBytes))
        while offset < end {
            let count = min(UInt64(zeros.count), end - offset)
            try file.write(count == zeros.count ? zeros : Array(zeros.prefix(Int(count))), at: offset)
            offset += count
        }
    }

    /// Takes back a segment whose records are all forgotten. Lost in a crash, this is made up for at the next open.
    func retire(_ number: UInt64) {
        let keeps = state.withLock { $0.spares.count < StoreLimits.spareSegments }
        do throws(SystemCallFailure) {
            if keeps {
                try disk.rename(SegmentName.journal(number), to: SegmentName.spare(number))
                state.withLock { $0.spares.append(number) }
            } else {
                try disk.remove(SegmentName.journal(number))
            }
        } catch {
            // The file stays as it is: its records are before the checkpoint, so nobody reads them.
        }
    }

    /// Waits for what is under way and takes an unused segment back.
    func close() {
        let unused = state.wait { state -> Gate<State>.Verdict<PreparedSegment?> in
            if state.isPreparing { return .wait(until: nil) }
            defer { state.ready = nil }
            return .done(state.ready)
        }
        if let unused { retire(unused.number) }
    }

    /// Leaves a first spare segment in a new store.
    static func makeSpare(_ disk: any Disk, segmentBytes: Int) throws(SystemCallFailure) {
        let name = SegmentName.spare(1)
        do throws(SystemCallFailure) { try disk.remove(name) } catch { if error.errno != .noEntry { throw error } }
        let file = try disk.open(name, for: .create)
        try fill(file, segmentBytes)
        try file.synchronizeData()
        try disk.synchronizeFolder("journal")
    }
}
