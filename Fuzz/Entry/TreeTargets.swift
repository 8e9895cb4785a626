internal import Core
internal import StorageSupport
internal import Trees
internal import Volumes

extension FuzzTarget {
    static func fileID(_ random: inout SeededRandom) -> FileID {
        FileID(incarnation: random.next(), counter: random.anyNumber())
    }

    static func attributes(_ random: inout SeededRandom) -> Attributes {
        var attributes = Attributes(
            kind: FileKind.allCases[random.below(FileKind.allCases.count)],
            permissions: UInt16(truncatingIfNeeded: random.next()),
            owner: UInt32(truncatingIfNeeded: random.anyNumber()),
            group: UInt32(truncatingIfNeeded: random.anyNumber()), device: random.anyNumber(), now: random.time())
        attributes.accessed = random.time()
        attributes.born = random.time()
        return attributes
    }

    static func child(_ random: inout SeededRandom) -> Child {
        Child(file: fileID(&random), kind: FileKind.allCases[random.below(FileKind.allCases.count)])
    }

    private static func record(_ random: inout SeededRandom, of file: FileID) -> TreeEntry {
        let (key, payload): ([UInt8], [UInt8]) =
            switch random.below(6) {
            case 0: (RecordKey.key(of: file, .attributes), RecordValue.encode(attributes(&random)))
            case 1: (RecordKey.extendedAttribute(random.name(), of: file), random.someBytes(100))
            case 2: (RecordKey.backPointer(of: file, parent: fileID(&random), name: random.name()), [])
            case 3: (RecordKey.key(of: file, .redirect), RecordKey.encode(fileID(&random)))
            default: (RecordKey.child(random.name(), of: file), RecordValue.encode(child(&random)))
            }
        let versions = (0...random.below(8) / 6).map { _ in
            RecordVersion(
                dot: Dot(incarnation: random.next(), counter: random.anyNumber()), payload: payload[...])
        }
        return TreeEntry(key: key, value: RecordValue.encode(versions))
    }

    /// An entry of an inner node, with the tally of some records.
    private static func child(_ random: inout SeededRandom, under key: [UInt8]) -> TreeEntry {
        var tally = Tally()
        for _ in 0..<random.below(4) {
            let record = try? Tally(of: record(&random, of: fileID(&random)))
            if let record { try? tally.add(record) }
        }
        return TreeEntry(key: key, link: random.someBytes(100), tally: tally)
    }

    /// A node of the tree, and every record in it.
    static let treeNode = FuzzTarget("tree-node") { random in
        let file = fileID(&random)
        let level = random.below(3)
        var entries: [[UInt8]: TreeEntry] = [:]
        for _ in 0..<random.below(12) {
            let entry = record(&random, of: file)
            entries[entry.key] = level == 0 ? entry : child(&random, under: entry.key)
        }
        let sorted = entries.values.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        return (try? TreeNode(level: level, entries: sorted).encoded()) ?? []
    } check: { input in
        let node = try TreeNode(decoding: input)
        try require(node.encoded() == input, "two encodings are one node")
        for entry in node.entries {
            try checkKey(entry.key)
            if node.level > 0 {
                let again = TreeEntry(key: entry.key, link: entry.link, tally: entry.tally)
                try require(again == entry, "an inner entry changes")
                continue
            }
            let versions = try RecordValue.versions(of: entry.value)
            try require(RecordValue.encode(versions) == entry.value, "a record's value changes")
            let shown = try RecordValue.decode(entry.value)
            try require(
                versions.contains(RecordVersion(dot: shown.dot, payload: shown.payload)), "nothing of a record is shown"
            )
            for version in versions { try checkRecord(version.payload) }
        }
        try require(node.level > 0 || node.tally.records == UInt64(node.entries.count), "a record is not counted")
    }

    private static func checkKey(_ key: [UInt8]) throws {
        guard let (file, kind) = RecordKey.parse(key) else { return }
        try require(RecordKey.key(of: file, kind, RecordKey.rest(of: key)) == key, "two keys are one record's")
    }

    /// The payload as each kind of record: which it is, its key decides.
    private static func checkRecord(_ payload: ArraySlice<UInt8>) throws {
        if let child = try? RecordValue.decodeChild(payload) {
            let written = RecordValue.encode(child)
            try require(payload.starts(with: written), "a directory entry changes when it is written")
        }
        if let attributes = try? RecordValue.decodeAttributes(payload) {
            let back = try? RecordValue.decodeAttributes(RecordValue.encode(attributes)[...])
            try require(back == attributes, "attributes change when they are written")
            try require(attributes.permissions <= 0o7777, "permissions hold more than twelve bits")
        }
        try checkContent(payload)
    }
}
