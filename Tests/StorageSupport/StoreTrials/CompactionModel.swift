internal import Core
package import LocalStore

/// Which objects must be there, and which must not, after any crash of a store that is compacted.
package struct CompactionModel {
    package let report: TrialReport
    var random: SeededRandom
    /// What is there when all goes well.
    private var present: Set<UInt64> = []
    /// Changed since the last sync that succeeded, or by an operation that failed: either answer is right.
    private var open: Set<UInt64> = []
    private var failed: Set<UInt64> = []

    package init(seed: UInt64) {
        report = TrialReport(seed: seed)
        random = SeededRandom(seed: seed)
    }

    /// A store with segments of which two objects in three are gone, none of them synced away yet.
    package mutating func makeSparse(on disk: SimulatedDisk) throws -> LocalStore {
        let store = try StoreFixture.open(disk, settings: StoreFixture.compactionSettings)
        for number in UInt64(0)..<60 { put(store, number) }
        sync(store)
        for number in UInt64(0)..<60 where number % 3 != 0 { remove(store, number) }
        sync(store)
        return store
    }

    /// Half of the objects are such as have a second copy.
    package static func kind(_ number: UInt64) -> UInt8 { number % 2 == 0 ? 3 : 1 }

    package mutating func step(_ store: LocalStore) {
        switch random.next() % 32 {
        case 0...13: put(store, random.next() % 120)
        case 14...25: remove(store, random.next() % 120)
        case 26...28: sync(store)
        case 29: _ = try? store.checkpointAndWait(state: [UInt8(truncatingIfNeeded: random.next())], through: 0)
        default: _ = try? store.compact()
        }
    }

    package mutating func put(_ store: LocalStore, _ number: UInt64) {
        open.insert(number)
        do throws(Failure) {
            try store.put(StoreFixture.digest(number), kind: Self.kind(number), StoreFixture.content(number))
            present.insert(number)
            failed.remove(number)
        } catch { failed.insert(number) }
    }

    package mutating func remove(_ store: LocalStore, _ number: UInt64) {
        open.insert(number)
        do throws(Failure) {
            try store.remove(StoreFixture.digest(number))
            present.remove(number)
            failed.remove(number)
        } catch { failed.insert(number) }
    }

    package mutating func sync(_ store: LocalStore) {
        do throws(Failure) {
            try store.syncObjectsAndWait()
            open = failed
        } catch {}
    }

    /// Compares the store with what must be, while it is open and nothing crashed.
    package func judgeLive(_ store: LocalStore) { judge(store, except: failed) }

    /// Compares what an opening after a crash found, and goes on from that.
    package mutating func judge(_ store: LocalStore) {
        judge(store, except: open)
        present = Set((0..<120).filter { store.contains(StoreFixture.digest($0)) })
        open = []
        failed = []
    }

    private func judge(_ store: LocalStore, except unsure: Set<UInt64>) {
        for number in UInt64(0)..<120 {
            let isThere = store.contains(StoreFixture.digest(number))
            if !unsure.contains(number) {
                report.expect(isThere == present.contains(number), "object \(number) is there: \(isThere)")
            }
            if isThere {
                report.expect(
                    (try? store.get(StoreFixture.digest(number))) == StoreFixture.content(number),
                    "object \(number) has other bytes")
            }
        }
    }
}
