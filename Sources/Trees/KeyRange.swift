/// Keys from a lower bound on, up to but without an upper one.
package struct KeyRange: Sendable {
    package static let all = KeyRange(from: [])

    package let lower: [UInt8]
    /// nil: to the end.
    package let upper: [UInt8]?

    package init(from lower: [UInt8], to upper: [UInt8]? = nil) {
        self.lower = lower
        self.upper = upper
    }

    /// The keys that begin with `prefix`.
    package init(prefix: [UInt8]) {
        // The first key behind them: the prefix without the bytes at its end that are at their greatest, one higher.
        var next = prefix
        while next.last == .max { next.removeLast() }
        if !next.isEmpty { next[next.count - 1] += 1 }
        self.init(from: prefix, to: next.isEmpty ? nil : next)
    }

    /// Whether the range ends before a key.
    func ends(before key: [UInt8]) -> Bool { upper.map { !key.lexicographicallyPrecedes($0) } ?? false }
}
