package import Core
package import LocalStore
internal import Synchronization

/// A disk in memory that knows what a power cut would leave, and fails when told to.
///
/// What was synced survives. Of the rest, each 512-byte piece and each unsynced change of a name survives or not, by the
/// seed's choice. A sync that fails forgets what it should have written, as Linux does: the next one says yes.
package final class SimulatedDisk: Disk {
    /// The calls a test can count and fail.
    package enum Call: String, CaseIterable, Sendable {
        case open, read, write, syncData, writeBack, allocate, truncate, size
        case makeFolder, list, rename, remove, syncFolder
    }

    /// One file: what a reader sees, what the medium has, and which pieces differ.
    final class Node: @unchecked Sendable {  // Touched with the disk's lock held.
        var live: [UInt8] = []
        var durable: [UInt8] = []
        var dirtyPieces: Set<Int> = []
        var isTruncated = false
        /// Reserved bytes count against the capacity.
        var reserved = 0

        func copy() -> Node {
            let node = Node()
            (node.live, node.durable, node.dirtyPieces) = (live, durable, dirtyPieces)
            (node.isTruncated, node.reserved) = (isTruncated, reserved)
            return node
        }
    }

    fileprivate enum NameChange {
        case made(String, Int)
        case removed(String, Int)
        /// Atomic, as every journaling file system has it.
        case renamed(String, to: String, Int)

        var node: Int {
            switch self {
            case .made(_, let node), .removed(_, let node), .renamed(_, _, let node): node
            }
        }

        func apply(to names: inout [String: Int]) {
            switch self {
            case .made(let name, let node): names[name] = node
            case .removed(let name, _): names[name] = nil
            case .renamed(let name, let other, let node):
                names[name] = nil
                names[other] = node
            }
        }
    }

    struct State {
        var nodes: [Int: Node] = [:]
        var live: [String: Int] = [:]
        var durable: [String: Int] = [:]
        fileprivate var changes: [String: [NameChange]] = [:]
        var folders: Set<String> = [""]
        var nextNode = 1
        var counts: [Call: Int] = [:]
        var total = 0
        var failing: (at: Int, errno: Errno)?
        var failingAlways: (calls: Set<Call>, errno: Errno)?
        var capacity = Int.max
        var isDead = false
        /// Ends the disk's life after so many calls.
        var cutAt = Int.max
    }

    static let pieceBytes = 512
    let state: Mutex<State>

    package init() { state = Mutex(State()) }
    private init(_ state: sending State) { self.state = Mutex(state) }

    /// A disk that durably holds these files.
    package convenience init(files: [String: [UInt8]]) {
        var state = State()
        for (path, bytes) in files {
            let node = Node()
            (node.live, node.durable) = (bytes, bytes)
            state.nodes[state.nextNode] = node
            state.live[path] = state.nextNode
            state.nextNode += 1
            state.folders.insert(Self.folder(of: path))
        }
        state.durable = state.live
        self.init(state)
    }

    package var shown: String { "the simulated disk" }

    // What a test tells it

    /// Fails the `number`-th call from now on, counted from 1, and no other.
    package func fail(call number: Int, with errno: Errno = .io) {
        state.withLock { $0.failing = ($0.total + number, errno) }
    }

    /// Fails each of these calls until told otherwise.
    package func failAlways(_ calls: Set<Call>, with errno: Errno = .io) {
        state.withLock { $0.failingAlways = calls.isEmpty ? nil : (calls, errno) }
    }

    /// Fails every call after the next `count` ones, as the last moments before a power cut.
    package func cutPower(after count: Int) { state.withLock { $0.cutAt = $0.total + count } }

    package func setCapacity(_ bytes: Int) { state.withLock { $0.capacity = bytes } }

    package func count(_ call: Call) -> Int { state.withLock { $0.counts[call] ?? 0 } }
    package var totalCalls: Int { state.withLock { $0.total } }
    package var hasFailed: Bool { state.withLock { ($0.failing?.at ?? .max) <= $0.total } }
    package var usedBytes: Int { state.withLock { Self.used($0) } }

    /// Every file as a reader sees it.
    package var contents: [String: [UInt8]] {
        state.withLock { state in
            state.live.compactMapValues { state.nodes[$0]?.live }
        }
    }

    /// Changes one byte of a file on the medium.
    package func flip(_ path: String, at offset: Int, mask: UInt8) {
        state.withLock { state in
            guard let number = state.live[path], let node = state.nodes[number], offset < node.live.count
            else { return }
            node.live[offset] ^= mask
            if offset < node.durable.count { node.durable[offset] ^= mask }
        }
    }

    /// The disk as the next process finds it when this one is killed: all that was written, synced or not.
    package func afterKill() -> SimulatedDisk {
        SimulatedDisk(state.withLock { state in Self.copy(state) })
    }

    /// The disk after a power cut; this one is dead from then on.
    package func afterPowerCut(seed: UInt64) -> SimulatedDisk {
        let next = state.withLock { state -> State in
            var random = SeededRandom(seed: seed)
            state.isDead = true
            var next = Self.copy(state)
            for folder in state.changes.keys.sorted() {
                // Changes of different files survive in any mixture, those of one file in their order.
                var stopped: Set<Int> = []
                for change in state.changes[folder] ?? [] {
                    if random.next() & 1 == 1 { stopped.insert(change.node) }
                    if !stopped.contains(change.node) { change.apply(to: &next.durable) }
                }
            }
            next.live = next.durable
            next.changes = [:]
            for number in next.nodes.keys.sorted() { next.nodes[number].map { Self.cut($0, &random) } }
            return next
        }
        return SimulatedDisk(next)
    }

    private static func cut(_ node: Node, _ random: inout SeededRandom) {
        // Now and then nothing or everything arrived; else any subset.
        let mood = random.next() % 4
        var result = node.durable
        if node.isTruncated, random.next() & 1 == 0, node.live.count < result.count {
            result.removeLast(result.count - node.live.count)
        }
        for piece in node.dirtyPieces.sorted() {
            let survives = mood == 0 ? false : mood == 1 ? true : random.next() & 1 == 0
            let start = piece * pieceBytes
            let end = min(start + pieceBytes, node.live.count)
            guard survives, start < end else { continue }
            if result.count < end { result += [UInt8](repeating: 0, count: end - result.count) }
            result.replaceSubrange(start..<end, with: node.live[start..<end])
        }
        (node.live, node.durable, node.dirtyPieces) = (result, result, [])
        (node.isTruncated, node.reserved) = (false, 0)
    }

    private static func copy(_ state: State) -> State {
        var next = State()
        next.nodes = state.nodes.mapValues { $0.copy() }
        next.live = state.live
        next.durable = state.durable
        next.changes = state.changes
        next.folders = state.folders
        next.nextNode = state.nextNode
        return next
    }

    private static func used(_ state: State) -> Int {
        Set(state.live.values).reduce(0) { sum, number in
            sum + (state.nodes[number].map { max($0.live.count, $0.reserved) } ?? 0)
        }
    }

    // The calls

    /// Counts a call and fails it when it is its turn.
    static func enter(_ call: Call, _ subject: String, _ state: inout State) throws(SystemCallFailure) {
        state.total += 1
        state.counts[call, default: 0] += 1
        if state.isDead || state.total > state.cutAt { throw SystemCallFailure(.io, call.rawValue, subject) }
        if let failing = state.failing, failing.at == state.total {
            throw SystemCallFailure(failing.errno, call.rawValue, subject)
        }
        if let failing = state.failingAlways, failing.calls.contains(call) {
            throw SystemCallFailure(failing.errno, call.rawValue, subject)
        }
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    package func makeFolder(_ path: String) throws(SystemCallFailure) {
        try state.withLock { (state) throws(SystemCallFailure) in
            try Self.enter(.makeFolder, path, &state)
            state.folders.insert(path)
        }
    }

    package func list(_ folder: String) throws(SystemCallFailure) -> [String] {
        try state.withLock { (state) throws(SystemCallFailure) in
            try Self.enter(.list, folder, &state)
            guard state.folders.contains(folder) else { throw SystemCallFailure(.noEntry, "list", folder) }
            let files = state.live.keys.filter { Self.folder(of: $0) == folder }
            let folders = state.folders.filter { !$0.isEmpty && Self.folder(of: $0) == folder }
            return (files + folders).map { folder.isEmpty ? $0 : String($0.dropFirst(folder.utf8.count + 1)) }
        }
    }

    package func open(_ path: String, for intent: OpenIntent) throws(SystemCallFailure) -> any DiskFile {
        let number = try state.withLock { (state) throws(SystemCallFailure) -> Int in
            try Self.enter(.open, path, &state)
            if intent == .create {
                guard state.live[path] == nil else { throw SystemCallFailure(.exists, "open", path) }
                guard state.folders.contains(Self.folder(of: path)) else {
                    throw SystemCallFailure(.noEntry, "open", path)
                }
                let number = state.nextNode
                state.nextNode += 1
                state.nodes[number] = Node()
                state.live[path] = number
                state.changes[Self.folder(of: path), default: []].append(.made(path, number))
                return number
            }
            guard let number = state.live[path] else { throw SystemCallFailure(.noEntry, "open", path) }
            return number
        }
        return SimulatedFile(disk: self, number: number, path: path, isWritable: intent != .read)
    }

    package func rename(_ path: String, to other: String) throws(SystemCallFailure) {
        try state.withLock { (state) throws(SystemCallFailure) in
            try Self.enter(.rename, path, &state)
            guard let number = state.live.removeValue(forKey: path) else {
                throw SystemCallFailure(.noEntry, "rename", path)
            }
            state.live[other] = number
            state.changes[Self.folder(of: other), default: []].append(.renamed(path, to: other, number))
        }
    }

    package func remove(_ path: String) throws(SystemCallFailure) {
        try state.withLock { (state) throws(SystemCallFailure) in
            try Self.enter(.remove, path, &state)
            guard let number = state.live.removeValue(forKey: path) else {
                throw SystemCallFailure(.noEntry, "remove", path)
            }
            state.changes[Self.folder(of: path), default: []].append(.removed(path, number))
        }
    }

    package func synchronizeFolder(_ path: String) throws(SystemCallFailure) {
        try state.withLock { (state) throws(SystemCallFailure) in
            try Self.enter(.syncFolder, path, &state)
            for change in state.changes.removeValue(forKey: path) ?? [] {
                change.apply(to: &state.durable)
            }
        }
    }

    /// Whether `bytes` more fit on the disk.
    static func hasRoom(for bytes: Int, _ state: State) -> Bool {
        state.capacity == .max || used(state) + bytes <= state.capacity
    }
}
