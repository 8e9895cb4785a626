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
        case makeFolder, list, rename, remove, syncFolder, space

        fileprivate var changes: Bool {
            switch self {
            case .open, .read, .size, .list, .space: false
            case .write, .syncData, .writeBack, .allocate, .truncate, .makeFolder, .rename, .remove, .syncFolder: true
            }
        }
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

    struct State {
        var nodes: [Int: Node] = [:]
        var live: [String: Int] = [:]
        var durable: [String: Int] = [:]
        var changes: [String: [NameChange]] = [:]
        var folders: Set<String> = [""]
        var nextNode = 1
        var counts: [Call: Int] = [:]
        var total = 0
        var failing: (at: Int, errno: Errno)?
        var failingAlways: (calls: Set<Call>, errno: Errno)?
        var capacity = Int.max
        var isReadOnly = false
        var isDead = false
        /// Ends the disk's life after so many calls.
        var cutAt = Int.max
        var planned: PlannedCut?
    }

    static let pieceBytes = 512
    /// What a disk without a set capacity says that it has.
    private static let greatestShown = 1 << 50
    let state: Mutex<State>

    package init() { state = Mutex(State()) }
    init(_ state: sending State) { self.state = Mutex(state) }

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

    /// Refuses from now on, or no longer, whatever changes the disk, as a file system that was mounted anew does.
    package func setReadOnly(_ isReadOnly: Bool) { state.withLock { $0.isReadOnly = isReadOnly } }

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
        if let planned = state.planned, planned.at <= state.total {
            state.planned = nil
            planned.take(SimulatedDisk(remains(of: state, seed: planned.seed)))
        }
        if state.isDead || state.total > state.cutAt { throw SystemCallFailure(.io, call.rawValue, subject) }
        if let failing = state.failing, failing.at == state.total {
            throw SystemCallFailure(failing.errno, call.rawValue, subject)
        }
        if let failing = state.failingAlways, failing.calls.contains(call) {
            throw SystemCallFailure(failing.errno, call.rawValue, subject)
        }
        if state.isReadOnly, call.changes { throw SystemCallFailure(.readOnly, call.rawValue, subject) }
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
            if state.isReadOnly, intent != .read { throw SystemCallFailure(.readOnly, "open", path) }
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

    package func space() throws(SystemCallFailure) -> FileSystemSpace {
        try state.withLock { (state) throws(SystemCallFailure) in
            try Self.enter(.space, "", &state)
            let total = min(state.capacity, Self.greatestShown)
            return FileSystemSpace(
                totalBytes: UInt64(total), freeBytes: UInt64(max(0, total - Self.used(state))))
        }
    }

    /// What is free of a disk with a set capacity.
    static func room(_ state: State) -> Int { max(0, state.capacity - used(state)) }

    /// Whether `bytes` more fit on the disk.
    static func hasRoom(for bytes: Int, _ state: State) -> Bool {
        state.capacity == .max || used(state) + bytes <= state.capacity
    }
}
