import Core

/// What one process measured: lines for people, or one line of JSON.
struct Figures {
    let phase: String
    private var members: [JSON.Member] = []
    private var lines: [String] = []

    init(_ phase: String) { self.phase = phase }

    mutating func note(_ key: String, _ value: Double, _ unit: String, goal: Double? = nil) {
        members.append(JSON.Member(key, .number(value)))
        var line = "\(phase): \(key) \(Self.text(value)) \(unit)"
        if let goal {
            line += value <= goal ? " (goal \(Self.text(goal)))" : " (MISSES the goal of \(Self.text(goal)))"
        }
        lines.append(line)
    }

    /// Median and maximum.
    mutating func note(_ key: String, _ values: [Double], _ unit: String, goal: Double? = nil) {
        let sorted = values.sorted()
        note("\(key)_median", sorted[sorted.count / 2], unit, goal: goal)
        note("\(key)_max", sorted[sorted.count - 1], unit)
    }

    func report(asJSON: Bool) {
        if asJSON {
            print(JSON.object([JSON.Member("phase", .string(phase))] + members).text(.compact))
        } else {
            for line in lines { print(line) }
        }
    }

    private static func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
