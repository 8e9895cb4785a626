import Core
import StorageSupport
import Vaults
import Volumes

/// What stands in a fixture: each kind of file, of content, of name and of record, in the tree and in the journal.
struct FixtureContent {
    let volume: NativeVolume
    private let now = Timestamp(seconds: 1_750_000_000, nanoseconds: 123_456_789)
    private var random = SeededRandom(seed: 0)

    init(volume: NativeVolume) { self.volume = volume }

    private func apply(_ changes: [Change]) throws(Failure) {
        _ = try satisfying { () throws(VolumeError) in try volume.apply(changes) }
    }

    private func add(
        _ name: Name, _ kind: FileKind, in directory: FileID = .root, device: UInt64 = 0,
        _ more: (FileID) throws(Failure) -> [Change] = { _ in [] }
    ) throws(Failure) -> FileID {
        let file = volume.makeFileID()
        let attributes = Attributes(
            kind: kind, permissions: 0o4751, owner: 1000, group: 65_534, device: device, now: now)
        try apply(
            [.setAttributes(file, attributes)] + (try more(file)) + [
                .setChild(directory: directory, name: name, child: Child(file: file, kind: kind), time: now)
            ])
        return file
    }

    mutating func make(commit: () throws(Failure) -> Void) throws(Failure) {
        try apply([
            .setAttributes(.root, Attributes(kind: .directory, permissions: 0o755, owner: 0, group: 0, now: now))
        ])
        let folder = try add(Name("folder"), .directory)
        let (small, block) = (random.bytes(700), random.bytes(40_000))
        let first = try add(Name("inline"), .regular) { [.write($0, offset: 0, .inline(small), time: now)] }
        let chunk = try add(Name("chunk"), .regular, in: folder) { file throws(Failure) in
            [.write(file, offset: 0, .sealed(try volume.seal(block)), time: now)]
        }
        // Compresses, into more than one group.
        let lines = Array((0..<5000).flatMap { "line \($0) of a long text\n".utf8 })
        _ = try add(Name("text"), .regular, in: folder) { file throws(Failure) in
            [.write(file, offset: 0, .sealed(try volume.seal(lines)), time: now)]
        }
        // A hole, and another cell: a list.
        _ = try add(Name("list"), .regular, in: folder) { file throws(Failure) in
            [
                .write(file, offset: 1_100_000, .sealed(try volume.seal([1, 2, 3])), time: now),
                .setSize(file, 3_000_000, time: now),
            ]
        }
        _ = try add(Name([0xff, 0xfe]), .symlink) { [.setTarget($0, [0x2e, 0x2e, 0x2f, 0x80])] }
        try addSpecialFiles()
        try addAttributes(to: first, small: small)
        try addNames(in: folder, to: first)
        var many: [FileID] = []
        for number in 0..<60 { many.append(try add(Name("many \(number)"), .regular, in: folder)) }
        // Open without a name, in the tree: whoever opens the vault next forgets it.
        let nameless = try add(Name("nameless"), .regular) { [.write($0, offset: 0, .inline(small), time: now)] }
        try apply([.removeChild(directory: .root, name: Name("nameless"), time: now), .orphan(nameless)])
        try commit()
        // A second commit over the first, with a block of a chunk changed in place.
        try apply([.write(chunk, offset: 5000, .inline([9, 9, 9]), time: now)])
        try commit()
        // From here on the journal alone has it.
        let late = random.bytes(3000)
        _ = try add(Name("late"), .regular) { [.write($0, offset: 100, .inline(late), time: now)] }
        try apply([
            .removeChild(directory: folder, name: Name("many 7"), time: now), .forget(many[7]),
            .copyContent(from: first, to: many[8], time: now), .write(chunk, offset: 6000, .hole(3000), time: now),
            .setSize(first, 650, time: now), .setExtendedAttribute(many[9], Name("user.late"), late),
            .removeExtendedAttribute(first, Name("user.gone")),
        ])
        let open = try add(Name("open"), .regular)
        try apply([.removeChild(directory: .root, name: Name("open"), time: now), .orphan(open)])
    }

    private mutating func addSpecialFiles() throws(Failure) {
        _ = try add(Name("pipe"), .fifo)
        _ = try add(Name("socket"), .socket)
        _ = try add(Name("device"), .characterDevice, device: 0x0105)
        _ = try add(Name("disk"), .blockDevice, device: 0xfff0_0123_4567)
        _ = try add(Name("empty folder"), .directory)
        _ = try add(Name("empty"), .regular)
        // The longest that stands in a record, and one more.
        for count in [1024, 1025] {
            let bytes = random.bytes(count)
            _ = try add(Name("\(count)"), .regular) { [.write($0, offset: 0, .inline(bytes), time: now)] }
        }
        // Holes at both ends and between, and nothing else at all.
        _ = try add(Name("sparse"), .regular) {
            [
                .write($0, offset: 70_000, .inline([1, 2]), time: now),
                .write($0, offset: 400_000, .inline([3]), time: now), .setSize($0, 900_000, time: now),
            ]
        }
        _ = try add(Name("hole"), .regular) { [.setSize($0, 5000, time: now)] }
        let old = try add(Name("old"), .regular)
        var attributes = Attributes(
            kind: .regular, permissions: 0, owner: .max, group: 0, now: Timestamp(seconds: -1, nanoseconds: 999_999_999)
        )
        attributes.born = Timestamp(seconds: .min)
        attributes.accessed = Timestamp(seconds: .max)
        try apply([.setAttributes(old, attributes)])
    }

    private mutating func addAttributes(to file: FileID, small: [UInt8]) throws(Failure) {
        // An access list as the kernel has it: version 2, then tag, permissions and id of each entry.
        let list: [UInt8] =
            [2, 0, 0, 0] + [1, 0, 6, 0] + [255, 255, 255, 255] + [2, 0, 4, 0] + [232, 3, 0, 0]
            + [4, 0, 4, 0] + [255, 255, 255, 255] + [16, 0, 4, 0] + [255, 255, 255, 255]
            + [32, 0, 0, 0] + [255, 255, 255, 255]
        let (limit, beyond, longest) = (random.bytes(1024), random.bytes(1025), random.bytes(65_536))
        try apply([
            .setExtendedAttribute(file, Name("user.note"), Array("kept".utf8)),
            .setExtendedAttribute(file, Name("user.gone"), [1]),
            .setExtendedAttribute(file, Name("user.empty"), []),
            .setExtendedAttribute(file, Name(Array("user.".utf8) + [0xff]), small),
            .setExtendedAttribute(file, Name("trusted.1024"), limit),
            .setExtendedAttribute(file, Name("user.1025"), beyond),
            .setExtendedAttribute(file, Name("security.longest"), longest),
            .setExtendedAttribute(file, Name("system.posix_acl_access"), list),
            .setExtendedAttribute(.root, Name("user.root"), [0]),
        ])
    }

    private mutating func addNames(in folder: FileID, to file: FileID) throws(Failure) {
        let names = [
            Name("second name"), Name("line\nbreak"), Name("é"), Name("e\u{301}"), Name([0x80]),
            Name([UInt8](repeating: 0x6e, count: 255)), Name(" "), Name("-rf"),
        ]
        try apply(
            names.map {
                .setChild(directory: folder, name: $0, child: Child(file: file, kind: .regular), time: now)
            })
    }
}
