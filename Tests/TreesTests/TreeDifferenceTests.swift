import Testing
import Trees

/// What differs between two maps, against what differs between two dictionaries.
@Suite struct TreeDifferenceTests {
    private func difference(
        _ old: TreeMap, _ new: TreeMap, _ range: KeyRange = .all, in store: DictionaryNodeStore
    ) throws -> [TreeChange] {
        var changes: [TreeChange] = []
        try TreeMap.difference(from: old, to: new, of: range, in: store) { change in
            changes.append(change)
            return true
        }
        return changes
    }

    private func expect(
        _ changes: [TreeChange], _ old: [[UInt8]: [UInt8]], _ new: [[UInt8]: [UInt8]], _ comment: Comment
    ) {
        let keys = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }
        #expect(changes.map(\.key) == keys.sorted { $0.lexicographicallyPrecedes($1) }, comment)
        #expect(changes.allSatisfy { $0.old == old[$0.key] && $0.new == new[$0.key] }, comment)
    }

    @Test("it is that of two dictionaries, over all keys and over a range", arguments: 31...42 as ClosedRange<UInt64>)
    func random(seed: UInt64) throws {
        let store = DictionaryNodeStore()
        var random = SeededGenerator(state: seed)
        func some(_ count: Int) -> [[UInt8]: [UInt8]] {
            var model: [[UInt8]: [UInt8]] = [:]
            for _ in 0..<count {
                let record = Sample.record(&random, files: 200)
                model[record.key] = record.value
            }
            return model
        }
        let old = some([0, 1, 50, 3000][Int(seed % 4)])
        for edits in [0, 1, 30, 2000] {
            var new = old
            for (key, value) in some(edits) { new[key] = Int.random(in: 0..<2, using: &random) == 0 ? value : nil }
            for key in old.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }).shuffled(using: &random).prefix(edits)
            {
                new[key] = nil
            }
            let (one, other) = (try Sample.map(old, in: store), try Sample.map(new, in: store))
            let comment = Comment(rawValue: "\(edits) edits of seed \(seed)")
            expect(try difference(one, other, in: store), old, new, comment)
            expect(try difference(other, one, in: store), new, old, comment)
            let file = Sample.file(Int.random(in: 1...200, using: &random))
            for range in [
                KeyRange(prefix: RecordKey.encode(file)),
                KeyRange(from: RecordKey.encode(file), to: RecordKey.encode(Sample.file(150))),
            ] {
                func inside(_ model: [[UInt8]: [UInt8]]) -> [[UInt8]: [UInt8]] {
                    model.filter { key, _ in
                        !key.lexicographicallyPrecedes(range.lower)
                            && key.lexicographicallyPrecedes(range.upper ?? [0xff])
                    }
                }
                expect(try difference(one, other, range, in: store), inside(old), inside(new), comment)
            }
        }
    }

    @Test(
        "it looks at a few nodes for each change and level, and ends when its caller has enough", arguments: [0, 1, 10])
    func cost(count: Int) throws {
        let store = DictionaryNodeStore()
        var model: [[UInt8]: [UInt8]] = [:]
        for number in 0..<100_000 {
            model[RecordKey.key(of: Sample.file(number), .attributes)] = Sample.value("some value \(number)")
        }
        let old = try Sample.map(model, in: store)
        let edits = (0..<count).map { number in
            let key = RecordKey.key(of: Sample.file(number * 9973), .attributes)
            return TreeEdit(key: key, value: number % 3 == 0 ? nil : Sample.value("another"))
        }
        let new = try old.applying(edits, in: store)
        let depth = try store.load(try #require(old.root)).level + 1
        store.resetCounts()
        #expect(try difference(old, new, in: store).count == count)
        #expect(store.loads <= count * depth * 4)
        if count < 2 { return }
        store.resetCounts()
        var told = 0
        try TreeMap.difference(from: old, to: new, in: store) { _ in
            told += 1
            return told < 2
        }
        #expect(told == 2)
        #expect(store.loads <= 2 * depth * 4)
        // A range without a change in it costs its two ends.
        store.resetCounts()
        let quiet = KeyRange(from: RecordKey.encode(Sample.file(20_100)), to: RecordKey.encode(Sample.file(29_000)))
        #expect(try difference(old, new, quiet, in: store).isEmpty)
        #expect(store.loads <= 4 * depth)
    }
}
