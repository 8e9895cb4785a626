import Core
import Glibc
import LocalStore
import Primitives

/// A store of very many tiny objects: what opening it, its memory and its look-ups cost.
struct IndexBench {
    let folder: String
    let count: UInt64

    private static let key = SecretBytes(copying: Array(0..<32))
    /// With its header an object takes 112 bytes in a segment.
    private static let objectBytes = 48
    /// As a vault does every so often; what comes after the last one is found by searching.
    private static let checkpointEvery: UInt64 = 500_000
    private static let lookups: UInt64 = 2_000_000

    /// The digest of an object that is there below `count`, and of none from there on.
    private func digest(_ number: UInt64) -> Digest {
        var words: [UInt64] = []
        for part in UInt64(1)...4 {
            // SplitMix64: as even as hashes, and nothing to keep.
            var mixed = number &* 4 &+ part &* 0x9e37_79b9_7f4a_7c15
            mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            words.append(mixed ^ mixed >> 31)
        }
        return Digest(words: (words[0], words[1], words[2], words[3]))
    }

    /// Puts the objects and dies as by `kill -9`, nothing closed.
    func fill() throws(Failure) {
        try LocalStore.create(on: RealDisk(folder: folder), key: Self.key)
        let store = try LocalStore.open(on: RealDisk(folder: folder), key: Self.key)
        let bytes = [UInt8](repeating: 7, count: Self.objectBytes)
        for number in 0..<count {
            try store.put(digest(number), kind: 1, bytes)
            if number % Self.checkpointEvery == Self.checkpointEvery - 1 {
                try store.checkpointAndWait(state: [1], through: 0)
            }
        }
        kill(getpid(), SIGKILL)
    }

    func run(asJSON: Bool, isCold: Bool) throws(Failure) {
        defer { removeFolder() }
        let filled = SystemTime.monotonic()
        try fillInChild()
        let fillSeconds = (SystemTime.monotonic() - filled).inSeconds
        var coldSeconds: Double?
        if isCold {
            try dropCaches()
            coldSeconds = try timedOpen(.readOnly).seconds
        }
        let (store, seconds) = try timedOpen(.readWrite)
        guard store.count == Int(count) else {
            throw Failure(.damaged, "\(store.count) of \(count) objects are there")
        }
        let resident = residentBytes()
        let hits = rate { store.contains(digest($0 &* 0x9e37_79b1 % count)) ? 1 : 0 }
        let misses = rate { store.contains(digest($0 &+ count)) ? 1 : 0 }
        guard hits.found == Self.lookups, misses.found == 0 else { throw Failure(.damaged, "look-ups went wrong") }
        try store.close()
        let figures: [(String, Double)] =
            [
                ("objects", Double(count)), ("put_per_second", Double(count) / fillSeconds),
                ("open_after_kill_seconds", seconds), ("resident_bytes", Double(resident)),
                ("hits_per_second", hits.perSecond), ("misses_per_second", misses.perSecond),
            ] + (coldSeconds.map { [("open_cold_seconds", $0)] } ?? [])
        for (name, value) in figures where !asJSON { print("\(name): \(shown(value))") }
        if asJSON { print(JSON.object(figures.map { JSON.Member($0.0, JSON($0.1)) }).text(.compact)) }
    }

    private func shown(_ value: Double) -> String {
        value < 1000 ? "\((value * 1000).rounded() / 1000)" : "\(UInt64(value.rounded()))"
    }

    private func timedOpen(_ access: LocalStore.Access) throws(Failure) -> (store: LocalStore, seconds: Double) {
        let start = SystemTime.monotonic()
        let store = try LocalStore.open(on: RealDisk(folder: folder), key: Self.key, access: access)
        return (store, (SystemTime.monotonic() - start).inSeconds)
    }

    private func rate(_ find: (UInt64) -> UInt64) -> (perSecond: Double, found: UInt64) {
        let start = SystemTime.monotonic()
        var found: UInt64 = 0
        for number in 0..<Self.lookups { found += find(number) }
        return (Double(Self.lookups) / (SystemTime.monotonic() - start).inSeconds, found)
    }

    private func residentBytes() -> UInt64 {
        let bytes = (try? Files.readWhole("/proc/self/statm", limit: 4096)) ?? []
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return (fields.dropFirst().first.flatMap { UInt64($0) } ?? 0) * UInt64(getpagesize())
    }

    private func dropCaches() throws(Failure) {
        sync()
        let file = unsafe open("/proc/sys/vm/drop_caches", O_WRONLY)
        guard file >= 0, unsafe write(file, "3", 1) == 1 else {
            throw Failure(.denied, "only root can empty the page cache")
        }
        close(file)
    }

    /// Runs `fill` in a process of its own, which ends by a signal.
    private func fillInChild() throws(Failure) {
        let arguments = ["bench-store", "fill", "\(count)", "--folder", folder]
        var pointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe pointers.forEach { unsafe free($0) } }
        var child = pid_t()
        guard unsafe posix_spawn(&child, "/proc/self/exe", nil, nil, &pointers, environ) == 0 else {
            throw Failure(.io, "the process that fills the store did not start")
        }
        var status: Int32 = 0
        guard unsafe waitpid(child, &status, 0) == child, status & 0x7f == SIGKILL else {
            throw Failure(.io, "the process that fills the store failed")
        }
    }

    private func removeFolder() {
        let disk = RealDisk(folder: folder)
        for part in ["objects", "copies", "journal", ""] {
            for name in (try? disk.list(part)) ?? [] { try? disk.remove(part.isEmpty ? name : "\(part)/\(name)") }
            try? Files.removeDirectory(part.isEmpty ? folder : "\(folder)/\(part)")
        }
    }
}
