import Core
import Testing
import Trees
import Volumes

@Suite struct TreeMapTests {
    private let rule = Sample.rule

    func key(_ number: Int) -> [UInt8] { [UInt8](bigEndian: UInt32(number)) + Array("name-\(number)".utf8) }
    func value(_ number: Int, _ generation: Int = 0) -> [UInt8] {
        Sample.value(Array("value \(number) \(generation) ".utf8) + [UInt8](repeating: 7, count: number % 90))
    }

    @Test("any order of batches gives the tree that building from nothing gives", arguments: [1, 2, 3, 4, 5, 6])
    func canonical(seed: UInt64) throws {
        let store = DictionaryNodeStore()
        var random = SeededGenerator(state: seed)
        var model: [[UInt8]: [UInt8]] = [:]
        var map = TreeMap(root: nil, rule: rule)
        for step in 0..<60 {
            var edits: [[UInt8]: [UInt8]?] = [:]
            let range = step % 7 == 0 ? 3000 : 300
            for _ in 0..<Int.random(in: 1...(step % 5 == 0 ? 800 : 20), using: &random) {
                let number = Int.random(in: 0..<range, using: &random)
                let removes = Int.random(in: 0..<3, using: &random) == 0 || step % 11 == 10
                edits.updateValue(removes ? nil : value(number, step), forKey: key(number))
            }
            for (key, value) in edits { model[key] = value }
            map = try map.applying(Sample.sorted(edits), in: store)
            #expect(try Sample.map(model, in: store).root == map.root, "step \(step) of seed \(seed)")
        }
        let entries = try map.contents(in: store)
        #expect(entries.map(\.key) == model.keys.sorted { $0.lexicographicallyPrecedes($1) })
        #expect(entries.allSatisfy { model[$0.key] == $0.value })
    }

    @Test("a stream of entries gives the tree that editing gives", arguments: [0, 1, 2, 40, 700, 20_000])
    func streamed(count: Int) throws {
        let store = DictionaryNodeStore()
        let model = Dictionary(uniqueKeysWithValues: (0..<count).map { (key($0), value($0)) })
        var builder = TreeBuilder(rule: rule)
        for key in model.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            try builder.append(TreeEntry(key: key, value: model[key] ?? []), in: store)
        }
        let root = try builder.finish(in: store)
        // Saved by the builder alone: all that is reached is there, and nothing was saved twice.
        let saves = store.saves
        #expect(try TreeMap(root: root, rule: rule).contents(in: store).count == count)
        #expect(try Sample.map(model, in: DictionaryNodeStore()).root == root)
        var (nodes, links) = (0, root.map { [$0] } ?? [])
        while let link = links.popLast() {
            let node = try store.load(link)
            nodes += 1
            if node.level > 0 { links += node.entries.map(\.link) }
        }
        #expect(nodes == saves)
    }

    @Test("removing everything, one by one or at once, leaves the empty map", arguments: [1, 50, 2000])
    func emptied(count: Int) throws {
        let store = DictionaryNodeStore()
        let model = Dictionary(uniqueKeysWithValues: (0..<count).map { (key($0), value($0)) })
        let full = try Sample.map(model, in: store)
        let removals = (0..<count).map { TreeEdit(key: key($0), value: nil) }
        #expect(try full.applying(removals, in: store).root == nil)
        var map = full
        for removal in removals.reversed() { map = try map.applying([removal], in: store) }
        #expect(map.root == nil)
    }

    @Test("one change among a hundred thousand records touches a node per level")
    func changeIsLocal() throws {
        let store = DictionaryNodeStore()
        let model = Dictionary(uniqueKeysWithValues: (0..<100_000).map { (key($0), value($0)) })
        let map = try Sample.map(model, in: store)
        store.resetCounts()
        _ = try map.applying([TreeEdit(key: key(54_321), value: value(1, 1))], in: store)
        #expect(store.saves <= 4)
        #expect(store.loads <= 12)
        store.resetCounts()
        #expect(try map.value(of: key(77_777), in: store) == value(77_777))
        #expect(store.loads <= 4)
        #expect(try map.value(of: key(100_001), in: store) == nil)
    }

    @Test("a change back to what was gives back the old root")
    func changeBack() throws {
        let store = DictionaryNodeStore()
        let map = try Sample.map(
            Dictionary(uniqueKeysWithValues: (0..<5000).map { (key($0), value($0)) }), in: store)
        let changed = try map.applying([TreeEdit(key: key(9), value: value(1))], in: store)
        #expect(changed.root != map.root)
        #expect(try changed.applying([TreeEdit(key: key(9), value: value(9))], in: store).root == map.root)
        #expect(try map.applying([TreeEdit(key: [0xff], value: nil)], in: store).root == map.root)
    }

    @Test("a scan begins at the first key that is not below its start")
    func scanStart() throws {
        let store = DictionaryNodeStore()
        let map = try Sample.map(
            Dictionary(uniqueKeysWithValues: (0..<3000).map { (key($0 * 2), value($0)) }), in: store)
        for start in [0, 1, 2, 999, 1000, 5998] {
            var first: [UInt8]?
            try map.scan(from: key(start), in: store) { entry in
                first = entry.key
                return false
            }
            #expect(first == key((start + 1) / 2 * 2))
        }
    }

    /// The figures are from a few lines of Python, written from `docs/format.md` alone.
    @Test("nodes end where the format says, on each level")
    func cuts() throws {
        let store = DictionaryNodeStore()
        var builder = TreeBuilder(rule: rule)
        for number in 0..<60_000 {
            let value = Sample.value([UInt8](repeating: 1, count: number % 200))
            let key = RecordKey.key(of: Sample.file(number), .attributes)
            try builder.append(TreeEntry(key: key, value: value), in: store)
        }
        var links = [try #require(try builder.finish(in: store))]
        var levels: [[Int]] = []
        while !links.isEmpty {
            let nodes = try links.map { try store.load($0) }
            let ends = nodes.compactMap { $0.entries.last?.key }.compactMap { RecordKey.parse($0)?.file.counter }
            levels.append(ends.map { Int($0) })
            links = nodes.flatMap { node in node.level > 0 ? node.entries.map(\.link) : [] }
        }
        #expect(levels.map(\.count) == [1, 3, 497])
        #expect(levels[0] == [59_999])
        #expect(levels[1] == [13_880, 33_229, 59_999])
        #expect(Array(levels[2].prefix(3)) == [121, 146, 214])
        #expect(levels[2].reduce(0, +) == 14_754_135)
    }

    @Test("other cut keys give other nodes and the same contents")
    func keyedCuts() throws {
        let store = DictionaryNodeStore()
        let edits = (0..<3000).map { TreeEdit(key: key($0), value: value($0)) }
        let one = try TreeMap(root: nil, rule: rule).applying(edits, in: store)
        let other = try TreeMap(root: nil, rule: CutRule(key: Array(1...16))).applying(edits, in: store)
        #expect(one.root != other.root)
        #expect(try one.contents(in: store) == other.contents(in: store))
    }
}
