internal import Core

/// Bytes written to a file and not yet handed to the volume.
///
/// They lie in runs. Runs without a gap between them are a *span*: a stream, as far as anybody can tell, from whose front
/// chunks are cut. A run that is being sealed is in flight: it can be read, no longer changed; newer bytes over it wait
/// as runs of their own.
struct WriteBuffer: Sendable {
    struct Flight: Sendable {
        let number: UInt64
        let run: WrittenRun
    }

    /// Which bytes go.
    enum Due {
        /// Only what is enough for the longest chunk.
        case full
        /// That, and what has waited for `Limits.Session.handOver` at this moment.
        case old(Moment)
        case all
    }

    /// Ascending, never overlapping.
    private(set) var runs: [WrittenRun] = []
    private(set) var flights: [Flight] = []
    private var nextFlight: UInt64 = 0

    var isClean: Bool { runs.isEmpty && flights.isEmpty }

    // MARK: Writing and reading

    /// Takes bytes; returns how many more bytes are held than before.
    mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64, now: Moment) -> Int {
        var added = 0
        var start = 0
        while start < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
            let (count, isNew) = unsafe writeFirst(of: rest, at: offset + UInt64(start), now)
            start += count
            if isNew { added += count }
        }
        return added
    }

    /// Takes as many of the bytes as go to one run: over what it holds, or to its end.
    private mutating func writeFirst(
        of bytes: UnsafeRawBufferPointer, at offset: UInt64, _ now: Moment
    ) -> (count: Int, isNew: Bool) {
        let index = runs.partitionPoint { $0.end > offset }
        let start = index < runs.count ? runs[index].offset : .max
        if start <= offset {
            let count = min(bytes.count, Int(runs[index].end - offset))
            unsafe runs[index].overwrite(at: offset, with: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            return (count, false)
        }
        let continues = index > 0 && runs[index - 1].end == offset && runs[index - 1].room > 0
        let run = continues ? index - 1 : index
        if !continues { runs.insert(WrittenRun(offset: offset), at: index) }
        let gap = Int(min(UInt64(bytes.count), start - offset))
        let count = min(gap, runs[run].room)
        unsafe runs[run].append(UnsafeRawBufferPointer(rebasing: bytes[..<count]), now: now)
        return (count, true)
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

    // MARK: Handing over

    /// Takes what is due, cut into chunks; what lies over something in flight waits for its landing.
    ///
    /// `chunkLength` tells the length of the first chunk of bytes, as `Volume` does. A span that is due goes to its end,
    /// the last piece as long as it happens to be, unless what is left of it is not due any more.
    mutating func takeChunks(_ due: Due, chunkLength: ([UInt8]) -> Int) -> [WrittenRun] {
        var taken: [WrittenRun] = []
        var index = 0
        while index < runs.count {
            let end = endOfSpan(from: index)
            if isDue(runs[index..<end], due), let chunk = takeChunk(at: index, end, chunkLength) {
                taken.append(chunk)
            } else {
                index = end
            }
        }
        return taken
    }

    /// The index behind the last run of the span that begins with this one.
    private func endOfSpan(from index: Int) -> Int {
        var end = index + 1
        while end < runs.count, runs[end].offset == runs[end - 1].end { end += 1 }
        return end
    }

    private func isDue(_ span: ArraySlice<WrittenRun>, _ due: Due) -> Bool {
        if span.reduce(0, { $0 + $1.bytes.count }) >= Limits.Content.chunkGreatest { return true }
        switch due {
        case .full: return false
        case .old(let now): return span.contains { $0.since + Limits.Session.handOver <= now }
        case .all: return true
        }
    }

    /// Takes the first chunk of a span; nil when something in flight lies under it.
    private mutating func takeChunk(at index: Int, _ end: Int, _ chunkLength: ([UInt8]) -> Int) -> WrittenRun? {
        let span = runs[index].offset..<runs[end - 1].end
        let window = span.lowerBound..<span.lowerBound + UInt64(min(span.count, Limits.Content.chunkGreatest))
        if flights.contains(where: { $0.run.range.overlaps(window) }) { return nil }
        gather(window.count, at: index)
        let length =
            window.count <= Limits.Content.chunkLeast ? window.count : chunkLength(runs[index].bytes)
        return length < runs[index].bytes.count ? runs[index].takeFirst(length) : runs.remove(at: index)
    }

    /// Makes the run hold `count` bytes at least, out of those that follow it in its span.
    private mutating func gather(_ count: Int, at index: Int) {
        while runs[index].bytes.count < count {
            let missing = count - runs[index].bytes.count
            let next = runs[index + 1].bytes.count > missing
            if next {
                let part = runs[index + 1].takeFirst(missing)
                runs[index].append(part)
            } else {
                runs[index].append(runs.remove(at: index + 1))
            }
        }
    }

    /// Takes all runs, whatever is in flight.
    mutating func takeAll() -> [WrittenRun] {
        defer { runs = [] }
        return runs
    }

    /// Takes the runs that touch `range`, whatever is in flight.
    mutating func takeRuns(over range: Range<UInt64>) -> [WrittenRun] {
        let taken = runs.filter { $0.range.overlaps(range) }
        runs.removeAll { $0.range.overlaps(range) }
        return taken
    }

    /// Puts runs back that could not be handed over; nothing was written in between.
    mutating func putBack(_ returned: [WrittenRun]) {
        runs = (runs + returned).sorted { $0.offset < $1.offset }
    }

    mutating func launch(_ run: WrittenRun) -> Flight {
        nextFlight += 1
        let flight = Flight(number: nextFlight, run: run)
        flights.append(flight)
        return flight
    }

    mutating func land(_ number: UInt64) { flights.removeAll { $0.number == number } }
}
