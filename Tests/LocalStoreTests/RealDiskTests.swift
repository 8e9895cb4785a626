import Core
import LocalStore
import StorageSupport
import Testing

@Suite struct RealDiskTests {
    /// Runs `body` with a folder that is gone afterwards.
    private func withFolder(_ body: (RealDisk) throws -> Void) throws {
        let folder = "/tmp/cbstore-local-\(UInt64.random(in: .min ... .max))"
        let disk = RealDisk(folder: folder)
        defer {
            for part in ["objects", "copies", "journal", ""] {
                for name in (try? disk.list(part)) ?? [] { try? disk.remove(part.isEmpty ? name : "\(part)/\(name)") }
                try? Files.removeDirectory(part.isEmpty ? folder : "\(folder)/\(part)")
            }
        }
        try body(disk)
    }

    @Test("a segment whose length is damaged is not searched to its end", .timeLimit(.minutes(1)))
    func endlessSegment() throws {
        try withFolder { disk in
            try LocalStore.create(on: disk, key: Fixture.key, settings: Fixture.settings)
            var store = try Fixture.open(disk)
            try store.put(Fixture.digest(1), kind: 1, Fixture.content(1))
            try store.close()
            let name = try #require(try disk.list("objects").first)
            // A hole: it takes no space.
            try disk.open("objects/\(name)", for: .write).truncate(to: 1 << 43)
            store = try Fixture.open(disk, .readOnly)
            #expect(try store.get(Fixture.digest(1)) == Fixture.content(1))
            try store.close()
        }
    }

    @Test("a store in a folder of this machine keeps objects, records and state from one opening to the next")
    func reopens() throws {
        try withFolder { disk in
            try LocalStore.create(on: disk, key: Fixture.key, settings: Fixture.settings)
            var store = try Fixture.open(disk)
            for number in UInt64(0)..<40 {
                try store.put(Fixture.digest(number), kind: 1, Fixture.content(number))
                _ = try store.append(Fixture.record(number))
            }
            try store.checkpointAndWait(state: [4, 2], through: 20)
            try store.close()
            store = try Fixture.open(disk)
            let recovery = store.takeRecovery()
            #expect(recovery.state == [4, 2])
            #expect(recovery.records.map(\.bytes) == (20..<40).map { Fixture.record($0) })
            #expect(recovery.notes == [])
            for number in UInt64(0)..<40 {
                #expect(try store.get(Fixture.digest(number)) == Fixture.content(number))
            }
            try store.syncAndWait(through: try store.append([1]))
            // Another reader beside the writer sees what is there.
            #expect(try Fixture.open(disk, .readOnly).takeRecovery().records.last?.bytes == [1])
            try store.close()
        }
    }

    @Test("the calls of a real disk do what their names say")
    func folder() throws {
        try withFolder { disk in
            #expect(throws: Failure.self) { try Fixture.open(disk) }
            try disk.makeFolder("")
            let file = try disk.open("one", for: .create)
            unsafe try file.write([UInt8](repeating: 1, count: 5).span.bytes, at: 3)
            try file.allocate(from: 8, count: 100)
            try file.startWriteBack(from: 0, count: 8)
            try file.synchronizeData()
            #expect(try file.size() == 8)
            #expect(throws: SystemCallFailure.self) { try disk.open("one", for: .create) }
            try disk.rename("one", to: "two")
            try disk.synchronizeFolder("")
            #expect(try disk.list("") == ["two"])
        }
    }
}
