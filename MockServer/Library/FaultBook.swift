internal import Core
internal import Synchronization

/// The rules by which requests go wrong, and how often each was met.
final class FaultBook: Sendable {
    struct Entry: Sendable {
        let rule: FaultRule
        var matches = 0
        var hits = 0
        var chance: SeededChance

        init(_ rule: FaultRule) {
            self.rule = rule
            chance = SeededChance(rule.seed)
        }
    }

    private let entries: Mutex<[Entry]>

    init(_ rules: [FaultRule]) { entries = Mutex(rules.map(Entry.init)) }

    var snapshot: [Entry] { entries.withLock { $0 } }

    func add(_ rules: [FaultRule]) { entries.withLock { $0 += rules.map(Entry.init) } }
    func clear() { entries.withLock { $0 = [] } }

    /// The first rule that this request falls under; every rule that matches counts it.
    func next(_ endpoint: Endpoint, path: String) -> FaultRule? {
        entries.withLock { entries in
            var found: FaultRule?
            for index in entries.indices where entries[index].rule.matches(endpoint, path: path) {
                let rule = entries[index].rule
                entries[index].matches += 1
                let place = entries[index].matches - rule.nth
                guard place >= 0, rule.count.map({ place < $0 }) ?? true, found == nil,
                    entries[index].chance.falls(rule.probability)
                else { continue }
                entries[index].hits += 1
                found = rule
            }
            return found
        }
    }
}

/// Chance that is the same in every run: SplitMix64.
struct SeededChance: Sendable {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func falls(_ probability: Double) -> Bool {
        if probability >= 1 { return true }
        state &+= 0x9e37_79b9_7f4a_7c15
        var number = state
        number = (number ^ number >> 30) &* 0xbf58_476d_1ce4_e5b9
        number = (number ^ number >> 27) &* 0x94d0_49bb_1331_11eb
        number ^= number >> 31
        return Double(number >> 11) / Double(1 << 53) < probability
    }
}
