import Core
import Synchronization
import Testing
import Trees
import Volumes

/// Nodes in a dictionary, named by a hash of their bytes that is good enough for a test.
final class DictionaryNodeStore: NodeStore {
    private let state = Mutex<(nodes: [[UInt8]: [UInt8]], loads: Int, saves: Int)>(([:], 0, 0))

    var loads: Int { state.withLock { $0.loads } }
    var saves: Int { state.withLock { $0.saves } }

    func resetCounts() {
        state.withLock { state in
            state.loads = 0
            state.saves = 0
        }
    }

    func load(_ link: NodeLink) throws(VolumeError) -> TreeNode {
        let body = state.withLock { state -> [UInt8]? in
            state.loads += 1
            return state.nodes[link]
        }
        guard let body, let node = try? TreeNode(decoding: body) else {
            throw .failed(Failure(.notFound, "no such node"))
        }
        return node
    }

    func save(_ node: TreeNode) throws(VolumeError) -> NodeLink {
        let body = node.encoded()
        var low: UInt64 = 0xcbf2_9ce4_8422_2325
        var high: UInt64 = 0x9e37_79b9_7f4a_7c15
        for byte in body {
            low = (low ^ UInt64(byte)) &* 0x100_0000_01b3
            high = (high &+ UInt64(byte)) &* 0xff51_afd7_ed55_8ccd
            high ^= high >> 29
        }
        let link = [UInt8](bigEndian: low) + [UInt8](bigEndian: high)
        state.withLock { state in
            state.saves += 1
            state.nodes[link] = body
        }
        return link
    }
}

struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
}

@Suite struct TreeMapTests {
    let rule = CutRule(key: Array(0..<16))

    func key(_ number: Int) -> [UInt8] { [UInt8](bigEndian: UInt32(number)) + Array("name-\(number)".utf8) }
    func value(_ number: Int, _ generation: Int = 0) -> [UInt8] {
        Array("value \(number) \(generation) ".utf8) + [UInt8](repeating: 7, count: number % 90)
    }

    func contents(_ map: TreeMap, _ store: DictionaryNodeStore) throws -> [TreeEntry] {
        var entries: [TreeEntry] = []
        try map.scan(from: [], in: store) { entry in
            entries.append(entry)
            return true
        }
        return entries
    }

    func build(_ dictionary: [[UInt8]: [UInt8]], _ store: DictionaryNodeStore) throws -> TreeMap {
        let edits = dictionary.map { TreeEdit(key: $0.key, value: $0.value) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        return try TreeMap(root: nil, rule: rule).applying(edits, in: store)
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
            let sorted = edits.map { TreeEdit(key: $0.key, value: $0.value) }
                .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            map = try map.applying(sorted, in: store)
            #expect(map.root == (try build(model, store)).root, "step \(step) of seed \(seed)")
        }
        let entries = try contents(map, store)
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
        #expect(try contents(TreeMap(root: root, rule: rule), store).count == count)
        #expect(try build(model, DictionaryNodeStore()).root == root)
        var (nodes, links) = (0, root.map { [$0] } ?? [])
        while let link = links.popLast() {
            let node = try store.load(link)
            nodes += 1
            if node.level > 0 { links += node.entries.map(\.value) }
        }
        #expect(nodes == saves)
    }

    @Test("removing everything, one by one or at once, leaves the empty map", arguments: [1, 50, 2000])
    func emptied(count: Int) throws {
        let store = DictionaryNodeStore()
        let model = Dictionary(uniqueKeysWithValues: (0..<count).map { (key($0), value($0)) })
        let full = try build(model, store)
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
        let map = try build(model, store)
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
        let map = try build(Dictionary(uniqueKeysWithValues: (0..<5000).map { (key($0), value($0)) }), store)
        let changed = try map.applying([TreeEdit(key: key(9), value: [1])], in: store)
        #expect(changed.root != map.root)
        #expect(try changed.applying([TreeEdit(key: key(9), value: value(9))], in: store).root == map.root)
        #expect(try map.applying([TreeEdit(key: [0xff], value: nil)], in: store).root == map.root)
    }

    @Test("a scan begins at the first key that is not below its start")
    func scanStart() throws {
        let store = DictionaryNodeStore()
        let map = try build(Dictionary(uniqueKeysWithValues: (0..<3000).map { (key($0 * 2), value($0)) }), store)
        for start in [0, 1, 2, 999, 1000, 5998] {
            var first: [UInt8]?
            try map.scan(from: key(start), in: store) { entry in
                first = entry.key
                return false
            }
            #expect(first == key((start + 1) / 2 * 2))
        }
    }

