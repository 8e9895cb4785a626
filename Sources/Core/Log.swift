internal import Glibc
internal import Synchronization

/// How much a log line matters.
package enum LogLevel: UInt8, Sendable, Comparable, CaseIterable {
    case debug, info, warning, error

    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }

    package var text: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }
}

/// A bounded log that never makes its caller wait.
///
/// A line goes into a ring with one short try of a lock, and a thread of the log's own carries it to the sink. When
/// the ring is full, or the lock is taken for as long as a few tries, the line is dropped and counted; the count is
/// reported as a line of its own when there is room again. The caller's thread makes no system call: it does not wake
/// the writer, which looks by itself (`Limits.Logging.shortestPause` to `longestPause`).
package final class Log: Sendable {
    /// The process's log. Lines are kept from the first; they go out once `start` has been called.
    package static let shared = Log()

    /// Takes whole lines; false means they are lost. It may be slow: only the writer thread waits for it.
    package typealias Sink = @Sendable (_ lines: [UInt8]) -> Bool

    private struct Entry {
        let time: Timestamp
        let level: LogLevel
        let area: StaticString
        let message: String
    }

    private struct Ring {
        var entries: [Entry?]
        var first = 0
        var count = 0
    }

    private struct Writer {
        var isStarted = false
        var isAsked = false
        /// Passes over the ring that are complete, so that a flush can wait for one that began after it.
        var begun: UInt64 = 0
        var completed: UInt64 = 0
    }

    private let ring: Mutex<Ring>
    private let writer = Gate(Writer())
    private let dropped = Atomic<UInt64>(0)
    private let minimum: Atomic<UInt8>
    private let time: any TimeSource
    private let capacity: Int

    package init(
        capacity: Int = Limits.Logging.ringEntries, level: LogLevel = .info, time: any TimeSource = SystemTime()
    ) {
        ring = Mutex(Ring(entries: Array(repeating: nil, count: capacity)))
        minimum = Atomic(level.rawValue)
        self.time = time
        self.capacity = capacity
    }

    /// Lines below this level are not even made.
    package var level: LogLevel {
        get { LogLevel(rawValue: minimum.load(ordering: .relaxed)) ?? .info }
        set { minimum.store(newValue.rawValue, ordering: .relaxed) }
    }

    package static func debug(_ area: StaticString, _ message: @autoclosure () -> String) {
        shared.write(.debug, area, message())
    }
    package static func info(_ area: StaticString, _ message: @autoclosure () -> String) {
        shared.write(.info, area, message())
    }
    package static func warning(_ area: StaticString, _ message: @autoclosure () -> String) {
        shared.write(.warning, area, message())
    }
    package static func error(_ area: StaticString, _ message: @autoclosure () -> String) {
        shared.write(.error, area, message())
    }

    /// Enqueues a line or drops it; never waits.
    package func write(_ level: LogLevel, _ area: StaticString, _ message: @autoclosure () -> String) {
        guard level.rawValue >= minimum.load(ordering: .relaxed) else { return }
        let entry = Entry(time: time.wallClock, level: level, area: area, message: Self.bounded(message()))
        for _ in 0..<Limits.Logging.lockTries {
            let isKept = ring.withLockIfAvailable { ring -> Bool in
                guard ring.count < ring.entries.count else { return false }
                ring.entries[(ring.first + ring.count) % ring.entries.count] = entry
                ring.count += 1
                return true
            }
            if isKept == true { return }
            if isKept == false { break }
        }
        dropped.wrappingAdd(1, ordering: .relaxed)
    }

    /// Lines lost so far and not yet reported.
    package var unreportedDrops: UInt64 { dropped.load(ordering: .relaxed) }

    /// Starts the thread that carries lines to `sink`; only the first call counts.
    package func start(_ sink: @escaping Sink) {
        let isFirst = writer.withLock { writer -> Bool in
            defer { writer.isStarted = true }
            return !writer.isStarted
        }
        if isFirst { Threads.start("log") { [self] in run(sink) } }
    }

    /// Waits until every line written before the call reached the sink, at most until `deadline`; whether it did.
    ///
    /// For the way out and for tests: it blocks the calling thread.
    package func flush(deadline: Moment) -> Bool {
        var target: UInt64?
        writer.withLock { $0.isAsked = true }
        writer.wakeAll()
        return writer.wait { writer in
            guard writer.isStarted else { return .done(false) }
            // A pass under way may have looked at the ring before our line; the next one has not.
            let wanted = target ?? writer.begun + 1
            target = wanted
            if writer.completed >= wanted { return .done(true) }
            return SystemTime.monotonic() >= deadline ? .done(false) : .wait(until: deadline)
        }
    }

    /// Lines to a file descriptor, by default standard error; a write that fails loses its lines and no more.
    package static func descriptor(_ number: Int32 = 2) -> Sink {
        { lines in
            var done = 0
            while done < lines.count {
                let count = unsafe lines.withUnsafeBytes {
                    unsafe Glibc.write(number, $0.baseAddress! + done, lines.count - done)
                }
                if count > 0 { done += count } else if Errno.last != .interrupted { return false }
            }
            return true
        }
    }
}

