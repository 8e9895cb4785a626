internal import Core
internal import Glibc
internal import LocalStore
internal import Mounting
internal import StorageSupport

/// Kills a writer at random moments, opening included, and compares what is left with what it had acknowledged.
struct StoreKills {
    private let folder: [UInt8]
    private var random: SeededRandom
    /// The last record that was acknowledged in this folder.
    private var acknowledged: UInt64 = 0
    private(set) var acknowledgements = 0
    private(set) var problems: [String] = []

    /// `folder` is empty, and stays this one's.
    init(folder: [UInt8], seed: UInt64) {
        self.folder = folder
        random = SeededRandom(seed: seed)
    }

    /// One life and death of a writer.
    mutating func kill() throws {
        let output = try Pipe()
        let program = SystemPath("/proc/self/exe")
        let child = try Spawned(
            program: program,
            arguments: [program, SystemPath("writer"), SystemPath(folder), SystemPath("\(random.next())")],
            descriptors: [.init(STDOUT_FILENO, from: output.writeEnd)])
        output.closeWriteEnd()
        // Mostly in the middle of work; often while it opens.
        let life = Duration.microseconds(Int64(random.next() % (random.next() % 3 == 0 ? 5_000 : 80_000)))
        let deadline = SystemTime.monotonic() + life
        var lines: [UInt8] = []
        var isOver = false
        while let piece = try output.readSome(until: deadline) {
            if piece.isEmpty {
                isOver = true
                break
            }
            lines += piece
        }
        if !isOver { Glibc.kill(child.process, SIGKILL) }
        lines += try output.readAll(limit: .seconds(60)) ?? []
        let status = try child.wait()
        if status != 0, status != 128 + SIGKILL { problems.append("a writer ended with status \(status)") }
        // A line that was cut off was no acknowledgement.
        let whole = lines.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast()
        acknowledgements += whole.count
        for line in whole {
            if let number = UInt64(String(decoding: line, as: UTF8.self)) { acknowledged = max(acknowledged, number) }
        }
        try judge()
    }

    /// Opens the store without changing it.
    private mutating func judge() throws {
        let disk = RealDisk(folder: folder)
        let store: LocalStore
        do throws(Failure) {
            store = try LocalStore.open(
                on: disk, key: StoreScript.key, access: .readOnly, settings: StoreWriter.settings)
        } catch {
            // Killed before it was made: then nothing was acknowledged.
            if error.code != .notFound || acknowledged > 0 { problems.append("the store does not open: \(error)") }
            return
        }
        let found = StoreFindings(store.takeRecovery())
        problems += found.problems
        if found.last < acknowledged {
            problems.append("record \(acknowledged) was acknowledged, \(found.last) is the last")
        }
        for number in oldest(before: found.last)...max(found.last, 1) {
            for object in StoreScript.objects(of: number) { judge(object, of: number, in: store) }
        }
        if found.last > StoreScript.age {
            for object in StoreScript.objects(of: found.last - StoreScript.age) where store.contains(object.digest) {
                problems.append("object \(object.digest) is there again, though it was removed")
            }
        }
        try store.close()
    }

    /// The oldest record of which no later one, written or under way, removes the objects.
    private func oldest(before last: UInt64) -> UInt64 { last > StoreScript.age ? last - StoreScript.age + 2 : 1 }

    private mutating func judge(_ object: StoreScript.Object, of record: UInt64, in store: LocalStore) {
        do throws(Failure) {
            if try store.get(object.digest) != object.bytes {
                problems.append("object \(object.digest) of record \(record) has other bytes")
            }
        } catch {
            problems.append("object \(object.digest) of record \(record): \(error)")
        }
    }
}
