import Core
import Testing
import Trees
import VaultSupport
import Vaults
import Volumes

/// Directories that were united: the records of one are gone, and who means it means the other.
@Suite(.ownThread) struct RedirectTests {
    private let bench: TestVault
    /// In the root; each holds a file of its own name with the content of its number.
    private let directories: [FileID]

    init() throws {
        bench = try TestVault()
        let now = bench.time.wallClock
        var made: [FileID] = []
        for number in 0..<3 {
            let (directory, file) = (bench.volume.makeFileID(), bench.volume.makeFileID())
            try bench.make([
                .setAttributes(directory, TestVault.directory(now)),
                .setChild(
                    directory: .root, name: Name("folder \(number)"), child: Child(file: directory, kind: .directory),
                    time: now),
                .setAttributes(file, Attributes(kind: .regular, permissions: 0, owner: 0, group: 0, now: now)),
                .setChild(
                    directory: directory, name: Name("file \(number)"), child: Child(file: file, kind: .regular),
                    time: now),
                .write(file, offset: 0, .inline([UInt8(number)]), time: now),
            ])
            made.append(directory)
        }
        directories = made
    }

    private static func redirect(to directory: FileID) -> [UInt8] {
        RecordValue.encode(RecordKey.encode(directory), dot: Dot(incarnation: 9, counter: 9))
    }

    /// Makes each directory lead to the next one, and the records it had go.
    private func unite(_ pairs: [(FileID, FileID)]) throws {
        try bench.rewriteTree { records in
            for (from, to) in pairs {
                for key in records.keys where key.starts(with: RecordKey.encode(from)) { records[key] = nil }
                records[RecordKey.key(of: from, .redirect)] = Self.redirect(to: to)
            }
        }
    }

    private func child(_ name: String, of directory: FileID) throws(Failure) -> Child? {
        try satisfying { () throws(VolumeError) in try bench.volume.child(Name(name), of: directory) }
    }

    private func names(in directory: FileID) throws(Failure) -> [String] {
        try satisfying { () throws(VolumeError) in
            try bench.volume.children(of: directory, after: nil, limit: .max)
        }.map(\.name.escaped)
    }

    private func record(of file: FileID) throws(Failure) -> FileRecord? {
        try satisfying { () throws(VolumeError) in try bench.volume.record(of: file) }
    }

    @Test("an entry that leads to a united directory leads to the other, found by name or listed")
    func entries() throws {
        let last = directories[2]
        try unite([(directories[0], directories[1]), (directories[1], last)])
        for number in 0..<3 { #expect(try child("folder \(number)", of: .root)?.file == last) }
        let listed = try satisfying { () throws(VolumeError) in
            try bench.volume.children(of: .root, after: nil, limit: .max)
        }
        #expect(listed.map(\.child.file) == [last, last, last])
        for directory in directories {
            #expect(try names(in: directory) == ["file 2"])
            #expect(try child("file 2", of: directory)?.kind == .regular)
            #expect(try record(of: directory) == record(of: last))
            #expect(try record(of: directory)?.attributes.kind == .directory)
            let parent = try satisfying { () throws(VolumeError) in try bench.volume.parent(of: directory) }
            #expect(parent == .root)
        }
    }

    @Test("what is changed under the id of a united directory is changed in the other, also after a crash")
    func changes() throws {
        try unite([(directories[0], directories[2])])
        let now = bench.time.wallClock
        let file = bench.volume.makeFileID()
        try bench.make([
            .setAttributes(file, Attributes(kind: .regular, permissions: 0, owner: 0, group: 0, now: now)),
            .setChild(
                directory: directories[0], name: Name("new"), child: Child(file: file, kind: .regular), time: now),
            .setExtendedAttribute(directories[0], Name("user.a"), [7]),
            .removeChild(directory: directories[0], name: Name("file 2"), time: now),
        ])
        func expectChanged() throws {
            for directory in [directories[0], directories[2]] {
                #expect(try names(in: directory) == ["new"])
                let value = try satisfying { () throws(VolumeError) in
                    try bench.volume.extendedAttribute(Name("user.a"), of: directory)
                }
                #expect(value == [7])
            }
        }
        try expectChanged()
        try bench.sync()
        try bench.killAndOpen()
        try expectChanged()
        try bench.vault.commit()
        try expectChanged()
        var keys: [[UInt8]] = []
        try bench.vault.forEachRecord { keys.append($0.key) }
        #expect(keys.filter { $0.starts(with: RecordKey.encode(directories[0])) }.count == 1)
    }

    @Test(
        "a row of 32 united directories leads to its end, one of 33 is refused where it is entered",
        arguments: [32, 33])
    func rows(length: Int) throws {
        var row = (0..<length).map { FileID(incarnation: 77, counter: UInt64($0 + 1)) }
        row.append(directories[2])
        try bench.rewriteTree { records in
            for (from, to) in zip(row, row.dropFirst()) {
                records[RecordKey.key(of: from, .redirect)] = Self.redirect(to: to)
            }
            let child = Child(file: row[0], kind: .directory)
            records[RecordKey.child(Name("long"), of: .root)] = RecordValue.encode(
                RecordValue.encode(child), dot: Dot(incarnation: 9, counter: 9))
        }
        if length <= 32 {
            #expect(try child("long", of: .root)?.file == directories[2])
        } else {
            #expect(throws: Failure.self) { try child("long", of: .root) }
            #expect(throws: Failure.self) { try names(in: row[0]) }
        }
        #expect(try names(in: .root).contains("long"))
    }

    @Test("directories united in a circle are listed and not entered, and the others are as they were")
    func circle() throws {
        try unite([(directories[0], directories[1]), (directories[1], directories[0])])
        #expect(try names(in: .root) == ["folder 0", "folder 1", "folder 2"])
        for directory in directories[..<2] {
            #expect(throws: Failure.self) { try record(of: directory) }
            #expect(throws: Failure.self) { try names(in: directory) }
            #expect(throws: Failure.self) { try child("file 2", of: directory) }
        }
        #expect(throws: Failure.self) { try child("folder 0", of: .root) }
        #expect(try child("folder 2", of: .root)?.file == directories[2])
        #expect(try names(in: directories[2]) == ["file 2"])
    }

    @Test("of a record with several versions the newest is shown, and the others stay while nobody writes it")
    func versions() throws {
        let key = RecordKey.key(of: directories[0], .attributes)
        var newer = TestVault.directory(bench.time.wallClock)
        newer.owner = 4321
        let version = RecordVersion(
            dot: Dot(incarnation: 3, counter: 1 << 40), payload: RecordValue.encode(newer)[...])
        var before: [UInt8] = []
        try bench.rewriteTree { records in
            let versions = (try? records[key].map(RecordValue.versions)) ?? []
            records[key] = RecordValue.encode(versions + [version])
            before = records[key] ?? []
        }
        #expect(try record(of: directories[0])?.attributes.owner == 4321)
        try bench.add("another", [1])
        try bench.vault.commit()
        var after: [UInt8]?
        try bench.vault.forEachRecord { if $0.key == key { after = $0.value } }
        #expect(after == before)
        #expect(try RecordValue.versions(of: before).count == 2)
    }
}
