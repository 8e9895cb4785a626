internal import Core

/// Bytes written to a file and not yet handed to the volume.
///
/// Runs lie on the content's grid: none crosses a cell, so that a full run can be sealed as the chunk it will be. A run
/// that is being sealed is in flight: it can be read, no longer changed; newer bytes over it wait as runs of their own.
struct WriteBuffer: Sendable {
    struct Run: Sendable {
        var offset: UInt64
        var bytes: [UInt8]
        /// When its first byte came.
        let since: Moment
        var end: UInt64 { offset + UInt64(bytes.count) }
        var range: Range<UInt64> { offset..<end }
        /// Whether nothing can be appended any more.
        var isFull: Bool { end.isMultiple(of: UInt64(Limits.Content.cell)) }
    }

    struct Flight: Sendable {
        let number: UInt64
        let run: Run
    }

    /// Ascending, never overlapping.
    private(set) var runs: [Run] = []
    private(set) var flights: [Flight] = []
    private var nextFlight: UInt64 = 0

    var isClean: Bool { runs.isEmpty && flights.isEmpty }
    var byteCount: Int { runs.reduce(0) { $0 + $1.bytes.count } + flights.reduce(0) { $0 + $1.run.bytes.count } }
    var oldest: Moment? { runs.map(\.since).min() }

    /// Takes bytes; returns how many more bytes are held than before.
    mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64, now: Moment) -> Int {
        var added = 0
        var start = 0
        while start < bytes.count {
            let position = offset + UInt64(start)
            let room = Limits.Content.cell - Int(position % UInt64(Limits.Content.cell))
            let count = min(room, bytes.count - start)
            added += unsafe writeInCell(
                UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]), at: position, now)
            start += count
        }
        return added
    }

    private mutating func writeInCell(_ bytes: UnsafeRawBufferPointer, at offset: UInt64, _ now: Moment) -> Int {
        let end = offset + UInt64(bytes.count)
        let before = runs.partitionPoint { $0.end >= offset }
        // The common case: the bytes continue a run, or overwrite inside it.
        if before < runs.count, runs[before].offset <= offset, sameCell(runs[before].offset, offset) {
            let next = before + 1 < runs.count ? runs[before + 1].offset : UInt64.max
            if end <= next || end <= runs[before].end { return unsafe patch(before, bytes, at: offset) }
        }
        return unsafe merge(bytes, at: offset, end: end, now)
    }

    private func sameCell(_ one: UInt64, _ other: UInt64) -> Bool {
        one / UInt64(Limits.Content.cell) == other / UInt64(Limits.Content.cell)
    }

    private mutating func patch(_ index: Int, _ bytes: UnsafeRawBufferPointer, at offset: UInt64) -> Int {
        let start = Int(offset - runs[index].offset)
        let held = runs[index].bytes.count
        let overlap = min(bytes.count, held - start)
        if overlap > 0 {
            unsafe runs[index].bytes.replaceSubrange(start..<start + overlap, with: bytes[..<overlap])
        }
        if overlap < bytes.count {
            // A stream of writes fills its cell: reserve it at once instead of growing by doubling.
            if held >= Limits.Content.inlineWrite { runs[index].bytes.reserveCapacity(Limits.Content.cell) }
            unsafe runs[index].bytes.append(contentsOf: bytes[overlap...])
        }
        return runs[index].bytes.count - held
    }

    /// Replaces every run the new bytes touch by one that holds them all.
    private mutating func merge(_ bytes: UnsafeRawBufferPointer, at offset: UInt64, end: UInt64, _ now: Moment) -> Int {
        let first = runs.partitionPoint { $0.end > offset }
        var last = first
        while last < runs.count, runs[last].offset < end { last += 1 }
        let touched = runs[first..<last]
        var merged = Run(offset: offset, bytes: [], since: touched.map(\.since).min() ?? now)
        if let head = touched.first, head.offset < offset {
            merged.offset = head.offset
            merged.bytes = Array(head.bytes[..<Int(offset - head.offset)])
        }
        unsafe merged.bytes.append(contentsOf: bytes)
        if let tail = touched.last, tail.end > end {
            merged.bytes.append(contentsOf: tail.bytes[Int(end - tail.offset)...])
        }
        let before = touched.reduce(0) { $0 + $1.bytes.count }
        runs.replaceSubrange(first..<last, with: [merged])
        return merged.bytes.count - before
    }

    /// Takes the runs that may go to the volume now: those that satisfy `wanted` and lie over nothing in flight.
    mutating func takeRuns(where wanted: (Run) -> Bool) -> [Run] {
        var taken: [Run] = []
        runs.removeAll { run in
            guard wanted(run), !flights.contains(where: { $0.run.range.overlaps(run.range) }) else { return false }
            taken.append(run)
            return true
        }
        return taken
    }

    /// Takes the runs that touch `range`, whatever is in flight.
    mutating func takeRuns(over range: Range<UInt64>) -> [Run] {
        let taken = runs.filter { $0.range.overlaps(range) }
        runs.removeAll { $0.range.overlaps(range) }
        return taken
    }

    /// Puts runs back that could not be handed over; nothing was written in between.
    mutating func putBack(_ returned: [Run]) {
        runs = (runs + returned).sorted { $0.offset < $1.offset }
    }

    mutating func launch(_ run: Run) -> Flight {
        nextFlight += 1
        let flight = Flight(number: nextFlight, run: run)
        flights.append(flight)
        return flight
    }

    mutating func land(_ number: UInt64) { flights.removeAll { $0.number == number } }

    /// Forgets what lies at and behind `size`; nothing is in flight. Returns how many bytes that were.
    mutating func cut(to size: UInt64) -> Int {
        let before = byteCount
        runs.removeAll { $0.offset >= size }
        if let last = runs.last, last.end > size { runs[runs.count - 1].bytes.removeLast(Int(last.end - size)) }
        return before - byteCount
    }

    /// What lies over `range`, oldest first: flights, then runs.
    func patches(over range: Range<UInt64>) -> [(offset: UInt64, bytes: ArraySlice<UInt8>)] {
        let all = flights.map(\.run) + runs
        return all.compactMap { run in
            let shared = run.range.clamped(to: range)
            guard !shared.isEmpty, run.range.overlaps(range) else { return nil }
            let start = Int(shared.lowerBound - run.offset)
            return (shared.lowerBound, run.bytes[start..<start + shared.count])
        }
    }
}
