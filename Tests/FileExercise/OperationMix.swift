internal import StorageSupport

/// Draws operations on a file of at most `length` bytes from a seed, each kind as often as its weight says.
///
/// Places and lengths are such that faults hide in: at borders of pages and chunks, at the end, one byte beside them; short
/// ones as often as long ones.
package struct OperationMix: Sendable {
    package typealias Weights = [(kind: FileOperation.Kind, weight: Int)]

    /// Everything; what waits for the disk or drops what is in memory comes more rarely.
    package static let everything: Weights = [
        (.read, 120), (.write, 120), (.append, 40), (.truncate, 30), (.readMapped, 60), (.writeMapped, 60),
        (.synchronizeMapped, 3), (.send, 20), (.receive, 20), (.synchronize, 2), (.synchronizeData, 2), (.reopen, 6),
        (.dropCache, 6), (.allocate, 15), (.reserve, 15), (.punchHole, 30), (.zero, 15), (.zeroInside, 15),
        (.copy, 20), (.copyOut, 15), (.copyIn, 15), (.seekData, 15), (.seekHole, 15),
    ]

    private static let pageBytes = 4096
    /// Content that is written at random places is cut at its multiples.
    private static let chunkBytes = 64 << 10

    package let length: Int
    private var weights: Weights
    private var random: SeededRandom
    /// No operation is longer: a quarter of the file, so that a few make no whole.
    private let greatest: Int

    package init(_ weights: Weights = everything, length: Int, seed: UInt64) {
        self.weights = weights
        self.length = length
        random = SeededRandom(seed: seed)
        greatest = max(1, min(length / 4, Filling.greatest / 2))
    }

    /// Draws this kind no more.
    package mutating func leaveOut(_ kind: FileOperation.Kind) { weights.removeAll { $0.kind == kind } }

    /// The next operation on a file of `size` bytes, beside another one of `otherSize`.
    package mutating func next(size: Int, otherSize: Int = 0) -> FileOperation {
        let kind = draw()
        let filling = Filling(&random)
        let hasNothing = kind.needsContent && size == 0 || kind == .copyIn && otherSize == 0
        if hasNothing || kind == .append && size >= length {
            return write(.write, filling)
        }
        switch kind {
        case .synchronize, .synchronizeData, .reopen, .dropCache: return FileOperation(kind, 0..<0, filling: filling)
        case .append: return FileOperation(kind, size..<size + count(upTo: length - size), filling: filling)
        case .truncate: return FileOperation(kind, 0..<place(upTo: length, size), filling: filling)
        case .read, .send, .seekData, .seekHole:
            let start = place(upTo: size, size)
            return FileOperation(kind, start..<start + count(upTo: length), filling: filling)
        case .readMapped: return FileOperation(kind, part(of: size), filling: filling)
        case .copyOut:
            let source = part(of: size)
            return FileOperation(kind, source, target: place(upTo: length - source.count, size), filling: filling)
        case .copyIn:
            let source = part(of: otherSize)
            let start = place(upTo: length - source.count, size)
            return FileOperation(
                kind, start..<start + source.count, target: source.lowerBound, filling: filling)
        case .copy: return copy(size, filling)
        case .write, .writeMapped, .synchronizeMapped, .receive, .allocate, .reserve, .punchHole, .zero, .zeroInside:
            return write(kind, filling, size)
        }
    }

    private mutating func write(_ kind: FileOperation.Kind, _ filling: Filling, _ size: Int = 0) -> FileOperation {
        let start = place(upTo: length - 1, size)
        return FileOperation(kind, start..<start + count(upTo: length - start), filling: filling)
    }

    /// Within the file, between ranges that do not touch: the system refuses others.
    private mutating func copy(_ size: Int, _ filling: Filling) -> FileOperation {
        let source = part(of: size)
        let room = length - source.count
        let target = place(upTo: room, size)
        if target >= source.upperBound || target + source.count <= source.lowerBound {
            return FileOperation(.copy, source, target: target, filling: filling)
        }
        return write(.write, filling, size)
    }

    // MARK: Numbers

    private mutating func draw() -> FileOperation.Kind {
        var number = below(weights.reduce(0) { $0 + $1.weight })
        for (kind, weight) in weights {
            number -= weight
            if number < 0 { return kind }
        }
        return .write
    }

    private mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(max(limit, 1))) }

    /// A range of a file that has bytes.
    private mutating func part(of size: Int) -> Range<Int> {
        let start = place(upTo: size - 1, size)
        return start..<start + count(upTo: size - start)
    }

    /// From 1 to `limit`: any order of magnitude is as likely as any other.
    private mutating func count(upTo limit: Int) -> Int {
        let limit = min(limit, greatest)
        let magnitude = 1 << below(Int.bitWidth - limit.leadingZeroBitCount + 1)
        let count = 1 + below(min(limit, magnitude))
        let rounded = count / Self.pageBytes * Self.pageBytes
        return rounded > 0 && below(4) == 0 ? rounded : count
    }

    /// From 0 to `limit`, in a file that now ends at `size`.
    private mutating func place(upTo limit: Int, _ size: Int) -> Int {
        let any = below(limit + 1)
        let place =
            switch below(8) {
            case 0, 1: any / Self.pageBytes * Self.pageBytes
            case 2: any / Self.chunkBytes * Self.chunkBytes + below(3) - 1
            case 3: size + below(3) - 1
            default: any
            }
        return min(max(place, 0), limit)
    }
}