    @Test("other cut keys give other nodes and the same contents")
    func keyedCuts() throws {
        let store = DictionaryNodeStore()
        let edits = (0..<3000).map { TreeEdit(key: key($0), value: value($0)) }
        let one = try TreeMap(root: nil, rule: rule).applying(edits, in: store)
        let other = try TreeMap(root: nil, rule: CutRule(key: Array(1...16))).applying(edits, in: store)
        #expect(one.root != other.root)
        #expect(try contents(one, store) == contents(other, store))
    }
}

@Suite struct TreeNodeTests {
    @Test("a node decodes to what was encoded")
    func roundTrip() throws {
        let entries = (0..<200).map {
            TreeEntry(key: Array("key-\(1000 + $0)".utf8), value: Array(repeating: UInt8($0), count: $0))
        }
        let node = try TreeNode(decoding: TreeNode(level: 3, entries: entries).encoded())
        #expect(node.level == 3)
        #expect(node.entries == entries)
    }

    @Test("every truncation and every trailing byte is refused")
    func malformed() throws {
        let entries = (0..<20).map { TreeEntry(key: Array("key-\(1000 + $0)".utf8), value: [1, 2, 3]) }
        let body = TreeNode(level: 0, entries: entries).encoded()
        for length in 0..<body.count {
            #expect(throws: MalformedBytes.self) { try TreeNode(decoding: Array(body[..<length])) }
        }
        #expect(throws: MalformedBytes.self) { try TreeNode(decoding: body + [0]) }
    }

    @Test("keys that do not ascend are refused")
    func disorder() {
        let entries = [TreeEntry(key: [2], value: []), TreeEntry(key: [1], value: [])]
        #expect(throws: MalformedBytes.self) { try TreeNode(decoding: TreeNode(level: 0, entries: entries).encoded()) }
    }

    @Test("a key that shares less than it could is refused, so that a node has one encoding")
    func loose() throws {
        let body = TreeNode(level: 0, entries: [[1, 2], [1, 3]].map { TreeEntry(key: $0, value: []) }).encoded()
        #expect(body == [0, 2, 0, 2, 1, 2, 0, 1, 1, 3, 0])
        #expect(throws: MalformedBytes.self) { try TreeNode(decoding: [0, 2, 0, 2, 1, 2, 0, 0, 2, 1, 3, 0]) }
    }

    @Test("a few bytes cannot stand for keys that fill the memory")
    func bomb() throws {
        func entries(_ keyLength: Int) -> [TreeEntry] {
            let shared = [UInt8](repeating: 7, count: keyLength - 1)
            return (0..<200).map { TreeEntry(key: shared + [UInt8($0)], value: []) }
        }
        #expect(try TreeNode(decoding: TreeNode(level: 0, entries: entries(1024)).encoded()).entries.count == 200)
        #expect(throws: MalformedBytes.self) {
            try TreeNode(decoding: TreeNode(level: 0, entries: entries(1025)).encoded())
        }
        let long = TreeNode(level: 0, entries: [TreeEntry(key: [1], value: [UInt8](repeating: 0, count: 256 << 10))])
        #expect(throws: MalformedBytes.self) { try TreeNode(decoding: long.encoded()) }
    }
}

/// Trees that no program of ours makes, but somebody with the vault's keys could.
@Suite struct HostileTreeTests {
    private let store = DictionaryNodeStore()

    private func leaf(_ key: [UInt8]) throws -> NodeLink {
        try store.save(TreeNode(level: 0, entries: [TreeEntry(key: key, value: [1])]))
    }

    private func map(_ level: Int, _ entries: [(key: [UInt8], child: NodeLink)]) throws -> TreeMap {
        let node = TreeNode(level: level, entries: entries.map { TreeEntry(key: $0.key, value: $0.child) })
        return TreeMap(root: try store.save(node), rule: CutRule(key: Array(0..<16)))
    }

    @Test("a node is read below its parent, one level down and up to the key that it stands under")
    func place() throws {
        #expect(try map(1, [([5], leaf([5]))]).value(of: [5], in: store) == [1])
        for (level, key) in [(2, [5]), (1, [6]), (1, [4, 9])] as [(Int, [UInt8])] {
            let map = try map(level, [(key, leaf([5]))])
            #expect(throws: VolumeError.self) { try map.value(of: [4], in: store) }
            #expect(throws: VolumeError.self) { try map.scan(from: [], in: store) { _ in true } }
        }
    }

    @Test("a tree that names one node many times on each of its levels ends soon")
    func repeated() throws {
        var link = try leaf([5])
        for level in 1...40 {
            let entries = [TreeEntry(key: [4], value: link), TreeEntry(key: [5], value: link)]
            link = try store.save(TreeNode(level: level, entries: entries))
        }
        store.resetCounts()
        let map = TreeMap(root: link, rule: CutRule(key: Array(0..<16)))
        #expect(throws: VolumeError.self) { try map.scan(from: [], in: store) { _ in true } }
        #expect(store.loads < 100)
    }
}
