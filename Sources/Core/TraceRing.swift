internal import Synchronization

/// One kind of traced operation; a target numbers its own, `static let read = TraceOperation(3, "Read")`.
package struct TraceOperation: Sendable, Hashable {
    /// Below `Limits.Trace.operationKinds`, and one number per name in one ring.
    package let index: UInt8
    package let name: String

    package init(_ index: UInt8, _ name: String) {
        precondition(Int(index) < Limits.Trace.operationKinds, "a ring counts \(Limits.Trace.operationKinds) kinds")
        self.index = index
        self.name = name
    }
}

/// What an operation was asked to do; zero stands for "not said".
package struct TraceDetail: Sendable, Hashable {
    package var node: UInt64
    package var handle: UInt64
    package var offset: UInt64
    package var length: UInt64

    package init(node: UInt64 = 0, handle: UInt64 = 0, offset: UInt64 = 0, length: UInt64 = 0) {
        self.node = node
        self.handle = handle
        self.offset = offset
        self.length = length
    }
}

/// What `enter` hands out and `exit` takes back, on whichever thread.
package struct TraceToken: Sendable {
    package let id: UInt64
    /// Place in the table of operations in flight, or -1 when the table was full.
    let place: Int32
    let operation: UInt8
    let begin: UInt64
    let detail: TraceDetail

    init(id: UInt64, place: Int32, operation: UInt8, begin: UInt64, detail: TraceDetail) {
        self.id = id
        self.place = place
        self.operation = operation
        self.begin = begin
        self.detail = detail
    }

    /// A token for a trace that keeps its own record of what goes with the number.
    package init(id: UInt64) { self.init(id: id, place: -1, operation: 0, begin: 0, detail: TraceDetail()) }
}

/// Records what was asked and how it ended in a fixed space, so that a stalled operation can be found.
///
/// An operation in flight stands in a table until its exit; a finished one goes into a ring that the newest
/// overwrite, and, when it took `Limits.Trace.slow` or longer, into a second ring that only other slow ones
/// overwrite. Entering and leaving take no lock and never wait: words are written with atomics, and a reader that
/// meets a record being written skips it. When the table is full, the operation is only counted (`untracked`).
package final class TraceRing: Sendable {
    private let area: String
    private let names: [String?]
    private let time: any TimeSource
    private let flights: AtomicRecords
    private let finished: AtomicRecords
    private let slow: AtomicRecords
    private let slowNanoseconds: Int64
    private let nextID = Atomic<UInt64>(1)
    private let untrackedCount = Atomic<UInt64>(0)

    package init(
        area: String, operations: [TraceOperation], entries: Int = Limits.Trace.finishedEntries,
        inFlight: Int = Limits.Trace.inFlightEntries, slow: Duration = Limits.Trace.slow,
        time: any TimeSource = SystemTime()
    ) {
        self.area = area
        var names = [String?](repeating: nil, count: Limits.Trace.operationKinds)
        for operation in operations { names[Int(operation.index)] = operation.name }
        self.names = names
        self.time = time
        flights = AtomicRecords(capacity: inFlight)
        finished = AtomicRecords(capacity: entries)
        self.slow = AtomicRecords(capacity: Limits.Trace.slowEntries)
        slowNanoseconds = slow.nanoseconds
    }

    /// Notes that an operation begins; exactly one `exit` must follow.
    package func enter(_ operation: TraceOperation, _ detail: TraceDetail = TraceDetail()) -> TraceToken {
        let begin = time.now.nanoseconds
        let id = nextID.wrappingAdd(1, ordering: .relaxed).oldValue
        let record = TraceRecord(
            id: id, operation: operation.index, begin: begin, duration: 0, errno: 0, detail: detail)
        let place = flights.claim(record, tries: Limits.Trace.placeTries)
        if place < 0 { untrackedCount.wrappingAdd(1, ordering: .relaxed) }
        return TraceToken(id: id, place: place, operation: operation.index, begin: begin, detail: detail)
    }

    /// Notes how it ended; a second exit of the same token in flight does nothing.
    package func exit(_ token: TraceToken, errno: Errno? = nil) {
        if token.place >= 0 {
            guard flights.release(token.place, id: token.id) else { return }
        }
        let duration = time.now.nanoseconds &- token.begin
        let record = TraceRecord(
            id: token.id, operation: token.operation, begin: token.begin, duration: duration,
            errno: errno?.rawValue ?? 0, detail: token.detail)
        finished.append(record)
        if Int64(clamping: duration) >= slowNanoseconds { slow.append(record) }
    }

    /// Operations that found the table full.
    package var untracked: UInt64 { untrackedCount.load(ordering: .relaxed) }

    /// What stands in the rings now; reading delays nobody.
    package func snapshot() -> TraceSnapshot {
        func entries(_ records: [TraceRecord]) -> [TraceEntry] {
            records.sorted { $0.id < $1.id }.map { TraceEntry($0, names[Int($0.operation)] ?? "?") }
        }
        return TraceSnapshot(
            area: area, moment: time.now, inFlight: entries(flights.records()),
            finished: entries(finished.records()), slow: entries(slow.records()), untracked: untracked)
    }
}
