/// What a file may be after a power cut: anything it was since it was last made durable.
///
/// Every byte, by itself, has a value it had at some moment since then; so has the size. Two things are demanded beyond
/// that. What changes the size, or ranges as a whole, comes in its order: bytes from before it and from behind it are
/// never found together. And whoever knows that some operations are on the disk can say so.
package struct FileHistory: Sendable {
    /// What was last made durable.
    private var durable: FileModel
    /// How many operations that took.
    private var durableCount = 0
    private var since: [FileOperation] = []
    /// What the file is now.
    package private(set) var current: FileModel

    package init(_ bytes: [UInt8] = []) {
        durable = FileModel(bytes)
        current = durable
    }

    /// Operations so far.
    package var count: Int { durableCount + since.count }

    /// Notes an operation before it begins.
    package mutating func begin(_ operation: FileOperation) {
        current.apply(operation)
        since.append(operation)
    }

    /// Notes that everything begun so far is on the disk.
    package mutating func synchronized() {
        durableCount = count
        durable = current
        since = []
    }

    /// What cannot be about a file that was found with these bytes, of which the first `known` operations must show.
    package func problem(in found: [UInt8], known: Int = 0) -> String? {
        var start = durable
        var problem: String?
        var rest = since[...]
        for operation in rest.prefix(max(0, known - durableCount)) { start.apply(operation) }
        rest = rest.dropFirst(max(0, known - durableCount))
        while true {
            let end = rest.firstIndex { $0.kind.isInOrder } ?? rest.endIndex
            problem = Self.problem(in: found, between: start, and: rest[..<end])
            if problem == nil || end == rest.endIndex { return problem }
            for operation in rest[...end] { start.apply(operation) }
            rest = rest[(end + 1)...]
        }
    }

    /// The same between two operations that keep their order.
    private static func problem(
        in found: [UInt8], between start: FileModel, and operations: ArraySlice<FileOperation>
    ) -> String? {
        var state = start
        // A write may have come partly.
        var sizes = [start.size...start.size]
        var isExplained = found.indices.map { found[$0] == start.byte($0) }
        for operation in operations {
            let size = state.size
            state.apply(operation)
            sizes.append(min(size, state.size)...max(size, state.size))
            let changed = operation.changed(of: size, to: state.size).clamped(to: 0..<found.count)
            for place in changed where found[place] == state.byte(place) { isExplained[place] = true }
        }
        if !sizes.contains(where: { $0.contains(found.count) }) {
            return "\(found.count) bytes are found, \(start.size) were durable, and \(state.size) are written"
        }
        guard let first = isExplained.firstIndex(of: false) else { return nil }
        let count = isExplained.count(where: { !$0 })
        let values = "is \(found[first]), was durable as \(start.byte(first)), is written as \(state.byte(first))"
        return "\(count) bytes have a value they never had; the first, at \(first) of \(found.count), \(values)"
    }
}

extension FileOperation.Kind {
    /// Whether it comes to the disk in its order among the operations of its file, as one.
    fileprivate var isInOrder: Bool {
        switch self {
        case .truncate, .allocate, .punchHole, .zero, .zeroInside, .copy: true
        default: false
        }
    }
}

extension FileOperation {
    /// Which bytes may be others after this, when the file had `size` bytes and then has `newSize`.
    fileprivate func changed(of size: Int, to newSize: Int) -> Range<Int> {
        let resized = min(size, newSize)..<max(size, newSize)
        let written = kind == .copy ? target..<target + range.count : range
        if resized.isEmpty { return written }
        return min(written.lowerBound, resized.lowerBound)..<max(written.upperBound, resized.upperBound)
    }
}
