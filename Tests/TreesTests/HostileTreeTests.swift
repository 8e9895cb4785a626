import Core
import Testing
import Trees
import Volumes

/// Trees that no program of ours makes, but somebody with the vault's keys could.
@Suite struct HostileTreeTests {
    private let store = DictionaryNodeStore()
    private static let record = Sample.value([1])

    private func leaf(_ keys: [UInt8]...) throws -> TreeNode {
        try TreeNode(level: 0, entries: keys.map { TreeEntry(key: $0, value: Self.record) })
    }

    /// The entry for a child under a key of the caller's choice, with its tally or another.
    private func entry(_ key: [UInt8], _ child: TreeNode, _ tally: Tally? = nil) throws -> TreeEntry {
        TreeEntry(key: key, link: try store.save(child), tally: tally ?? child.tally)
    }

    private func map(_ level: Int, _ entries: [TreeEntry]) throws -> TreeMap {
        TreeMap(root: try store.save(try TreeNode(level: level, entries: entries)), rule: Sample.rule)
    }

    /// Every way through the map meets what is wrong with it.
    private func expectRefused(_ map: TreeMap, _ key: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(throws: VolumeError.self, sourceLocation: sourceLocation) { try map.value(of: key, in: store) }
        #expect(throws: VolumeError.self, sourceLocation: sourceLocation) { try map.contents(in: store) }
        #expect(throws: VolumeError.self, sourceLocation: sourceLocation) {
            try map.tally(of: KeyRange(from: key), in: store)
        }
        #expect(throws: VolumeError.self, sourceLocation: sourceLocation) {
            try TreeMap.difference(from: map, to: TreeMap(root: nil, rule: Sample.rule), in: store) { _ in true }
        }
        #expect(throws: VolumeError.self, sourceLocation: sourceLocation) {
            try map.applying([TreeEdit(key: key, value: Self.record)], in: store)
        }
    }

    @Test("a node is read below its parent, one level down and up to the key that it stands under")
    func place() throws {
        let right = try map(1, [entry([5], leaf([5]))])
        #expect(try right.value(of: [5], in: store) == Self.record)
        for (level, key) in [(2, [5]), (1, [6]), (1, [4, 9])] as [(Int, [UInt8])] {
            expectRefused(try map(level, [entry(key, leaf([5]))]), [4])
        }
    }

    @Test("a node of another tally than its parent says is refused")
    func tallies() throws {
        let child = try leaf([5], [6])
        expectRefused(try map(1, [entry([6], child, leaf([5]).tally)]), [5])
        #expect(try map(1, [entry([6], child)]).tally(of: KeyRange(from: [6]), in: store).records == 1)
    }

    @Test("a node with keys that belong before it is refused, however deep the node before ends")
    func overlap() throws {
        expectRefused(try map(1, [entry([5], leaf([5])), entry([8], leaf([5], [8]))]), [7])
        let (left, right) = (
            try TreeNode(level: 1, entries: [entry([5], leaf([5]))]),
            try TreeNode(level: 1, entries: [entry([8], leaf([4], [8]))])
        )
        expectRefused(try map(2, [entry([5], left), entry([8], right)]), [7])
    }

    @Test("tallies that no number holds are refused, and sizes wrap")
    func overflow() throws {
        var many = try leaf([5]).tally
        while many.records < 1 << 63 { try many.add(many) }
        let greatest = many
        #expect(throws: MalformedBytes.self) { try many.add(greatest) }
        let entries = try [[5], [6], [7]].map { try entry($0, leaf($0), greatest) }
        #expect(throws: MalformedBytes.self) { try TreeNode(level: 1, entries: entries) }
        var fields = FieldWriter()
        fields.number(1, UInt64.max)
        let key = RecordKey.key(of: .root, .content)
        let record = TreeEntry(key: key, value: Sample.value(fields.bytes))
        var tally = try Tally(of: record)
        try tally.add(Tally(of: record))
        #expect(tally.contentBytes == .max - 1 && tally.records == 2)
    }

    @Test("an entry of an inner node that is no link with a tally is refused")
    func links() throws {
        let whole = try entry([5], leaf([5])).value
        for value in [[], Self.record, whole + [0], Array(whole.dropLast())] {
            #expect(throws: MalformedBytes.self) {
                try TreeNode(level: 1, entries: [TreeEntry(key: [5], value: value)])
            }
        }
    }

    @Test("an inner node without entries is the empty map, and can be written to or is refused", arguments: [0, 1, 3])
    func empty(level: Int) throws {
        let map = try map(level, [])
        #expect(try map.value(of: [1], in: store) == nil)
        #expect(try map.contents(in: store).isEmpty)
        let edits = [TreeEdit(key: [1], value: Self.record)]
        if level == 0 {
            #expect(try map.applying(edits, in: store).value(of: [1], in: store) == Self.record)
        } else {
            #expect(throws: VolumeError.self) { try map.applying(edits, in: store) }
        }
    }

    @Test("a tree that names one node many times on each of its levels ends soon")
    func repeated() throws {
        var node = try leaf([5])
        for level in 1...40 {
            let entries = [try entry([4], node), try entry([5], node)]
            node = try TreeNode(level: level, entries: entries)
        }
        let map = TreeMap(root: try store.save(node), rule: Sample.rule)
        store.resetCounts()
        #expect(throws: VolumeError.self) { try map.contents(in: store) }
        #expect(throws: VolumeError.self) {
            try TreeMap.difference(from: TreeMap(root: nil, rule: Sample.rule), to: map, in: store) { _ in true }
        }
        #expect(store.loads < 200)
    }
}
