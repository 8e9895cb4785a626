/// "Did you mean": the known word nearest to a mistyped one.
enum Suggestion {
    /// The candidate within two edits of `word`, or that it begins or that begins it; the nearest, then the first.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let typed = Array(word.utf8)
        guard !typed.isEmpty else { return nil }
        var best: (distance: Int, candidate: String)?
        for candidate in candidates {
            let known = Array(candidate.utf8)
            var distance = editDistance(typed, known)
            // Two edits turn any two-letter word into any other, so the allowance grows with the word.
            let isNear = distance <= min(2, max(1, known.count / 2))
            let isPrefix = typed.count >= 2 && (known.starts(with: typed) || typed.starts(with: known))
            guard isNear || isPrefix else { continue }
            // Who types a beginning means it: only a single slip is nearer.
            if isPrefix { distance = min(distance, 1) }
            if distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        return best?.candidate
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
    static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                var cost = last[column] + (left[row] == right[column] ? 0 : 1)
                cost = min(cost, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, before[column - 1] + 1)
                }
                current.append(cost)
            }
            before = last
            last = current
        }
        return last[right.count]
    }
}
