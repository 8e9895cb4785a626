import Core
import LocalStore
import StorageSupport
import Testing

@Suite struct IndexTests {
    private static let secret = IndexTable.Secret(first: 0x1234_5678_9abc_def1, second: 0xfedc_ba98_7654_3211)

    private func key(_ number: UInt64) -> IndexTable.Key { IndexTable.Key(Fixture.digest(number)) }

    private func slot(_ number: UInt64, at place: UInt64, isRemoval: Bool = false) -> IndexSlot {
        IndexSlot(key(number), place, UInt32(place % 1000), kind: 1, isRemoval: isRemoval)
    }

    @Test("a table agrees with a dictionary through any changes, also where keys fall into few places")
    func model() {
        for seed in UInt64(0)..<20 {
            var random = SeededRandom(seed: seed)
            // A secret that spreads badly, every other time: long runs of neighbours, wrapping at the end.
            let secret = seed % 2 == 0 ? Self.secret : IndexTable.Secret(first: 0, second: 0)
            var table = IndexTable(secret: secret, usedBits: 6)
            var model: [UInt64: UInt64] = [:]
            for step in UInt64(1)...3000 {
                let number = random.next() % 300
                let key =
                    seed % 2 == 0 ? key(number) : IndexTable.Key(high: number % 7 << 40, low: 1 << 20 | number)
                if random.next() % 3 == 0 {
                    #expect(table.remove(key)?.place.packed == model.removeValue(forKey: number), "seed \(seed)")
                } else {
                    table.set(IndexSlot(key, step, 10, kind: 2, isRemoval: false))
                    model[number] = step
                }
                #expect(table.find(key)?.place.packed == model[number], "seed \(seed)")
            }
            #expect(table.count == model.count)
            #expect(table.byteCount == UInt64(model.count) * 10)
        }
    }

    @Test("whatever the order of reading, the entry that was written last counts")
    func orders() {
        // Objects and removals of 40 digests in 400 entries, as segments would have them.
        for seed in UInt64(0)..<30 {
            var random = SeededRandom(seed: seed)
            var slots: [IndexSlot] = []
            var expected: [UInt64: UInt64] = [:]
            for place in UInt64(1)...400 {
                let number = random.next() % 40
                let isRemoval = random.next() % 3 == 0
                slots.append(slot(number, at: place, isRemoval: isRemoval))
                expected[number] = isRemoval ? nil : place
            }
            for index in slots.indices { slots.swapAt(index, Int(random.next() % 400)) }
            var table = IndexTable(secret: Self.secret, usedBits: 6)
            table.reserve(entries: Int(random.next() % 500))
            for slot in slots { _ = table.merge(slot) }
            _ = table.merge(slots[0])
            table.dropRemovals()
            #expect(table.count == expected.count, "seed \(seed)")
            for number in UInt64(0)..<40 {
                #expect(table.find(key(number))?.place.packed == expected[number], "seed \(seed)")
            }
        }
    }

    @Test("digests and their removals in many segments are read by several threads as by one")
    func parallelLoad() throws {
        let disk = try Fixture.newDisk()
        for session in UInt64(0)..<4 {
            let store = try Fixture.open(disk)
            for number in 0..<60 {
                try store.put(Fixture.digest(UInt64(number)), kind: 1, Fixture.content(UInt64(number)))
            }
            for number in 0..<30 { try store.remove(Fixture.digest(UInt64(number) * 2 + session % 2)) }
            try store.close()
        }
        var settings = Fixture.settings
        settings.parallelLoadBytes = 0
        for access in [LocalStore.Access.readOnly, .readWrite] {
            let store = try Fixture.open(disk, access, settings: settings)
            #expect(store.count == 30)
            for number in UInt64(0)..<60 {
                #expect(store.contains(Fixture.digest(number)) == (number % 2 == 0), "object \(number)")
                if number % 2 == 0 { #expect(try store.get(Fixture.digest(number)) == Fixture.content(number)) }
            }
            try store.close()
        }
    }

    @Test("a segment with many entries gets several tables, and is read from them", arguments: [false, true])
    func severalTables(_ isKilled: Bool) throws {
        var settings = Fixture.settings
        settings.tableEntries = 16
        var disk = try Fixture.newDisk()
        var store = try Fixture.open(disk, settings: settings)
        for number in UInt64(0)..<300 {
            try store.put(Fixture.digest(number), kind: 1, Fixture.content(number, count: 20))
            if number % 10 == 9 { try store.syncObjectsAndWait() }
        }
        var listed = 0
        try store.forEachObject { (_) throws(Failure) in listed += 1 }
        #expect(listed == 300)
        if isKilled { disk = disk.afterKill() } else { try store.close() }
        for _ in 0..<2 {
            store = try Fixture.open(disk, settings: settings)
            #expect(store.takeRecovery().notes == [])
            #expect(store.count == 300)
            for number in UInt64(0)..<300 {
                #expect(try store.get(Fixture.digest(number)) == Fixture.content(number, count: 20))
            }
            try store.close()
        }
    }
}
