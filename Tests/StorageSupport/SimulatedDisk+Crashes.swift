internal import Core
internal import Synchronization

/// What is left when the process or the machine dies.
extension SimulatedDisk {
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
}
