import Core
import LocalStore
import StorageSupport
import Testing

@Suite struct CheckTests {
    private static let count: UInt64 = 60

    /// A closed store with chunks (odd numbers) and tree nodes (even ones), a checkpoint, and records behind it.
    private func filledDisk() throws -> SimulatedDisk {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        for number in 0..<Self.count {
            try store.put(Fixture.digest(number), kind: number % 2 == 0 ? 3 : 1, Fixture.content(number, count: 2000))
            _ = try store.append(Fixture.record(number))
            if number == 20 { try store.checkpointAndWait(state: [1, 2, 3], through: 10) }
        }
        try store.close()
        return disk
    }

    private func objectSegments(_ disk: SimulatedDisk) -> [String] {
        disk.contents.keys.filter { $0.hasPrefix("objects/") }.sorted()
    }

    /// The byte at which an object's content begins.
    private func place(_ number: UInt64, _ disk: SimulatedDisk) throws -> (path: String, at: Int) {
        let content = Fixture.content(number, count: 2000)
        for path in objectSegments(disk) {
            let bytes = disk.contents[path] ?? []
            if let at = stride(from: 64, to: bytes.count - 2000, by: 16).first(where: {
                bytes[$0..<$0 + 2000].elementsEqual(content)
            }) {
                return (path, at)
            }
        }
        throw Failure(.notFound, "object \(number)")
    }

    private func tables(_ path: String, _ disk: SimulatedDisk) -> [Int] {
        let bytes = disk.contents[path] ?? []
        return stride(from: 64, to: bytes.count - 64, by: 16).filter {
            bytes[$0..<$0 + 5].elementsEqual(Array("cbso".utf8) + [2])
        }
    }

    /// No read gives anything but what was put; how many can be read.
    private func readable(_ store: LocalStore) -> Int {
        (0..<Self.count).filter { number in
            guard let bytes = try? store.get(Fixture.digest(number)) else { return false }
            #expect(bytes == Fixture.content(number, count: 2000), "object \(number)")
            return true
        }.count
    }

    @Test("a sound store has nothing to tell, open or closed", arguments: [LocalStore.Access.readWrite, .readOnly])
    func sound(_ access: LocalStore.Access) throws {
        let disk = try filledDisk()
        let store = try Fixture.open(disk, access)
        let report = try store.check()
        #expect(report.findings == [])
        #expect(!report.isDamaged)
        #expect(report.objects.objects == Self.count)
        #expect(report.copies.objects == Self.count / 2)
        #expect(report.objects.segments == UInt64(objectSegments(disk).count))
        #expect(report.objects.bytes > Self.count * 2000)
        #expect(report.journalRecords == Self.count - 10)
        try store.close()
    }

    @Test("a check of a store that is written to finds nothing either")
    func busy() throws {
        let store = try Fixture.open(try filledDisk())
        for number in 100..<UInt64(130) { try store.put(Fixture.digest(number), kind: 1, Fixture.content(number)) }
        try store.remove(Fixture.digest(3))
        let report = try store.check()
        #expect(report.findings == [])
        #expect(report.objects.objects == Self.count + 29)
        var calls = 0
        _ = try store.check { _ in
            calls += 1
            return calls < 5
        }
        #expect(calls == 5)
        try store.close()
    }

    @Test("a damaged chunk is named by file, place, digest and kind; a damaged node is mended")
    func names() throws {
        let disk = try filledDisk()
        let chunk = try place(7, disk)
        let node = try place(8, disk)
        disk.flip(chunk.path, at: chunk.at + 5, mask: 1)
        disk.flip(node.path, at: node.at + 5, mask: 1)
        let before = disk.contents
        var store = try Fixture.open(disk, .readOnly)
        var report = try store.check()
        #expect(disk.contents == before)
        #expect(report.isDamaged)
        #expect(report.lostObjects == 1)
        #expect(report.mendedObjects == 1)
        let lost = try #require(report.findings.first { $0.problem == .damaged })
        #expect(lost.file == chunk.path)
        #expect(lost.offset == UInt64(chunk.at - 64))
        #expect(lost.digest == Fixture.digest(7))
        #expect(lost.kind == 1)
        #expect(lost.sentence.contains(chunk.path) && lost.sentence.contains("\(Fixture.digest(7))"))
        store = try Fixture.open(disk)
        #expect(try store.check().mendedObjects == 1)
        report = try store.check()
        #expect(report.mendedObjects == 0)
        #expect(report.lostObjects == 1)
        try store.close()
    }

    @Test("a table's damaged count makes no room for what is not there; the entries are read one by one")
    func damagedCount() throws {
        let disk = try filledDisk()
        let path = try #require(objectSegments(disk).first)
        let table = try #require(tables(path, disk).last)
        // The count, behind the entry's header and the place of the table before: one of these bytes is the highest.
        for at in [8, 11] { disk.flip(path, at: table + 64 + at, mask: 0x40) }
        let before = try addressSpace()
        let store = try Fixture.open(disk, .readOnly)
        #expect(try addressSpace() - before < 1 << 30)
        #expect(store.takeRecovery().findings.map(\.problem) == [.rebuilt])
        #expect(readable(store) == Int(Self.count))
        try store.close()
    }

