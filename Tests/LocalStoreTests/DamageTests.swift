import Core
import LocalStore
import Primitives
import StorageSupport
import Testing

@Suite struct DamageTests {
    private static let objectCount: UInt64 = 30

    /// A closed store with a checkpoint, records after it, and objects in two segments.
    private func filledDisk() throws -> (disk: SimulatedDisk, recovery: Recovery) {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        for number in 0..<Self.objectCount {
            try store.put(Fixture.digest(number), kind: 2, Fixture.content(number, count: 2500))
            _ = try store.append(Fixture.record(number))
            if number == 9 { try store.checkpointAndWait(state: Array("the state".utf8), through: 8) }
        }
        try store.close()
        return (disk, try Fixture.open(disk, .readOnly).takeRecovery())
    }

    private func failure(_ body: () throws(Failure) -> Void) -> Failure? {
        do throws(Failure) {
            try body()
            return nil
        } catch { return error }
    }

    @Test("a flipped byte anywhere is detected or harmless, never wrong data", arguments: 0..<4)
    func flips(_ part: Int) throws {
        let (disk, original) = try filledDisk()
        #expect(original.records.count == 22)
        #expect(original.notes == [])
        var random = SeededRandom(seed: UInt64(part))
        for (path, bytes) in disk.contents {
            // Headers byte by byte, the rest by samples.
            let offsets =
                Array(stride(from: part, to: min(600, bytes.count), by: 4))
                + (0..<60).map { _ in Int(random.next() % UInt64(bytes.count)) }
            for offset in offsets {
                let flipped = disk.afterKill()
                flipped.flip(path, at: offset, mask: UInt8(1 << (random.next() % 8)))
                check(flipped, original, "\(path) at \(offset)")
            }
        }
    }

    private func check(_ disk: SimulatedDisk, _ original: Recovery, _ what: String) {
        let store: LocalStore
        do throws(Failure) {
            store = try Fixture.open(disk)
        } catch {
            #expect([.damaged, .unknownFormat].contains(error.code), "\(what): \(error)")
            return
        }
        let recovery = store.takeRecovery()
        #expect(recovery.records.map(\.position) == original.records.map(\.position), "\(what)")
        #expect(recovery.records.map(\.bytes) == original.records.map(\.bytes), "\(what)")
        #expect(recovery.state == original.state, "\(what)")
        for number in 0..<Self.objectCount {
            do throws(Failure) {
                let bytes = try store.get(Fixture.digest(number))
                #expect(bytes == Fixture.content(number, count: 2500), "\(what)")
            } catch {
                let isTold = error.code == .damaged || error.code == .notFound && !recovery.notes.isEmpty
                #expect(isTold, "\(what): \(error), notes \(recovery.notes)")
            }
        }
        #expect(failure { () throws(Failure) in try store.close() } == nil, "\(what)")
    }

    @Test("a lost record that was acknowledged stops the opening, changes nothing, and the rest can be salvaged")
    func salvage() throws {
        let (disk, original) = try filledDisk()
        let journal = try #require(
            disk.contents.keys.filter { $0.hasPrefix("journal/") && $0.hasSuffix(".seg") }.sorted().first)
        let bytes = try #require(disk.contents[journal])
        // The last block but the closing one: something behind it says what was durable.
        let pages = stride(from: 4096, to: bytes.count, by: 4096).filter {
            bytes[$0..<$0 + 7].elementsEqual("cbs-blk".utf8)
        }
        let target = try #require(pages.dropLast().last)
        disk.flip(journal, at: target + 200, mask: 1)
        let before = disk.contents
        for access in [LocalStore.Access.readWrite, .readOnly] {
            let found = failure { () throws(Failure) in _ = try Fixture.open(disk, access) }
            #expect(found?.code == .damaged)
        }
        #expect(disk.contents == before)
        let store = try Fixture.open(disk, .salvage)
        let recovery = store.takeRecovery()
        #expect(recovery.records.count < original.records.count)
        #expect(recovery.records.map(\.bytes) == original.records.prefix(recovery.records.count).map(\.bytes))
        #expect(recovery.notes.contains { $0.contains("cannot be read") })
        #expect(try store.get(Fixture.digest(0)) == Fixture.content(0, count: 2500))
        #expect(disk.contents == before)
    }

    @Test("a file of a newer format is refused", arguments: ["checkpoint.a", "objects/", "journal/"])
    func newer(_ prefix: String) throws {
        let (disk, _) = try filledDisk()
        let path = try #require(
            disk.contents.keys.filter { $0.hasPrefix(prefix) && !$0.hasSuffix(".free") }.sorted().first)
        disk.flip(path, at: 8, mask: 2)
        // A newer program's sum is not the one that our version would have.
        disk.flip(path, at: prefix == "checkpoint.a" ? 40 : 60, mask: 2)
        let found = failure { () throws(Failure) in _ = try Fixture.open(disk) }
        #expect(found?.code == .unknownFormat)
        #expect(found?.description.contains("update cbstore") == true)
    }

    @Test("a damaged version byte is damage like any other", arguments: ["checkpoint.a", "checkpoint.b", "objects/"])
    func damagedVersion(_ prefix: String) throws {
        let (disk, original) = try filledDisk()
        let path = try #require(disk.contents.keys.filter { $0.hasPrefix(prefix) }.sorted().first)
        disk.flip(path, at: 8, mask: 2)
        check(disk, original, path)
        let store = try Fixture.open(disk, .readOnly)
        #expect(store.takeRecovery().state == original.state)
        try store.close()
    }

    @Test("another key opens nothing")
    func wrongKey() throws {
        let (disk, _) = try filledDisk()
        let found = failure { () throws(Failure) in
            _ = try LocalStore.open(on: disk, key: SecretBytes(copying: [UInt8](repeating: 9, count: 32)))
        }
        #expect(found?.code == .damaged)
    }

    @Test("neither records nor state stand readable on the disk")
    func nothingPlain() throws {
        let disk = try Fixture.newDisk()
        let store = try Fixture.open(disk)
        let secret = Array("a very secret record ".utf8)
        for _ in 0..<20 { _ = try store.append(secret + secret) }
        try store.checkpointAndWait(state: secret, through: 5)
        try store.close()
        for (path, bytes) in disk.contents {
            let hits = bytes.indices.dropLast(secret.count).filter {
                bytes[$0..<$0 + secret.count].elementsEqual(secret)
            }
            #expect(hits == [], "\(path)")
        }
    }
}
