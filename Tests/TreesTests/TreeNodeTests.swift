import Core
import Testing
import Trees

@Suite struct TreeNodeTests {
    @Test("a node decodes to what was encoded")
    func roundTrip() throws {
        let entries = (0..<200).map {
            TreeEntry(
                key: Array("key-\(1000 + $0)".utf8), value: Sample.value(Array(repeating: UInt8($0), count: $0)))
        }
        let node = try TreeNode(decoding: TreeNode(level: 0, entries: entries).encoded())
        #expect(node.level == 0)
        #expect(node.entries == entries)
    }

    @Test("every truncation and every trailing byte is refused")
    func malformed() throws {
        let entries = (0..<20).map { TreeEntry(key: Array("key-\(1000 + $0)".utf8), value: Sample.value([1, 2, 3])) }
        let body = try TreeNode(level: 0, entries: entries).encoded()
        for length in 0..<body.count {
            #expect(throws: MalformedBytes.self) { try TreeNode(decoding: Array(body[..<length])) }
        }
        #expect(throws: MalformedBytes.self) { try TreeNode(decoding: body + [0]) }
    }

    /// Level, count, and an entry for each key with what it shares and an empty version.
    private func body(_ entries: [(shared: UInt8, rest: [UInt8])]) -> [UInt8] {
        let value = Sample.value([])
        var body: [UInt8] = [0, UInt8(entries.count)]
        for (shared, rest) in entries {
            body += [shared, UInt8(rest.count)]
            body += rest
            body += [UInt8(value.count)]
            body += value
        }
        return body
    }

    @Test("keys that do not ascend are refused, made or read")
    func disorder() {
        let entries = [[2], [1]].map { TreeEntry(key: $0, value: Sample.value([])) }
        for wrong in [entries, [entries[0], entries[0]]] {
            #expect(throws: MalformedBytes.self) { try TreeNode(level: 0, entries: wrong) }
        }
        for wrong in [[(0, [2]), (0, [1])], [(0, [2]), (1, [])], [(0, [2, 1]), (1, [])]] as [[(UInt8, [UInt8])]] {
            #expect(throws: MalformedBytes.self) { try TreeNode(decoding: body(wrong)) }
        }
    }

    @Test("a key that shares less than it could is refused, so that a node has one encoding")
    func loose() throws {
        let entries = [[1, 2], [1, 3]].map { TreeEntry(key: $0, value: Sample.value([])) }
        #expect(try TreeNode(level: 0, entries: entries).encoded() == body([(0, [1, 2]), (1, [3])]))
        #expect(throws: MalformedBytes.self) { try TreeNode(decoding: body([(0, [1, 2]), (0, [1, 3])])) }
    }

    @Test("a few bytes cannot stand for keys that fill the memory")
    func bomb() throws {
        func entries(_ keyLength: Int) -> [TreeEntry] {
            let shared = [UInt8](repeating: 7, count: keyLength - 1)
            return (0..<200).map { TreeEntry(key: shared + [UInt8($0)], value: Sample.value([])) }
        }
        #expect(try TreeNode(decoding: TreeNode(level: 0, entries: entries(1024)).encoded()).entries.count == 200)
        #expect(throws: MalformedBytes.self) {
            try TreeNode(decoding: TreeNode(level: 0, entries: entries(1025)).encoded())
        }
        let long = TreeEntry(key: [1], value: Sample.value([UInt8](repeating: 0, count: 256 << 10)))
        #expect(throws: MalformedBytes.self) {
            try TreeNode(decoding: TreeNode(level: 0, entries: [long]).encoded())
        }
    }

    @Test("a record without a version, with two of one dot, out of order or with bytes behind is refused")
    func values() throws {
        let (one, other) = (Sample.value([5], Dot(incarnation: 1, counter: 9)), Sample.value([6]))
        let whole = Sample.value([7], Dot(incarnation: 2, counter: 1))
        #expect(try RecordValue.versions(of: one + whole).map { Array($0.payload) } == [[5], [7]])
        for wrong in [[], one + one, one + other, whole + one, one + [0], Array(one.dropLast())] {
            #expect(throws: MalformedBytes.self) { try RecordValue.decode(wrong) }
            #expect(throws: MalformedBytes.self) { try RecordValue.versions(of: wrong) }
            #expect(throws: MalformedBytes.self) {
                try TreeNode(level: 0, entries: [TreeEntry(key: [1], value: wrong)])
            }
        }
    }

    @Test("of several versions the one with the greatest counter, and then incarnation, is shown")
    func shown() throws {
        let dots = [(3, 9), (1, 10), (2, 10), (7, 1)].map { Dot(incarnation: $0.0, counter: $0.1) }
        let versions = dots.enumerated().map { RecordVersion(dot: $1, payload: [UInt8($0)]) }
        for order in [versions, versions.reversed(), [versions[2], versions[0], versions[3], versions[1]]] {
            let value = RecordValue.encode(order)
            let shown = try RecordValue.decode(value)
            #expect(shown.dot == dots[2] && Array(shown.payload) == [2])
            #expect(try RecordValue.versions(of: value).map(\.dot) == [dots[1], dots[2], dots[0], dots[3]])
        }
    }
}
