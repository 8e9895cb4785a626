internal import Core

/// Bytes written to one place of a file, without a gap.
struct WrittenRun: Sendable {
    /// The most a run holds: twice the longest chunk. A stream's run is cut as soon as it could be a chunk, and one large
    /// write more fits in; what is cut off moves the rest to the front, so there must not be more of it.
    static let mostBytes = 2 * Limits.Content.chunkGreatest
    /// How exactly a run knows when its bytes came: in the seconds that they wait this makes some twenty notes.
    private static let arrivalStep = Duration.milliseconds(100)

    private(set) var offset: UInt64
    private(set) var bytes: [UInt8] = []
    /// From which byte on bytes came when, ascending by byte.
    private var arrivals: [(start: Int, moment: Moment)] = []

    init(offset: UInt64) { self.offset = offset }

    var end: UInt64 { offset + UInt64(bytes.count) }
    var range: Range<UInt64> { offset..<end }
    var room: Int { Self.mostBytes - bytes.count }
    /// When the first of its bytes came; of bytes written over others, when those came.
    var since: Moment { arrivals.map(\.moment).min() ?? Moment(nanoseconds: .max) }

    /// Puts bytes at the end, no more than there is room for.
    mutating func append(_ new: UnsafeRawBufferPointer, now: Moment) {
        precondition(new.count <= room, "a run is bounded")
        // A stream fills this: reserve it at once instead of growing by doubling.
        if bytes.count >= Limits.Content.inlineWrite { bytes.reserveCapacity(Limits.Content.chunkGreatest) }
        if let last = arrivals.last, last.moment <= now, now - last.moment < Self.arrivalStep {
            unsafe bytes.append(contentsOf: new)
        } else {
            arrivals.append((bytes.count, now))
            unsafe bytes.append(contentsOf: new)
        }
    }

    /// Replaces bytes from `place` on, which the run holds.
    mutating func overwrite(at place: UInt64, with new: UnsafeRawBufferPointer) {
        let start = Int(place - offset)
        unsafe bytes.withUnsafeMutableBytes { held in
            unsafe UnsafeMutableRawBufferPointer(rebasing: held[start..<start + new.count]).copyMemory(from: new)
        }
    }

    /// Takes the first bytes off; at least one stays.
    mutating func takeFirst(_ count: Int) -> WrittenRun {
        precondition(count > 0 && count < bytes.count, "both parts hold something")
        var first = WrittenRun(offset: offset)
        first.bytes = Array(bytes[..<count])
        first.arrivals = arrivals.filter { $0.start < count }
        bytes.removeFirst(count)
        offset += UInt64(count)
        let current = arrivals.last { $0.start <= count }?.moment
        arrivals = arrivals.filter { $0.start > count }.map { ($0.start - count, $0.moment) }
        if let current { arrivals.insert((0, current), at: 0) }
        return first
    }

    /// Puts the bytes of the run that follows at the end.
    mutating func append(_ next: WrittenRun) {
        precondition(next.offset == end && next.bytes.count <= room, "runs that are joined touch, and fit")
        arrivals += next.arrivals.map { ($0.start + bytes.count, $0.moment) }
        bytes += next.bytes
    }
}
