internal import Glibc

/// A point on the monotonic clock, in nanoseconds from an arbitrary start.
package struct Moment: Hashable, Comparable, Sendable {
    package let nanoseconds: UInt64
    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    package static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }
    package static func + (left: Moment, right: Duration) -> Moment {
        Moment(nanoseconds: left.nanoseconds &+ UInt64(clamping: right.nanoseconds))
    }
    package static func - (left: Moment, right: Moment) -> Duration {
        .nanoseconds(Int64(clamping: left.nanoseconds) - Int64(clamping: right.nanoseconds))
    }
}

extension Duration {
    /// The whole length in nanoseconds, clamped to what fits.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds > 0 ? .max : .min }
        return product + attoseconds / 1_000_000_000
    }

    package var milliseconds: Double { Double(nanoseconds) / 1e6 }
    package var inSeconds: Double { Double(nanoseconds) / 1e9 }
}

/// A point in civil time: seconds and nanoseconds since 1970, as files carry it.
package struct Timestamp: Hashable, Comparable, Sendable {
    package let seconds: Int64
    package let nanoseconds: UInt32

    package init(seconds: Int64, nanoseconds: UInt32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// This moment and `duration` more.
    package func adding(_ duration: Duration) -> Timestamp {
        let total = Int64(nanoseconds) + duration.nanoseconds % 1_000_000_000
        let carry = total < 0 ? -1 : total / 1_000_000_000
        return Timestamp(
            seconds: seconds + duration.nanoseconds / 1_000_000_000 + carry,
            nanoseconds: UInt32(total - carry * 1_000_000_000))
    }

    /// RFC 3339 in UTC with whole seconds, for people and JSON.
    package var text: String {
        let days = seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0)
        let rest = Int((seconds % 86_400 + 86_400) % 86_400)
        let (year, month, day) = Self.civil(fromDays: days)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let yearText = String(repeating: "0", count: max(0, 4 - "\(year)".count)) + "\(year)"
        return "\(yearText)-\(two(month))-\(two(day))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
    }

    /// The Gregorian date of a day number, by eras of 400 years (exact for every day, no table).
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        let month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

/// The clocks a component may read; everything that waits or stamps takes one, so that tests own time.
package protocol TimeSource: Sendable {
    var now: Moment { get }
    var wallClock: Timestamp { get }
    /// Runs `body` once, on a thread of the clock's own, when `delay` has passed, unless cancelled before.
    func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> ScheduledCall
}

/// The machine's clocks.
package struct SystemTime: TimeSource {
    package init() {}

    package var now: Moment { Self.monotonic() }

    package static func monotonic() -> Moment {
        var value = timespec()
        unsafe _ = clock_gettime(CLOCK_MONOTONIC, &value)
        return Moment(nanoseconds: UInt64(value.tv_sec) * 1_000_000_000 + UInt64(value.tv_nsec))
    }

    package var wallClock: Timestamp {
        var value = timespec()
        unsafe _ = clock_gettime(CLOCK_REALTIME, &value)
        return Timestamp(seconds: Int64(value.tv_sec), nanoseconds: UInt32(value.tv_nsec))
    }

    package func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> ScheduledCall {
        AlarmThread.shared.schedule(at: now + delay, body)
    }
}
