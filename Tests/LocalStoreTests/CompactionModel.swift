import Core
import LocalStore
import StorageSupport
import Testing

/// Which objects must be there, and which must not, after any crash of a store that is compacted.
struct CompactionModel {
    let seed: UInt64
    var random: SeededRandom
    /// What is there when all goes well.
    private var present: Set<UInt64> = []
    /// Changed since the last sync that succeeded, or by an operation that failed: either answer is right.
    private var open: Set<UInt64> = []
    private var failed: Set<UInt64> = []

    init(seed: UInt64) {
        self.seed = seed
        random = SeededRandom(seed: seed)
    }

    /// Half of the objects are such as have a second copy.
    static func kind(_ number: UInt64) -> UInt8 { number % 2 == 0 ? 3 : 1 }

    mutating func step(_ store: LocalStore) {
        switch random.next() % 32 {
        case 0...13: put(store, random.next() % 120)
        case 14...25: remove(store, random.next() % 120)
        case 26...28: sync(store)
        case 29: _ = try? store.checkpointAndWait(state: [UInt8(seed & 0xff)], through: 0)
        default: _ = try? store.compact()
        }
    }

    mutating func put(_ store: LocalStore, _ number: UInt64) {
        open.insert(number)
        do throws(Failure) {
            try store.put(Fixture.digest(number), kind: Self.kind(number), Fixture.content(number))
            present.insert(number)
            failed.remove(number)
        } catch { failed.insert(number) }
    }

    mutating func remove(_ store: LocalStore, _ number: UInt64) {
        open.insert(number)
        do throws(Failure) {
            try store.remove(Fixture.digest(number))
            present.remove(number)
            failed.remove(number)
        } catch { failed.insert(number) }
    }

    mutating func sync(_ store: LocalStore) {
        do throws(Failure) {
            try store.syncObjectsAndWait()
            open = failed
        } catch {}
    }

    /// Compares the store with what must be, while it is open and nothing crashed.
    func judgeLive(_ store: LocalStore) { judge(store, except: failed) }

    /// Compares what an opening after a crash found, and goes on from that.
    mutating func judge(_ store: LocalStore) {
        judge(store, except: open)
        present = Set((0..<120).filter { store.contains(Fixture.digest($0)) })
        open = []
        failed = []
    }

    private func judge(_ store: LocalStore, except unsure: Set<UInt64>) {
        for number in UInt64(0)..<120 {
            let isThere = store.contains(Fixture.digest(number))
            if !unsure.contains(number) {
                #expect(isThere == present.contains(number), "object \(number) is there: \(isThere); seed \(seed)")
            }
            if isThere {
                #expect((try? store.get(Fixture.digest(number))) == Fixture.content(number), "\(number); seed \(seed)")
            }
        }
    }
}
