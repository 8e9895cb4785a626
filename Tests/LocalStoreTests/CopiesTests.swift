import Core
import LocalStore
import StorageSupport
import Testing

@Suite struct CopiesTests {
    private static let count: UInt64 = 40

    /// A closed store with chunks (kind 1) and tree nodes (kind 3) by turns.
    private func filledDisk() throws -> SimulatedDisk {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        for number in 0..<Self.count {
            try store.put(Fixture.digest(number), kind: number % 2 == 0 ? 3 : 1, Fixture.content(number, count: 2000))
        }
        try store.close()
        return disk
    }

    private func segments(_ disk: SimulatedDisk, _ folder: String) -> [String] {
        disk.contents.keys.filter { $0.hasPrefix(folder) }.sorted()
    }

    /// Where an object's content stands in a segment of `folder`.
    private func place(_ number: UInt64, _ disk: SimulatedDisk, _ folder: String) throws -> (path: String, at: Int) {
        let content = Fixture.content(number, count: 2000)
        for path in segments(disk, folder) {
            let bytes = disk.contents[path] ?? []
            let at = bytes.indices.dropLast(content.count - 1).first {
                bytes[$0] == content[0] && bytes[$0..<$0 + content.count].elementsEqual(content)
            }
            if let at { return (path, at) }
        }
        throw Failure(.notFound, "object \(number) is not in \(folder)")
    }

    @Test("chunk lists, tree nodes and commits are written twice, and nothing else is")
    func kinds() throws {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        for kind in UInt8(0)...9 { try store.put(Fixture.digest(UInt64(kind)), kind: kind, [kind, 1, 2]) }
        try store.close()
        let cut = disk.afterPowerCut(seed: 1)
        for path in segments(cut, "objects/") { try cut.remove(path) }
        let bare = try Fixture.open(cut, .readOnly)
        let there = (UInt8(0)...9).filter { bare.contains(Fixture.digest(UInt64($0))) }
        #expect(there == [2, 3, 4])
    }