    /// Bytes that this process has asked for, whether it uses them or not.
    private func addressSpace() throws -> Int {
        let file = try RealDisk(folder: "/proc/self").open("statm", for: .read)
        var bytes = [UInt8](repeating: 0, count: 64)
        _ = unsafe try bytes.withUnsafeMutableBytes { unsafe try file.read(into: $0, at: 0) }
        let pages = String(decoding: bytes.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
        return try #require(Int(pages)) * 4096
    }

    @Test("two damaged tables are told and made again")
    func tablesAgain() throws {
        let disk = try filledDisk()
        let path = try #require(objectSegments(disk).first)
        let found = tables(path, disk)
        #expect(found.count >= 2)
        for at in found.suffix(2) { disk.flip(path, at: at + 70, mask: 1) }
        var store = try Fixture.open(disk)
        let findings = store.takeRecovery().findings
        #expect(findings.map(\.problem) == [.rebuilt, .rebuilt])
        #expect(findings.allSatisfy { $0.file == path })
        #expect(readable(store) == Int(Self.count))
        try store.close()
        let before = disk.count(.read)
        store = try Fixture.open(disk, .readOnly)
        #expect(store.takeRecovery().findings == [])
        #expect(disk.count(.read) - before < 100)
        #expect(readable(store) == Int(Self.count))
    }

    @Test("of a segment that was cut off, what is left can be read, and the rest is told")
    func truncated() throws {
        let disk = try filledDisk()
        let path = try #require(objectSegments(disk).first)
        let size = disk.contents[path]?.count ?? 0
        try disk.open(path, for: .write).truncate(to: UInt64(size / 2))
        for access in [LocalStore.Access.salvage, .readWrite] {
            let store = try Fixture.open(disk, access)
            let findings = store.takeRecovery().findings
            #expect(findings.contains { $0.problem == .missing && $0.file == path && $0.offset == UInt64(size / 2) })
            #expect(readable(store) < Int(Self.count) && readable(store) > Int(Self.count / 2))
            #expect(try store.check().isDamaged)
            try store.close()
        }
    }

    @Test("a segment that is gone is told, and its nodes come from their copies")
    func gone() throws {
        let disk = try filledDisk()
        let path = try #require(objectSegments(disk).last)
        try disk.remove(path)
        let store = try Fixture.open(disk)
        let findings = store.takeRecovery().findings
        #expect(findings.contains { $0.problem == .missing && $0.file == path })
        #expect(readable(store) >= Int(Self.count / 2))
        let report = try store.check()
        #expect(report.isDamaged)
        #expect(try Fixture.open(disk, .readOnly).check().findings.allSatisfy { $0.problem != .damaged })
        try store.close()
    }

    @Test("segments under each other's names give nothing wrong, stay as they are, and serve again when put right")
    func swapped() throws {
        let disk = try filledDisk()
        let paths = objectSegments(disk)
        let (one, other) = (paths[0], paths[1])
        func swap() throws {
            try disk.rename(one, to: "objects/aside")
            try disk.rename(other, to: one)
            try disk.rename("objects/aside", to: other)
        }
        try swap()
        let before = disk.contents.filter { $0.key == one || $0.key == other }
        let store = try Fixture.open(disk)
        let findings = store.takeRecovery().findings
        #expect(Set(findings.filter { $0.problem == .misplaced }.map(\.file)) == [one, other])
        #expect(findings.contains { $0.sentence.contains("under another name") })
        #expect(readable(store) < Int(Self.count))
        try store.compact()
        try store.close()
        #expect(disk.contents.filter { $0.key == one || $0.key == other } == before)
        try swap()
        #expect(readable(try Fixture.open(disk)) == Int(Self.count))
    }

    @Test("a second file of a segment is told and otherwise ignored")
    func duplicate() throws {
        let disk = try filledDisk()
        let path = try #require(objectSegments(disk).first)
        let bytes = disk.contents[path] ?? []
        unsafe try disk.open("objects/00000000000000ff.seg", for: .create).write(bytes.span.bytes, at: 0)
        let store = try Fixture.open(disk)
        let findings = store.takeRecovery().findings
        #expect(findings.contains { $0.problem == .misplaced && $0.file == "objects/00000000000000ff.seg" })
        #expect(readable(store) == Int(Self.count))
        try store.put(Fixture.digest(1000), kind: 1, [1])
        try store.close()
        #expect(try Fixture.open(disk).get(Fixture.digest(1000)) == [1])
    }

    @Test("without either checkpoint file every object is salvaged, by the right key only")
    func noCheckpoint() throws {
        let disk = try filledDisk()
        for slot in ["checkpoint.a", "checkpoint.b"] { disk.flip(slot, at: 90, mask: 1) }
        #expect(throws: Failure.self) { try Fixture.open(disk, .readOnly) }
        let before = disk.contents
        let store = try Fixture.open(disk, .salvage)
        let recovery = store.takeRecovery()
        #expect(recovery.state == nil)
        #expect(recovery.findings.filter { $0.problem == .damaged }.count >= 2)
        #expect(readable(store) == Int(Self.count))
        #expect(try store.check().isDamaged)
        #expect(disk.contents == before)
        #expect(throws: Failure.self) {
            try LocalStore.open(on: disk, key: Fixture.otherKey, access: .salvage, settings: Fixture.settings)
        }
    }
}
