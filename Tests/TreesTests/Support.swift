import Core
import Synchronization
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

/// Maps of records as a file system makes them, in a dictionary.
enum Sample {
    static let rule = CutRule(key: Array(0..<16))

    /// A value of one version.
    static func value(_ payload: [UInt8], _ dot: Dot = Dot(incarnation: 1, counter: 1)) -> [UInt8] {
        RecordValue.encode(payload, dot: dot)
    }

    static func value(_ text: String) -> [UInt8] { value(Array(text.utf8)) }

    static func sorted(_ edits: [[UInt8]: [UInt8]?]) -> [TreeEdit] {
        edits.map { TreeEdit(key: $0.key, value: $0.value) }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }

    static func map(_ model: [[UInt8]: [UInt8]], in store: some NodeStore) throws -> TreeMap {
        try TreeMap(root: nil, rule: rule).applying(sorted(model.mapValues { $0 }), in: store)
    }

    static func tally(_ model: [[UInt8]: [UInt8]]) throws -> Tally {
        var tally = Tally()
        for (key, value) in model { try tally.add(Tally(of: TreeEntry(key: key, value: value))) }
        return tally
    }

    static func file(_ number: Int) -> FileID { FileID(incarnation: 1, counter: UInt64(number)) }

    /// A key of any kind, of one of `files` files, and a value that may stand under it.
    static func record(_ random: inout SeededGenerator, files: Int) -> (key: [UInt8], value: [UInt8]) {
        let file = file(Int.random(in: 1...files, using: &random))
        let name = Name("name \(Int.random(in: 0..<40, using: &random))")
        let (key, payload): ([UInt8], [UInt8])
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<4: (key, payload) = (RecordKey.key(of: file, .attributes), noise(&random, 60))
        case 4..<8:
            var fields = FieldWriter()
            fields.number(1, UInt64.random(in: 0...(1 << UInt64.random(in: 0..<64, using: &random)), using: &random))
            fields.bytes(3, noise(&random, 120))
            (key, payload) = (RecordKey.key(of: file, .content), fields.bytes)
        case 8..<10: (key, payload) = (RecordKey.extendedAttribute(name, of: file), noise(&random, 200))
        case 10..<13:
            (key, payload) = (RecordKey.backPointer(of: file, parent: .root, name: name), [])
        case 13:
            (key, payload) = (RecordKey.key(of: file, .redirect), RecordKey.encode(Self.file(files + 1)))
        case 14:
            // A kind that no version knows yet.
            (key, payload) = (RecordKey.encode(file) + [0x2a] + name.bytes, noise(&random, 30))
        default:
            let kind = FileKind.allCases.randomElement(using: &random) ?? .regular
            (key, payload) = (RecordKey.child(name, of: file), RecordValue.encode(Child(file: file, kind: kind)))
        }
        let count = Int.random(in: 0..<8, using: &random) == 0 ? 2 : 1
        let versions = (0..<count).map { number in
            RecordVersion(
                dot: Dot(incarnation: UInt64(number), counter: UInt64.random(in: 0..<1000, using: &random)),
                payload: payload[...])
        }
        return (key, RecordValue.encode(versions))
    }

    private static func noise(_ random: inout SeededGenerator, _ limit: Int) -> [UInt8] {
        (0..<Int.random(in: 0..<limit, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }
}

extension TreeMap {
    func contents(of range: KeyRange = .all, in store: some NodeSource) throws -> [TreeEntry] {
        var entries: [TreeEntry] = []
        try scan(from: range.lower, in: store) { entry in
            if let upper = range.upper, !entry.key.lexicographicallyPrecedes(upper) { return false }
            entries.append(entry)
            return true
        }
        return entries
    }
}
