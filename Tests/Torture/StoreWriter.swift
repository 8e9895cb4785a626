internal import Core
internal import Glibc
internal import LocalStore
internal import StorageSupport
internal import Synchronization

/// The process that is killed: goes on with the script in a store, and says on standard output what is acknowledged.
///
/// A line is the number of a record that a sync or a checkpoint has covered, written at once.
struct StoreWriter {
    /// Calls of `synchronizeData` that have returned without an error.
    private final class Syncs: Sendable {
        let completed = Mutex<UInt64>(0)
    }

    private let syncs = Syncs()
    private let store: LocalStore
    private var random: SeededRandom
    private var last: UInt64
    private var lastPosition: ChangePosition
    private var completedAtLast: UInt64 = 0
    /// The last record whose objects are gone.
    private var removed: UInt64

    private typealias ChangePosition = UInt64

    /// Small segments, so that a short life crosses their borders.
    static var settings: StoreSettings {
        var settings = StoreSettings()
        settings.objectSegmentBytes = 512 << 10
        settings.journalSegmentBytes = 128 << 10
        settings.flushInterval = .milliseconds(5)
        return settings
    }

    /// Opens the store in `folder`, or makes it.
    init(folder: [UInt8], seed: UInt64) throws(Failure) {
        let disk = WatchedDisk(RealDisk(folder: folder)) { [syncs] event throws(SystemCallFailure) in
            if case .synced = event { syncs.completed.withLock { $0 += 1 } }
        }
        random = SeededRandom(seed: seed)
        do throws(Failure) {
            try LocalStore.create(on: disk, key: StoreScript.key, settings: Self.settings)
        } catch {
            guard error.code == .alreadyExists else { throw error }
        }
        store = try LocalStore.open(on: disk, key: StoreScript.key, settings: Self.settings)
        let found = StoreFindings(store.takeRecovery())
        last = found.last
        // Of the life before nobody knows how far it came; what is gone goes again without a trace.
        removed = last - min(last, 4 * StoreScript.age)
        lastPosition = store.lastPosition
        if let problem = found.problems.first { throw Failure(.damaged, problem) }
        // What no sync has covered may be named by the journal and gone: then it goes too, as a vault has it.
        if let lost = found.records.first(where: { record in
            StoreScript.objects(of: record.number).contains { !store.contains($0.digest) }
                && record.number + StoreScript.age > found.last
        }) {
            try store.dropRecovered(from: lost.position)
            last = lost.number - 1
            lastPosition = store.lastPosition
        }
    }

    /// Works until it is killed, or `count` records are written.
    mutating func run(count: Int) throws(Failure) {
        for _ in 0..<count {
            try add()
            switch random.next() % 16 {
            case 0...3:
                try acknowledge { (store, position) throws(Failure) in try store.syncAndWait(through: position) }
            case 4:
                let state = [UInt8](bigEndian: last)
                try acknowledge { (store, position) throws(Failure) in
                    try store.checkpointAndWait(state: state, through: position)
                }
            case 5: try store.syncObjectsAndWait()
            default: break
            }
        }
        try store.close()
    }

    private mutating func add() throws(Failure) {
        let number = last + 1
        for object in StoreScript.objects(of: number) { try store.put(object.digest, kind: object.kind, object.bytes) }
        lastPosition = try store.append(StoreScript.record(number))
        completedAtLast = syncs.completed.withLock { $0 }
        last = number
    }

    private mutating func acknowledge(_ body: (LocalStore, UInt64) throws(Failure) -> Void) throws(Failure) {
        try body(store, lastPosition)
        guard syncs.completed.withLock({ $0 }) > completedAtLast else {
            throw Failure(.other, "record \(last) was acknowledged without an fdatasync")
        }
        while removed + StoreScript.age < last {
            removed += 1
            for object in StoreScript.objects(of: removed) { try store.remove(object.digest) }
        }
        let line = Array("\(last)\n".utf8)
        // To a pipe: no buffer of ours keeps it back.
        _ = unsafe write(STDOUT_FILENO, line, line.count)
    }
}

/// What a store's journal tells of the script.
struct StoreFindings {
    struct Record {
        let number: UInt64
        let position: UInt64
    }

    /// The records behind the checkpoint, in order.
    private(set) var records: [Record] = []
    /// The number of the last record that is there, itself or in the checkpoint's state.
    private(set) var last: UInt64 = 0
    private(set) var problems: [String] = []

    init(_ recovery: Recovery) {
        if let state = recovery.state { last = state.reduce(0) { $0 << 8 | UInt64($1) } }
        for record in recovery.records {
            guard let number = StoreScript.number(of: record.bytes) else {
                problems.append("the record at \(record.position) is none that was written")
                continue
            }
            if number != last + 1 { problems.append("record \(number) follows record \(last)") }
            last = number
            records.append(Record(number: number, position: record.position))
        }
    }
}
