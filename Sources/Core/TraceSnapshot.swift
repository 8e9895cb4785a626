/// One operation as a trace shows it.
package struct TraceEntry: Sendable, Equatable {
    package let id: UInt64
    package let operation: String
    package let begin: Moment
    /// How long it took, for one that has ended.
    package let duration: Duration
    package let errno: Errno?
    package let detail: TraceDetail

    init(_ record: TraceRecord, _ name: String) {
        id = record.id
        operation = name
        begin = Moment(nanoseconds: record.begin)
        duration = .nanoseconds(Int64(clamping: record.duration))
        errno = record.errno == 0 ? nil : Errno(rawValue: record.errno)
        detail = record.detail
    }

    /// `[FUSE] Read ENTER id=7 fh=123 off=4096 len=131072`: offset and length go together, zeros are left out.
    func enterLine(_ area: String) -> String {
        var text = "[\(area)] \(operation) ENTER id=\(id)"
        if detail.node != 0 { text += " ino=\(detail.node)" }
        if detail.handle != 0 { text += " fh=\(detail.handle)" }
        if detail.length != 0 || detail.offset != 0 { text += " off=\(detail.offset) len=\(detail.length)" }
        return text
    }

    /// `[FUSE] Read EXIT id=7 dur=2.3ms`, with `errno=5` when it failed.
    func exitLine(_ area: String) -> String {
        let text = "[\(area)] \(operation) EXIT id=\(id) dur=\(DurationText.brief(duration))"
        return errno.map { text + " errno=\($0.rawValue)" } ?? text
    }
}

/// A trace at one moment, each list in the order in which operations began.
package struct TraceSnapshot: Sendable {
    package let area: String
    package let moment: Moment
    package let inFlight: [TraceEntry]
    package let finished: [TraceEntry]
    /// The newest of those that took long, also when the ring of finished ones has long forgotten them.
    package let slow: [TraceEntry]
    package let untracked: UInt64

    /// What began at least `age` ago and has not ended.
    package func stalled(longerThan age: Duration) -> [TraceEntry] {
        inFlight.filter { moment - $0.begin >= age }
    }

    /// How many operations of each kind are in flight, the greatest number first.
    package var inFlightCounts: [(operation: String, count: Int)] {
        var counts: [String: Int] = [:]
        for entry in inFlight { counts[entry.operation, default: 0] += 1 }
        return counts.map { ($0.key, $0.value) }.sorted { ($1.count, $0.operation) < ($0.count, $1.operation) }
    }

    /// Every ENTER and EXIT in the order in which they happened; an ENTER without an EXIT is still in flight.
    package var lines: [String] {
        var timed: [(time: Moment, id: UInt64, step: Int, line: String)] = []
        for entry in finished {
            timed.append((entry.begin, entry.id, 0, entry.enterLine(area)))
            timed.append((entry.begin + entry.duration, entry.id, 1, entry.exitLine(area)))
        }
        for entry in inFlight { timed.append((entry.begin, entry.id, 0, entry.enterLine(area))) }
        return timed.sorted { ($0.time, $0.id, $0.step) < ($1.time, $1.id, $1.step) }.map(\.line)
    }

    /// The report of a stall: counts by type, then the operations in flight with their ages, the oldest first.
    package var stallReport: [String] {
        var lines = ["In-flight operation counts by type:"]
        lines += inFlightCounts.map { "  \($0.operation): \($0.count)" }
        if untracked > 0 { lines.append("  operations that found the table full, so far: \(untracked)") }
        lines += inFlight.map { "\($0.enterLine(area)) age=\(DurationText.brief(moment - $0.begin))" }
        return lines
    }
}
