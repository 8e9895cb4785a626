package import Core

/// How far a long piece of work is.
package struct ProgressState: Sendable, Equatable {
    /// What is being done, `Uploading`.
    package var label: String
    package var done: ByteCount
    /// All there is to do, when it is known.
    package var total: ByteCount?

    package init(_ label: String, done: ByteCount, of total: ByteCount? = nil) {
        self.label = label
        self.done = done
        self.total = total
    }

    /// `Uploading  1.2 GiB of 4.0 GiB (30%)  85.3 MiB/s  34s left`, cut to the width.
    package func line(bytesPerSecond: Double, width: Int) -> String {
        var parts: [String] = []
        if let total {
            // More done than announced happens when a file grows meanwhile: then the total is what is wrong.
            let whole = max(total, done)
            let percent = whole.bytes == 0 ? 100 : Int(Double(done.bytes) / Double(whole.bytes) * 100)
            parts.append("\(done) of \(whole) (\(percent)%)")
        } else {
            parts.append("\(done)")
        }
        if bytesPerSecond >= 1 {
            parts.append("\(ByteCount(UInt64(min(bytesPerSecond, 1e18))))/s")
            if let total, total > done {
                let seconds = Double(total.bytes - done.bytes) / bytesPerSecond
                // Beyond a few days the figure says nothing but "long".
                if seconds < 1e6 { parts.append("\(DurationText.text(.seconds(Int64(seconds.rounded(.up))))) left") }
            }
        }
        while parts.count > 1, label.count + parts.reduce(0, { $0 + $1.count + 2 }) > width { parts.removeLast() }
        return String(([label] + parts).joined(separator: "  ").prefix(width))
    }
}

/// Decides when progress is drawn and how fast the work is, from states and moments alone.
package struct ProgressMeter: Sendable {
    /// On a terminal: ten times a second is as often as an eye follows.
    private static let redraw: Duration = .milliseconds(100)
    /// Elsewhere: one line in five seconds, so that a log of an hour has 720.
    private static let interval: Duration = .seconds(5)
    /// Rate over this much time: long enough to be calm, short enough to notice a stall.
    private static let window: Duration = .seconds(10)

    private let isTerminal: Bool
    private let width: Int
    private var samples: [(moment: Moment, done: UInt64)] = []
    private var lastShown: Moment?
    private var isDrawn = false

    package init(isTerminal: Bool, width: Int) {
        self.isTerminal = isTerminal
        // A line that fills the last column makes some terminals wrap.
        self.width = width - 1
    }

    /// What to print now: nothing when it is too early.
    package mutating func show(_ state: ProgressState, at now: Moment) -> String {
        record(state.done.bytes, now)
        if let lastShown {
            guard now - lastShown >= (isTerminal ? Self.redraw : Self.interval) else { return "" }
        } else if !isTerminal {
            // Work that is done within the interval needs no line at all.
            lastShown = now
            return ""
        }
        lastShown = now
        let line = state.line(bytesPerSecond: rate, width: width)
        guard isTerminal else { return line + "\n" }
        isDrawn = true
        return "\r\(line)\u{1b}[K"
    }

    /// What to print so that no progress line stands where other text will.
    package mutating func clear() -> String {
        guard isDrawn else { return "" }
        isDrawn = false
        lastShown = nil
        return "\r\u{1b}[K"
    }

    /// Bytes a second over the window, 0 until there is something to compare.
    package var rate: Double {
        guard let first = samples.first, let last = samples.last, last.done > first.done else { return 0 }
        let seconds = (last.moment - first.moment).inSeconds
        return seconds > 0 ? Double(last.done - first.done) / seconds : 0
    }

    private mutating func record(_ done: UInt64, _ now: Moment) {
        // Work that begins anew, as after a retry, has no rate in common with what was before.
        if let last = samples.last, done < last.done { samples.removeAll() }
        // One sample a redraw interval bounds them to window / redraw.
        if samples.count > 1, now - samples[samples.count - 2].moment < Self.redraw { samples.removeLast() }
        samples.append((now, done))
        // The last sample before the window stays: it is where the window begins.
        while samples.count > 2, now - samples[1].moment >= Self.window { samples.removeFirst() }
    }
}
