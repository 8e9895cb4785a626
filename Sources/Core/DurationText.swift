/// Durations as options and settings write them: `500ms`, `30s`, `2m`, `1h30m`, `7d`.
package enum DurationText {
    private static let units: [(symbol: String, nanoseconds: Int64)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000),
    ]

    /// The duration, or nil: whole numbers, each with its unit, the greater unit first; a bare `0` is zero.
    package static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        var rest = text.utf8[...]
        var total: Int64 = 0
        var next = 0
        while !rest.isEmpty {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { !(0x30...0x39).contains($0) }
            rest = rest.dropFirst(letters.count)
            guard let number = Int64(String(Substring(digits))),
                let index = units[next...].firstIndex(where: { $0.symbol.utf8.elementsEqual(letters) })
            else { return nil }
            let (part, overflow) = number.multipliedReportingOverflow(by: units[index].nanoseconds)
            let (sum, overflowOfSum) = total.addingReportingOverflow(part)
            guard !overflow, !overflowOfSum else { return nil }
            total = sum
            next = index + 1
        }
        return next == 0 ? nil : .nanoseconds(total)
    }

    /// Exactly what `parse` reads, to the millisecond: `1h30m`, `2s500ms`, `0s`.
    package static func text(_ duration: Duration) -> String {
        var rest = max(0, duration.nanoseconds)
        var text = ""
        for unit in units where rest >= unit.nanoseconds {
            text += "\(rest / unit.nanoseconds)\(unit.symbol)"
            rest %= unit.nanoseconds
        }
        return text.isEmpty ? "0s" : text
    }

    /// One number for a log line or a table: `2.3ms`, `450us`, `12.0s`, `3m20s`.
    package static func brief(_ duration: Duration) -> String {
        let nanoseconds = max(0, duration.nanoseconds)
        switch nanoseconds {
        case ..<1_000_000: return "\(nanoseconds / 1000)us"
        case ..<1_000_000_000: return oneDecimal(nanoseconds, 1_000_000) + "ms"
        case ..<60_000_000_000: return oneDecimal(nanoseconds, 1_000_000_000) + "s"
        default: return text(.seconds(nanoseconds / 1_000_000_000))
        }
    }

    private static func oneDecimal(_ value: Int64, _ unit: Int64) -> String {
        "\(value / unit).\(value % unit * 10 / unit)"
    }
}
