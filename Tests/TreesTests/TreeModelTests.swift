import Core
import Testing
import Trees
import Volumes

/// Random series of batches on a map, and on a dictionary beside it.
@Suite struct TreeModelTests {
    private struct Pair {
        var map = TreeMap(root: nil, rule: Sample.rule)
        var model: [[UInt8]: [UInt8]] = [:]

        /// One batch: mostly puts, some of them of keys that are there, and some removals.
        static func edits(
            _ random: inout SeededGenerator, _ model: [[UInt8]: [UInt8]], count: Int, files: Int
        ) -> [[UInt8]: [UInt8]?] {
            var edits: [[UInt8]: [UInt8]?] = [:]
            for _ in 0..<count {
                let record = Sample.record(&random, files: files)
                edits.updateValue(Int.random(in: 0..<3, using: &random) == 0 ? nil : record.value, forKey: record.key)
            }
            for key in model.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }).prefix(count / 4)
            where Int.random(in: 0..<2, using: &random) == 0 {
                edits.updateValue(nil, forKey: key)
            }
            return edits
        }

        mutating func apply(_ edits: [[UInt8]: [UInt8]?], in store: some NodeStore) throws {
            map = try map.applying(Sample.sorted(edits), in: store)
            for (key, value) in edits { model[key] = value }
        }
    }

    private func range(_ random: inout SeededGenerator, _ model: [[UInt8]: [UInt8]]) -> KeyRange {
        let keys = model.keys.sorted { $0.lexicographicallyPrecedes($1) }
        let file = Sample.file(Int.random(in: 0...300, using: &random))
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return KeyRange(prefix: RecordKey.encode(file))
        case 1: return KeyRange(prefix: RecordKey.key(of: file, .child))
        case 2: return KeyRange(prefix: RecordKey.key(of: file, .backPointer))
        case 3: return KeyRange(from: RecordKey.encode(file))
        default:
            let bounds = [keys.randomElement(using: &random) ?? [], keys.randomElement(using: &random) ?? []]
                .sorted { $0.lexicographicallyPrecedes($1) }
            return KeyRange(from: bounds[0], to: bounds[1])
        }
    }

    @Test(
        "lookups, ranges, tallies and roots are those of a dictionary, after any series of batches",
        arguments: [11, 12, 13, 14, 15, 16, 17, 18] as [UInt64])
    func series(seed: UInt64) throws {
        let store = DictionaryNodeStore()
        var random = SeededGenerator(state: seed)
        var pair = Pair()
        for step in 0..<30 {
            let count = Int.random(in: 1...(step % 6 == 0 ? 1500 : 40), using: &random)
            try pair.apply(Pair.edits(&random, pair.model, count: count, files: 300), in: store)
            let comment = Comment(rawValue: "step \(step) of seed \(seed)")
            #expect(try pair.map.root == Sample.map(pair.model, in: store).root, comment)
            #expect(try pair.map.tally(in: store) == Sample.tally(pair.model), comment)
            for _ in 0..<20 {
                let key = Sample.record(&random, files: 300).key
                #expect(try pair.map.value(of: key, in: store) == pair.model[key], comment)
                let range = range(&random, pair.model)
                let expected = pair.model.filter { key, _ in
                    let isBelow = range.upper.map { key.lexicographicallyPrecedes($0) } ?? true
                    return !key.lexicographicallyPrecedes(range.lower) && isBelow
                }
                let found = try pair.map.contents(of: range, in: store)
                #expect(found.map(\.key) == expected.keys.sorted { $0.lexicographicallyPrecedes($1) }, comment)
                #expect(found.allSatisfy { expected[$0.key] == $0.value }, comment)
                #expect(try pair.map.tally(of: range, in: store) == Sample.tally(expected), comment)
            }
        }
    }

    @Test(
        "one by one, in batches or as a stream: the same records give the same root",
        arguments: [21, 22, 23] as [UInt64])
    func orders(seed: UInt64) throws {
        let store = DictionaryNodeStore()
        var random = SeededGenerator(state: seed)
        var model: [[UInt8]: [UInt8]] = [:]
        for _ in 0..<700 {
            let record = Sample.record(&random, files: 80)
            model[record.key] = record.value
        }
        let root = try Sample.map(model, in: store).root
        var map = TreeMap(root: nil, rule: Sample.rule)
        for key in model.keys.shuffled(using: &random) {
            map = try map.applying([TreeEdit(key: key, value: model[key])], in: store)
        }
        #expect(map.root == root, "one by one, seed \(seed)")
        var rest = model.keys.shuffled(using: &random)[...]
        map = TreeMap(root: nil, rule: Sample.rule)
        while !rest.isEmpty {
            let part = rest.prefix(Int.random(in: 1...90, using: &random))
            rest = rest.dropFirst(part.count)
            map = try map.applying(
                Sample.sorted(Dictionary(uniqueKeysWithValues: part.map { ($0, model[$0]) })), in: store)
        }
        #expect(map.root == root, "in batches, seed \(seed)")
        var builder = TreeBuilder(rule: Sample.rule)
        for edit in Sample.sorted(model.mapValues { $0 }) {
            try builder.append(TreeEntry(key: edit.key, value: edit.value ?? []), in: store)
        }
        #expect(try builder.finish(in: store) == root, "as a stream, seed \(seed)")
    }

    @Test("the tally of a range costs two nodes a level, however much lies in it")
    func tallyCost() throws {
        let store = DictionaryNodeStore()
        let directory = Sample.file(5)
        var model: [[UInt8]: [UInt8]] = [:]
        for number in 0..<60_000 {
            let kind = number % 3 == 0 ? FileKind.directory : .regular
            let child = Child(file: Sample.file(number), kind: kind)
            let key = RecordKey.child(Name("a name of some length \(number)"), of: directory)
            model[key] = Sample.value(RecordValue.encode(child))
        }
        let map = try Sample.map(model, in: store)
        let depth = try store.load(try #require(map.root)).level + 1
        store.resetCounts()
        let range = KeyRange(prefix: RecordKey.key(of: directory, .child))
        #expect(try map.tally(of: range, in: store).directories == 20_000)
        #expect(store.loads <= 2 * depth)
        store.resetCounts()
        let half = KeyRange(from: RecordKey.child(Name("a name of some length 3"), of: directory))
        let expected = model.keys.count { !$0.lexicographicallyPrecedes(half.lower) }
        #expect(try map.tally(of: half, in: store).records == UInt64(expected))
        #expect(store.loads <= 2 * depth)
    }
}
