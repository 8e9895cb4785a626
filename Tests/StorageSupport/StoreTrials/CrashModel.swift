package import Core
package import LocalStore

/// What a store was asked and what it acknowledged, through any number of crashes; it judges what each open finds.
package struct CrashModel {
    struct Record {
        let position: UInt64
        let bytes: [UInt8]
        /// Objects whose put returned before it was appended, since the record before.
        let objects: [UInt64]
    }

    var random: SeededRandom
    package let report: TrialReport
    /// Records after the checkpoint, in order.
    var records: [Record] = []
    var through: UInt64 = 0
    var state: [UInt8]?
    /// A checkpoint that was asked for and not acknowledged: it may be found all the same.
    var attempted: [(through: UInt64, state: [UInt8])] = []
    var acknowledged: UInt64 = 0
    /// Objects that must be there.
    var safeObjects: Set<UInt64> = []
    /// Objects that were ever put: they may be there, with these bytes.
    var knownObjects: Set<UInt64> = []
    /// Records that were dropped after an open: they come back until the drop is durable.
    private var dropped: [Record] = []
    private var freshObjects: [UInt64] = []
    private var nextObject: UInt64 = 1
    private var nextRecord: UInt64 = 1

    package init(seed: UInt64) {
        report = TrialReport(seed: seed)
        random = SeededRandom(seed: seed)
    }

    /// One random operation. A failure is the disk's right; what it then means is noted.
    package mutating func step(_ store: LocalStore, _ disk: SimulatedDisk, _ time: ManualTime) {
        switch random.next() % 16 {
        case 0...4: put(store)
        case 5...10: append(store)
        case 11...12: sync(store, disk)
        case 13: time.advance(by: .milliseconds(250))
        case 14: checkpoint(store)
        default: remove(store)
        }
    }

    private mutating func put(_ store: LocalStore) {
        let number = random.next() % 8 == 0 ? random.next() % nextObject : nextObject
        nextObject = max(nextObject, number + 1)
        knownObjects.insert(number)
        do throws(Failure) {
            try store.put(StoreFixture.digest(number), kind: 1, StoreFixture.content(number))
            freshObjects.append(number)
        } catch {}
    }

    private mutating func remove(_ store: LocalStore) {
        guard let number = knownObjects.sorted().first else { return }
        if random.next() % 4 != 0 { return }
        // Whether it went or not, it is no longer promised.
        safeObjects.remove(number)
        knownObjects.remove(number)
        freshObjects.removeAll { $0 == number }
        records = records.map { record in
            Record(position: record.position, bytes: record.bytes, objects: record.objects.filter { $0 != number })
        }
        _ = try? store.remove(StoreFixture.digest(number))
        removed.insert(number)
    }

    private var removed: Set<UInt64> = []

    private mutating func append(_ store: LocalStore) {
        let bytes = StoreFixture.record(nextRecord)
        nextRecord += 1
        do throws(Failure) {
            let position = try store.append(bytes)
            records.append(Record(position: position, bytes: bytes, objects: freshObjects))
            freshObjects = []
        } catch {}
    }

    /// Takes in a record that the test appended and saw acknowledged.
    package mutating func noteAppended(_ bytes: [UInt8], at position: UInt64) {
        records.append(Record(position: position, bytes: bytes, objects: freshObjects))
        acknowledge(position)
    }

    private mutating func sync(_ store: LocalStore, _ disk: SimulatedDisk) {
        guard let last = records.last?.position, last > store.durablePosition else { return }
        let before = disk.count(.syncData)
        do throws(Failure) {
            try store.syncAndWait(through: last)
            report.expect(disk.count(.syncData) > before, "an acknowledged sync needs an fdatasync")
            report.noteAcknowledgement()
            acknowledge(last)
        } catch {}
    }

    private mutating func acknowledge(_ position: UInt64) {
        acknowledged = max(acknowledged, position)
        if let first = dropped.first, position > first.position { dropped = [] }
        for record in records where record.position <= position { safeObjects.formUnion(record.objects) }
    }

    private mutating func checkpoint(_ store: LocalStore) {
        let candidates = [through] + records.map(\.position)
        let position = candidates[Int(random.next() % UInt64(candidates.count))]
        let newState = Array("state \(nextRecord) through \(position)".utf8)
        let objects = freshObjects
        do throws(Failure) {
            try store.checkpointAndWait(state: newState, through: position)
            acknowledge(position)
            // All objects put before are durable too.
            for record in records { safeObjects.formUnion(record.objects) }
            safeObjects.formUnion(objects)
            take(newState, position)
        } catch {
            attempted.append((position, newState))
        }
    }

    private mutating func take(_ newState: [UInt8], _ position: UInt64) {
        state = newState
        through = position
        records.removeAll { $0.position <= position }
        attempted = []
    }

    /// Compares what an open found with what was promised, and takes over what it found.
    package mutating func judge(_ store: LocalStore, _ recovery: Recovery, canDrop: Bool) {
        if recovery.state != state {
            let found = attempted.last { $0.state == recovery.state }
            report.expect(found != nil, "a state nobody gave")
            if let found { take(found.state, found.through) }
        }
        attempted = []
        let found = Set(recovery.records.map(\.position))
        if dropped.contains(where: { found.contains($0.position) }), let first = dropped.first {
            // The drop was not durable, so nothing after it was acknowledged.
            records = records.filter { $0.position < first.position } + dropped
        }
        dropped = []
        let expected = records.prefix(recovery.records.count)
        report.expect(recovery.records.count <= records.count, "more records than were appended")
        report.expect(recovery.records.map(\.position) == expected.map(\.position), "positions differ")
        report.expect(recovery.records.map(\.bytes) == expected.map(\.bytes), "records differ")
        let last = recovery.records.last?.position ?? through
        report.expect(last >= acknowledged, "record \(acknowledged) was acknowledged, \(last) is the last")
        records = Array(expected)
        judgeObjects(store, recovery)
        if canDrop { dropOrphans(store, recovery) }
        acknowledged = max(through, records.last?.position ?? 0)
        freshObjects = []
        removed = []
    }

    private mutating func judgeObjects(_ store: LocalStore, _ recovery: Recovery) {
        for number in safeObjects.sorted() {
            report.expect(
                (try? store.get(StoreFixture.digest(number))) == StoreFixture.content(number),
                "object \(number) was acknowledged and is gone")
        }
        for number in knownObjects.union(removed) where store.contains(StoreFixture.digest(number)) {
            report.expect(
                read(number, store) == StoreFixture.content(number),
                "object \(number) has wrong bytes")
        }
        for (record, found) in zip(records, recovery.records) where found.isDurable || found.objectsWereSynced {
            for number in record.objects {
                report.expect(
                    store.contains(StoreFixture.digest(number)),
                    "record \(record.position) says that object \(number) was synced")
            }
        }
    }

    private func read(_ number: UInt64, _ store: LocalStore) -> [UInt8]? {
        do throws(Failure) { return try store.get(StoreFixture.digest(number)) } catch {
            report.fail("object \(number): \(error)")
            return nil
        }
    }

    /// Does what a vault does: cuts the records off that name objects which a power cut took.
    private mutating func dropOrphans(_ store: LocalStore, _ recovery: Recovery) {
        let index = records.firstIndex { record in
            record.objects.contains { !store.contains(StoreFixture.digest($0)) }
        }
        if let index {
            let position = records[index].position
            do throws(Failure) { try store.dropRecovered(from: position) } catch {
                report.fail("dropRecovered: \(error)")
            }
            dropped = Array(records[index...])
            records.removeSubrange(index...)
        }
        for record in records { safeObjects.formUnion(record.objects) }
    }
}
