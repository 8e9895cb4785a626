internal import Core
internal import Synchronization

/// What is left when the process or the machine dies.
extension SimulatedDisk {
    enum NameChange {
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

    /// A power cut that leaves this disk alone, and shows what it would have left.
    struct PlannedCut {
        let at: Int
        let seed: UInt64
        let take: @Sendable (SimulatedDisk) -> Void
    }

    /// The disk as the next process finds it when this one is killed: all that was written, synced or not.
    package func afterKill() -> SimulatedDisk {
        SimulatedDisk(state.withLock { state in Self.copy(state) })
    }

    /// The disk after a power cut; this one is dead from then on.
    package func afterPowerCut(seed: UInt64) -> SimulatedDisk {
        let next = state.withLock { state -> State in
            state.isDead = true
            return Self.remains(of: state, seed: seed)
        }
        return SimulatedDisk(next)
    }

    /// Takes the disk as a power cut right before the `number`-th call from now on would leave it; this one lives on.
    ///
    /// `take` is called once, with this disk's lock held: it may neither use this disk nor wait for who does. A later
    /// plan takes the place of one that has not come to pass.
    package func planPowerCut(
        before number: Int, seed: UInt64, _ take: @escaping @Sendable (SimulatedDisk) -> Void
    ) {
        state.withLock { $0.planned = PlannedCut(at: $0.total + number, seed: seed, take: take) }
    }

    /// What is left, on the medium and for whoever opens it next.
    static func remains(of state: State, seed: UInt64) -> State {
        var random = SeededRandom(seed: seed)
        var next = copy(state)
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
        for number in next.nodes.keys.sorted() { next.nodes[number].map { cut($0, &random) } }
        return next
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
}