    @Test("without copies nothing is written twice")
    func withoutCopies() throws {
        var settings = Fixture.settings
        settings.keepsCopies = false
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk, settings: settings)
        try store.put(Fixture.digest(1), kind: 3, [1])
        try store.close()
        #expect(segments(disk, "copies/") == [])
    }

    @Test("a damaged node is read from its copy, put in its place, and told once")
    func mends() throws {
        let disk = try filledDisk()
        let (path, at) = try place(4, disk, "objects/")
        disk.flip(path, at: at + 100, mask: 4)
        var store = try Fixture.open(disk)
        #expect(store.takeRecovery().notes == [])
        for _ in 0..<2 { #expect(try store.get(Fixture.digest(4)) == Fixture.content(4, count: 2000)) }
        #expect(store.standing.mendedObjects == 1)
        let finding = try #require(store.standing.findings.first)
        #expect(finding.problem == .mended)
        #expect(finding.file == path)
        #expect(finding.offset == UInt64(at) - 64)
        #expect(finding.digest == Fixture.digest(4))
        #expect(finding.kind == 3)
        try store.close()
        for copy in segments(disk, "copies/") { try disk.remove(copy) }
        store = try Fixture.open(disk)
        #expect(try store.get(Fixture.digest(4)) == Fixture.content(4, count: 2000))
        #expect(store.standing.mendedObjects == 0)
        try store.close()
    }

    @Test("a damaged chunk has no copy, and is an error")
    func chunks() throws {
        let disk = try filledDisk()
        let (path, at) = try place(5, disk, "objects/")
        disk.flip(path, at: at + 100, mask: 4)
        let store = try Fixture.open(disk)
        #expect(throws: Failure.self) { try store.get(Fixture.digest(5)) }
        #expect(!store.repair(Fixture.digest(5)))
        try store.close()
    }

    @Test("when a segment is gone its nodes are read, listed and put again from their copies")
    func missingSegment() throws {
        let disk = try filledDisk()
        let lost = try place(0, disk, "objects/").path
        try disk.remove(lost)
        for access in [LocalStore.Access.readOnly, .readWrite, .readWrite] {
            let store = try Fixture.open(disk, access)
            var listed: Set<Digest> = []
            try store.forEachObject { (entry) throws(Failure) in listed.insert(entry.digest) }
            for number in 0..<Self.count where number % 2 == 0 {
                #expect(store.contains(Fixture.digest(number)))
                #expect(store.length(of: Fixture.digest(number)) == 2000)
                #expect(listed.contains(Fixture.digest(number)))
                #expect(try store.get(Fixture.digest(number)) == Fixture.content(number, count: 2000))
            }
            try store.close()
        }
    }

    @Test("a store opened for reading serves copies and changes nothing")
    func readOnly() throws {
        let disk = try filledDisk()
        let (path, at) = try place(4, disk, "objects/")
        disk.flip(path, at: at + 100, mask: 4)
        let before = disk.contents
        let store = try Fixture.open(disk, .readOnly)
        #expect(try store.get(Fixture.digest(4)) == Fixture.content(4, count: 2000))
        #expect(try store.get(Fixture.digest(4), range: 90..<120) != Array(Fixture.content(4, count: 2000)[90..<120]))
        #expect(store.repair(Fixture.digest(4)))
        #expect(try store.get(Fixture.digest(4), range: 90..<120) == Array(Fixture.content(4, count: 2000)[90..<120]))
        #expect(!store.repair(Fixture.digest(4)))
        try store.close()
        #expect(disk.contents == before)
    }

    @Test("a part that its reader finds damaged is repaired on demand, once")
    func repairs() throws {
        let disk = try filledDisk()
        let (path, at) = try place(4, disk, "objects/")
        disk.flip(path, at: at + 100, mask: 4)
        let store = try Fixture.open(disk)
        let right = Array(Fixture.content(4, count: 2000)[90..<120])
        #expect(try store.get(Fixture.digest(4), range: 90..<120) != right)
        #expect(store.repair(Fixture.digest(4)))
        #expect(try store.get(Fixture.digest(4), range: 90..<120) == right)
        #expect(!store.repair(Fixture.digest(4)))
        // An intact one is not written again for a reader who is wrong.
        #expect(!store.repair(Fixture.digest(6)))
        #expect(store.count == Int(Self.count))
        try store.close()
    }

    @Test("what was removed and synced does not come back from its copy", arguments: UInt64(0)..<40)
    func removed(_ seed: UInt64) throws {
        let disk = try filledDisk()
        let store = try Fixture.open(disk)
        for number in stride(from: UInt64(0), to: 20, by: 2) { try store.remove(Fixture.digest(number)) }
        if seed % 2 == 0 {
            try store.syncObjectsAndWait()
        } else {
            try store.checkpointAndWait(state: [1], through: 0)
        }
        let again = try Fixture.open(disk.afterPowerCut(seed: seed))
        for number in 0..<Self.count {
            #expect(again.contains(Fixture.digest(number)) == (number % 2 == 1 || number >= 20), "object \(number)")
        }
        try again.close()
    }

    @Test("copies reach the disk behind a checkpoint, and no sync waits for them")
    func background() throws {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        // Takes the journal's segment, which a thread of its own prepares and syncs.
        try store.syncAndWait(through: try store.append([0]))
        for number in UInt64(0)..<20 { try store.put(Fixture.digest(number), kind: 4, Fixture.content(number)) }
        let before = disk.count(.syncData)
        try store.syncObjectsAndWait()
        #expect(disk.count(.syncData) == before + 1)
        try store.checkpointAndWait(state: [1], through: 0)
        store.finishUpkeep()
        let cut = disk.afterPowerCut(seed: 1)
        for path in segments(cut, "objects/") { try cut.remove(path) }
        let again = try Fixture.open(cut, .readOnly)
        for number in UInt64(0)..<20 { #expect(try again.get(Fixture.digest(number)) == Fixture.content(number)) }
    }

    @Test("damage to the copies concerns nobody but who needs them")
    func damagedCopies() throws {
        let disk = try filledDisk()
        for path in segments(disk, "copies/") {
            for at in stride(from: 0, to: disk.contents[path]?.count ?? 0, by: 97) { disk.flip(path, at: at, mask: 1) }
        }
        // A newer format, as far as anybody can tell: not a reason to keep the store closed either.
        for at in [8, 60] { disk.flip(segments(disk, "copies/")[0], at: at, mask: 6) }
        let store = try Fixture.open(disk)
        for number in 0..<Self.count {
            #expect(try store.get(Fixture.digest(number)) == Fixture.content(number, count: 2000))
        }
        try store.put(Fixture.digest(1000), kind: 3, [1, 2, 3])
        try store.close()
        #expect(try Fixture.open(disk).get(Fixture.digest(1000)) == [1, 2, 3])
    }
}
