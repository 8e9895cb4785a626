/// Values by key under a bound of weight, in two generations: what is used moves to the young one, and when that is
/// full the old one is dropped whole.
struct Generations<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private var youngWeight = 0
    private let limit: Int
    private let weight: @Sendable (Value) -> Int

    /// Keeps up to `limit` of what `weight` tells of each value, and half of that at least.
    init(limit: Int, weight: @escaping @Sendable (Value) -> Int) {
        self.limit = limit
        self.weight = weight
    }

    /// The value, which counts as used.
    mutating func use(_ key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old.removeValue(forKey: key) else { return nil }
        insert(value, for: key)
        return value
    }

    mutating func insert(_ value: Value, for key: Key) {
        guard young.updateValue(value, forKey: key) == nil else { return }
        youngWeight += weight(value)
        guard youngWeight > limit / 2 else { return }
        old = young
        young = [:]
        youngWeight = 0
    }
}
