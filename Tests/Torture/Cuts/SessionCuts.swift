internal import Core
internal import FileExercise
internal import FileSystem
internal import StorageSupport
internal import Synchronization
internal import VaultSupport
internal import Vaults
internal import Volumes

/// Power cuts under sessions at work: two threads change files while their vault seals, journals and commits, and of its
/// disk is taken what a cut would leave.
struct SessionCuts {
    typealias Found = [Name: DirectoryHistory.Found]

    /// A disk as a cut left it, and what may be on it.
    private struct Cut: Sendable {
        let disk: SimulatedDisk
        let known: [DirectoryHistory]
    }

    private static let cutsInLife = 20
    /// How often a vault goes on from what a cut left.
    private static let livesOfVault = 3
    private static let directories = ["one", "two"].map { Name($0) }
    /// Within this a vault of this size opens on any machine, and whatever waits here is done.
    private static let limit = Duration.seconds(30)

    private var random: SeededRandom
    private(set) var cuts = 0
    /// Cuts right behind another one, while the vault was recovering.
    private(set) var interruptions = 0
    private(set) var problems: [String] = []
    /// What the longest opening took.
    private(set) var slowest = Duration.zero

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func run(_ wanted: Int) throws {
        while cuts < wanted, problems.isEmpty {
            let store = try TestVault()
            var found = [Found](repeating: [:], count: Self.directories.count)
            for _ in 0..<Self.livesOfVault where cuts < wanted && problems.isEmpty {
                try live(store, &found, min(wanted - cuts, Self.cutsInLife))
            }
            try store.close()
        }
    }

    /// One life of a vault, from what was found on its disk to what was found after the last cut.
    private mutating func live(_ store: TestVault, _ found: inout [Found], _ count: Int) throws {
        let session = try Session(volume: store.volume, time: store.time, sealingThreads: 2)
        var places: [Workplace] = []
        for (name, files) in zip(Self.directories, found) {
            places.append(Workplace(name, try Self.enter(name, session), found: files))
        }
        for (number, place) in places.enumerated() {
            let (time, seed) = (number == 0 ? store.time : nil, random.next())
            Threads.start("worker") {
                var worker = DirectoryWorker(session, time, place, seed: seed)
                worker.run()
            }
        }
        let keys = try VaultKeys(of: store)
        var last: SimulatedDisk?
        for _ in 0..<count {
            guard let cut = cutPower(store.disk, places) else { break }
            found = try judge(cut, keys)
            last = cut.disk
            if !problems.isEmpty { break }
        }
        for place in places { place.askForEnd() }
        for place in places where !place.waitForEnd(limit: Self.limit) {
            throw Failure(.timedOut, "\(place.name.escaped) does not come to its end")
        }
        problems += places.compactMap(\.problem)
        try session.close()
        if let last {
            try store.close()
            try store.open(on: last)
        }
    }

    /// A directory's node; it is made, durably, when it is not there.
    private static func enter(_ name: Name, _ session: Session) throws(FileError) -> NodeID {
        do throws(FileError) { return try session.lookup(name, in: .root).wait().node } catch {
            guard error.code == .notFound else { throw error }
        }
        let caller = Caller(owner: 1000, group: 1000)
        let node = try session.makeDirectory(name, in: .root, permissions: 0o755, caller: caller).wait().node
        try session.synchronize(node, dataOnly: false).wait()
        return node
    }

    /// What a cut before one of the next calls leaves; nil when no such call comes.
    private mutating func cutPower(_ disk: SimulatedDisk, _ places: [Workplace]) -> Cut? {
        let taken = Gate<Cut?>(nil)
        // Mostly soon; now and then when much has come together.
        let number = 1 + Int(random.next() % (random.next() % 8 == 0 ? 1000 : 60))
        disk.planPowerCut(before: number, seed: random.next()) { disk in
            taken.withLock { $0 = Cut(disk: disk, known: places.map(\.known)) }
            taken.wakeAll()
        }
        let deadline = SystemTime.monotonic() + Self.limit
        let cut = taken.wait { cut -> Gate<Cut?>.Verdict<Cut?> in
            if let cut { return .done(cut) }
            return SystemTime.monotonic() >= deadline ? .done(nil) : .wait(until: deadline)
        }
        if cut == nil, places.allSatisfy({ $0.problem == nil }) {
            problems.append("the disk was not used for \(Self.limit)")
        }
        return cut
    }

    /// Opens what a cut left, and compares; what was found in each directory.
    private mutating func judge(_ cut: Cut, _ keys: VaultKeys) throws -> [Found] {
        cuts += 1
        let interrupted = Mutex<SimulatedDisk?>(nil)
        cut.disk.planPowerCut(before: 1 + Int(random.next() % 80), seed: random.next()) { disk in
            interrupted.withLock { $0 = disk }
        }
        let vault = try open(cut.disk, keys)
        let found = try Self.directories.map { try Self.files(of: $0, in: vault.volume) }
        for (name, (history, files)) in zip(Self.directories, zip(cut.known, found)) {
            problems += history.problems(in: files).map { "cut \(cuts): \(name.escaped)/\($0)" }
        }
        // What nobody can see any more must have gone.
        let expected = found.reduce(found.count) { $0 + $1.count }
        if vault.standing().files != UInt64(expected) {
            problems.append("cut \(cuts): \(vault.standing().files) files are counted, and \(expected) are there")
        }
        try vault.close()
        if let disk = interrupted.withLock({ $0 }) {
            interruptions += 1
            try expect(found, on: disk, keys, "when the power was cut while it was opened, or closed with a commit")
        }
        if cuts % 4 == 0 { try expect(found, on: cut.disk, keys, "with a commit") }
        return found
    }

    /// Looks again: what was there once stays, as nobody has changed it.
    private mutating func expect(
        _ found: [Found], on disk: SimulatedDisk, _ keys: VaultKeys, _ how: String
    ) throws {
        let vault = try open(disk, keys)
        let again = try Self.directories.map { try Self.files(of: $0, in: vault.volume) }
        if again != found { problems.append("cut \(cuts): what was found changed \(how)") }
        try vault.close()
    }

    private mutating func open(_ disk: SimulatedDisk, _ keys: VaultKeys) throws -> Vault {
        let start = SystemTime.monotonic()
        do throws(Failure) {
            let vault = try keys.open(disk)
            let duration = SystemTime.monotonic() - start
            slowest = max(slowest, duration)
            if duration > Self.limit { problems.append("cut \(cuts): the vault took \(duration) to open") }
            return vault
        } catch {
            throw Failure(error.code, "cut \(cuts): the vault does not open", cause: error)
        }
    }

    private static func files(of directory: Name, in volume: NativeVolume) throws(Failure) -> Found {
        guard let entry = try volume.entries(of: .root).first(where: { $0.name == directory }) else {
            throw Failure(.notFound, "the directory \(directory.escaped) is gone")
        }
        var found: Found = [:]
        for file in try volume.entries(of: entry.child.file) {
            found[file.name] = DirectoryHistory.Found(
                inode: Session.inode(of: file.child.file), bytes: try volume.bytes(of: file.child.file))
        }
        return found
    }
}
