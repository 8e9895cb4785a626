import Core
import Sealing
import StorageSupport
import Trees
import Vaults
import Volumes

/// The records of a shape's files, with ids as they come when a folder is copied in: each directory, then what is in it.
struct SampleRecords {
    enum Edit: CaseIterable { case overwrite, add, rename }

    private static let incarnation: UInt64 = 0x0123_4567_89ab_cdef
    private static let now = Timestamp(seconds: 1_700_000_000, nanoseconds: 123_456_789)
    private static let dot = Dot(incarnation: incarnation, counter: 1 << 18)
    private static let chunk = Sealer(EpochSecret(number: 1)).seal(
        [UInt8](repeating: 1, count: Shape.chunkBytes), as: .chunk
    ).reference

    private let shape: Shape
    init(_ shape: Shape) { self.shape = shape }

    /// A group's id, its directories' and files' follow one another.
    private func id(group: Int) -> FileID { id(Self.countBefore(group)) }
    private func id(directory: Int) -> FileID {
        let inGroup = directory % Shape.width
        return id(Self.countBefore(directory / Shape.width) + 1 + inGroup * (Shape.width + 1))
    }
    private func id(file: Int) -> FileID {
        let directory = id(directory: file / Shape.width)
        return FileID(incarnation: Self.incarnation, counter: directory.counter + 1 + UInt64(file % Shape.width))
    }
    private func id(_ counter: Int) -> FileID { FileID(incarnation: Self.incarnation, counter: UInt64(counter)) }
    private static func countBefore(_ group: Int) -> Int { 2 + group * (1 + Shape.width * (Shape.width + 1)) }

    private static func entry(_ key: [UInt8], _ payload: [UInt8]) -> TreeEntry {
        TreeEntry(key: key, value: RecordValue.encode(payload, dot: dot))
    }

    private static func attributes(_ file: FileID, _ kind: FileKind, _ time: Timestamp = now) -> TreeEntry {
        let attributes = Attributes(kind: kind, permissions: 0o644, owner: 1000, group: 1000, now: time)
        return entry(RecordKey.key(of: file, .attributes), RecordValue.encode(attributes))
    }

    private static func content(_ file: FileID, size: Int?) -> TreeEntry {
        let record =
            size.map {
                ContentRecord(
                    size: UInt64($0), allocated: UInt64($0), body: .inline([UInt8](repeating: 7, count: $0)))
            } ?? ContentRecord(size: UInt64(Shape.chunkBytes), allocated: UInt64(Shape.chunkBytes), body: .chunk(chunk))
        return entry(RecordKey.key(of: file, .content), record.encoded())
    }

    private static func pointer(_ file: FileID, _ parent: FileID, _ name: Name) -> TreeEntry {
        entry(RecordKey.backPointer(of: file, parent: parent, name: name), [])
    }

    private static func children(_ directory: FileID, _ children: [(Name, FileID, FileKind)]) -> [TreeEntry] {
        children.sorted { $0.0 < $1.0 }.map { name, file, kind in
            entry(RecordKey.child(name, of: directory), RecordValue.encode(Child(file: file, kind: kind)))
        }
    }

    /// All records in the order of their keys.
    func forEach(_ body: (TreeEntry) throws(VolumeError) -> Void) throws(VolumeError) {
        func tell(_ entries: [TreeEntry]) throws(VolumeError) { for entry in entries { try body(entry) } }
        let groups = (shape.directories + Shape.width - 1) / Shape.width
        try body(Self.attributes(.root, .directory))
        try tell(Self.children(.root, (0..<groups).map { (Shape.groupName($0), id(group: $0), .directory) }))
        for group in 0..<groups {
            let directories = group * Shape.width..<min((group + 1) * Shape.width, shape.directories)
            try body(Self.attributes(id(group: group), .directory))
            try body(Self.pointer(id(group: group), .root, Shape.groupName(group)))
            try tell(
                Self.children(
                    id(group: group), directories.map { (Shape.directoryName($0), id(directory: $0), .directory) }))
            for directory in directories {
                let (here, files) = (
                    id(directory: directory), directory * Shape.width..<min((directory + 1) * Shape.width, shape.files)
                )
                try body(Self.attributes(here, .directory))
                try body(Self.pointer(here, id(group: group), Shape.directoryName(directory)))
                try tell(Self.children(here, files.map { (Shape.fileName($0), id(file: $0), .regular) }))
                for file in files {
                    try body(Self.attributes(id(file: file), .regular))
                    try body(Self.content(id(file: file), size: Shape.isInline(file) ? file % 1000 : nil))
                    try body(Self.pointer(id(file: file), here, Shape.fileName(file)))
                }
            }
        }
    }

    /// The edits of one change at a random place, in the order of their keys.
    func edits(_ kind: Edit, _ random: inout SeededRandom) -> [TreeEdit] {
        let later = Timestamp(seconds: 1_800_000_000, nanoseconds: UInt32.random(in: 0..<1_000_000_000, using: &random))
        let (file, other) = (shape.anyChunked(&random), shape.anyChunked(&random))
        let (from, to) = (id(directory: file / Shape.width), id(directory: other / Shape.width))
        let (name, here) = (Shape.fileName(file), id(file: file))
        var edits: [[UInt8]: [UInt8]?] = [:]
        func put(_ entries: TreeEntry...) { for entry in entries { edits[entry.key] = .some(entry.value) } }
        switch kind {
        case .overwrite:
            put(Self.attributes(here, .regular, later), Self.content(here, size: Int.random(in: 0...9, using: &random)))
        case .add:
            let new = id(1 << 40 + Int.random(in: 0..<1 << 20, using: &random))
            let fresh = Name("new file \(new.counter)")
            put(
                Self.attributes(new, .regular, later), Self.content(new, size: nil), Self.pointer(new, to, fresh),
                Self.attributes(to, .directory, later))
            for entry in Self.children(to, [(fresh, new, .regular)]) { put(entry) }
        case .rename:
            edits[RecordKey.child(name, of: from)] = .some(nil)
            edits[RecordKey.backPointer(of: here, parent: from, name: name)] = .some(nil)
            put(
                Self.attributes(here, .regular, later), Self.pointer(here, to, name),
                Self.attributes(from, .directory, later), Self.attributes(to, .directory, later))
            for entry in Self.children(to, [(name, here, .regular)]) { put(entry) }
        }
        return edits.map { TreeEdit(key: $0.key, value: $0.value) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }
}
