internal import Core

/// At most so many calls in any window of time: a pure value that remembers when they began.
///
/// Exact, unlike a bucket that fills evenly, which lets twice its count through in one window; costs a moment per call.
struct TokenBucket {
    let count: Int
    let window: Duration
    /// When the last `count` calls were let through, the oldest first.
    private var taken: [Moment] = []

    init(count: Int, window: Duration) {
        self.count = max(1, count)
        self.window = window
    }

    /// When the next call may go: now or later.
    func earliest(at now: Moment) -> Moment {
        guard taken.count >= count, let oldest = taken.first else { return now }
        return max(now, oldest + window)
    }

    /// Takes back the turns that have not come yet.
    mutating func forget(after now: Moment) { taken.removeAll { $0 > now } }

    mutating func take(at moment: Moment) {
        if taken.count >= count { taken.removeFirst() }
        taken.append(moment)
    }
}