// The writer's thread.
extension Log {
    private func run(_ sink: Sink) {
        var pause = Limits.Logging.shortestPause
        while true {
            writer.withLock { $0.begun += 1 }
            let hadLines = drain(to: sink)
            writer.withLock { $0.completed = $0.begun }
            writer.wakeAll()
            pause = hadLines ? Limits.Logging.shortestPause : min(pause * 2, Limits.Logging.longestPause)
            let wakeTime = SystemTime.monotonic() + pause
            writer.wait { writer in
                if writer.isAsked || SystemTime.monotonic() >= wakeTime {
                    writer.isAsked = false
                    return .done(())
                }
                return .wait(until: wakeTime)
            }
        }
    }

    /// Carries what the ring holds to the sink; whether there was anything.
    private func drain(to sink: Sink) -> Bool {
        var hadLines = false
        // As many rounds as a full ring needs: under a flood a pass still ends, and a flush with it.
        for _ in 0...(capacity / Limits.Logging.batch) {
            let entries = taken()
            let lost = dropped.exchange(0, ordering: .relaxed)
            if entries.isEmpty, lost == 0 { return hadLines }
            hadLines = true
            var lines = ByteWriter(reserving: entries.count * 100)
            for entry in entries { lines.append(Self.line(entry).utf8) }
            if lost > 0 {
                let report = Entry(time: time.wallClock, level: .warning, area: "log", message: "\(lost) lines dropped")
                lines.append(Self.line(report).utf8)
            }
            if !sink(lines.bytes) {
                // Told again with the next line that gets through: what was lost here, and before.
                dropped.wrappingAdd(lost + UInt64(entries.count), ordering: .relaxed)
                return false
            }
        }
        return hadLines
    }

    private func taken() -> [Entry] {
        var entries: [Entry] = []
        // Room is made before the lock: under it a caller would fail its tries, and waiting for it here would make
        // the caller's unlock a system call, so this side only tries as well.
        entries.reserveCapacity(Limits.Logging.batch)
        while true {
            let isDone = ring.withLockIfAvailable { ring -> Bool in
                while ring.count > 0, entries.count < Limits.Logging.batch {
                    if let entry = ring.entries[ring.first] { entries.append(entry) }
                    ring.entries[ring.first] = nil
                    ring.first = (ring.first + 1) % ring.entries.count
                    ring.count -= 1
                }
                return true
            }
            if isDone == true { return entries }
            sched_yield()
        }
    }

    /// `2026-01-02T03:04:05.678Z level area: message`, one line whatever the message holds.
    private static func line(_ entry: Entry) -> String {
        let milliseconds = "\(1000 + entry.time.nanoseconds / 1_000_000)".dropFirst()
        let head = "\(entry.time.text.dropLast()).\(milliseconds)Z \(entry.level.text) \(entry.area): "
        return head + TerminalText.safe(entry.message) + "\n"
    }

    private static func bounded(_ message: String) -> String {
        let limit = Limits.Logging.lineBytes
        guard message.utf8.count > limit else { return message }
        var end = message.utf8.index(message.startIndex, offsetBy: limit)
        while end.samePosition(in: message.unicodeScalars) == nil { end = message.utf8.index(before: end) }
        return message[..<end] + "…"
    }
}
