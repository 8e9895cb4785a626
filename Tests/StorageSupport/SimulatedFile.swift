internal import Core
internal import LocalStore
internal import Synchronization

/// An open file of the simulated disk.
final class SimulatedFile: DiskFile {
    private let disk: SimulatedDisk
    private let number: Int
    private let path: String
    private let isWritable: Bool

    init(disk: SimulatedDisk, number: Int, path: String, isWritable: Bool) {
        self.disk = disk
        self.number = number
        self.path = path
        self.isWritable = isWritable
    }

    /// Runs a call on the file's node, counted, or failed when it is its turn.
    private func perform<Result>(
        _ call: SimulatedDisk.Call,
        _ body: (SimulatedDisk.Node, inout SimulatedDisk.State) throws(SystemCallFailure) -> Result
    ) throws(SystemCallFailure) -> Result {
        try disk.state.withLock { (state) throws(SystemCallFailure) in
            guard let node = state.nodes[number] else { throw SystemCallFailure(.badDescriptor, call.rawValue, path) }
            do throws(SystemCallFailure) {
                try SimulatedDisk.enter(call, path, &state)
            } catch {
                if call == .syncData, !state.isDead, state.total <= state.cutAt {
                    // The system marks the pages clean: what they hold is never written.
                    node.dirtyPieces = []
                }
                throw error
            }
            return try body(node, &state)
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SystemCallFailure) -> Int {
        try perform(.read) { (node, _) throws(SystemCallFailure) in
            guard offset < UInt64(node.live.count) else { return 0 }
            let start = Int(offset)
            let count = min(buffer.count, node.live.count - start)
            unsafe buffer.copyBytes(from: node.live[start..<start + count])
            return count
        }
    }

    func write(_ bytes: RawSpan, at offset: UInt64) throws(SystemCallFailure) {
        let content = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
        try perform(.write) { (node, state) throws(SystemCallFailure) in
            guard isWritable else { throw SystemCallFailure(.badDescriptor, "write", path) }
            let start = Int(offset)
            let end = start + content.count
            let growth = end - max(node.live.count, node.reserved)
            if growth > 0, !SimulatedDisk.hasRoom(for: growth, state) {
                throw SystemCallFailure(.noSpace, "write", path)
            }
            if node.live.count < end {
                // The gap and the last piece change too.
                let old = node.live.count
                node.live += [UInt8](repeating: 0, count: end - old)
                Self.mark(node, old..<end)
            }
            node.live.replaceSubrange(start..<end, with: content)
            Self.mark(node, start..<end)
        }
    }

    private static func mark(_ node: SimulatedDisk.Node, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        for piece in range.lowerBound / SimulatedDisk.pieceBytes...(range.upperBound - 1) / SimulatedDisk.pieceBytes {
            node.dirtyPieces.insert(piece)
        }
    }

    func synchronizeData() throws(SystemCallFailure) {
        try perform(.syncData) { (node, _) throws(SystemCallFailure) in
            // Only the dirty pieces: what a failed sync forgot stays forgotten.
            if node.durable.count > node.live.count { node.durable.removeLast(node.durable.count - node.live.count) }
            if node.durable.count < node.live.count {
                node.durable += [UInt8](repeating: 0, count: node.live.count - node.durable.count)
            }
            for piece in node.dirtyPieces {
                let start = piece * SimulatedDisk.pieceBytes
                let end = min(start + SimulatedDisk.pieceBytes, node.live.count)
                if start < end { node.durable.replaceSubrange(start..<end, with: node.live[start..<end]) }
            }
            node.dirtyPieces = []
            node.isTruncated = false
        }
    }

    func startWriteBack(from offset: UInt64, count: UInt64) throws(SystemCallFailure) {
        try perform(.writeBack) { (_, _) throws(SystemCallFailure) in }
    }

    func allocate(from offset: UInt64, count: UInt64) throws(SystemCallFailure) {
        try perform(.allocate) { (node, state) throws(SystemCallFailure) in
            let held = max(node.live.count, node.reserved)
            let growth = Int(offset + count) - held
            guard growth > 0 else { return }
            if !SimulatedDisk.hasRoom(for: growth, state) {
                // Many a file system keeps the part that it found.
                node.reserved = held + SimulatedDisk.room(state)
                throw SystemCallFailure(.noSpace, "allocate", path)
            }
            node.reserved = Int(offset + count)
        }
    }

    func truncate(to size: UInt64) throws(SystemCallFailure) {
        try perform(.truncate) { (node, _) throws(SystemCallFailure) in
            let size = Int(size)
            if node.live.count > size {
                node.live.removeLast(node.live.count - size)
                node.isTruncated = true
            } else if node.live.count < size {
                let old = node.live.count
                node.live += [UInt8](repeating: 0, count: size - old)
                Self.mark(node, old..<size)
            }
            node.reserved = 0
        }
    }

    func size() throws(SystemCallFailure) -> UInt64 {
        try perform(.size) { (node, _) throws(SystemCallFailure) in UInt64(node.live.count) }
    }
}
