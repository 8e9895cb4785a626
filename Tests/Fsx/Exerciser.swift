internal import Core
internal import FileExercise

/// Does operation after operation to two files and compares them with what they must hold.
struct Exerciser {
    /// What was not as it must be.
    private struct Mismatch: Error, CustomStringConvertible {
        let description: String
    }

    /// How often the whole files are compared.
    private static let interval = 1000
    /// How many operations are told when something is wrong.
    private static let told = 20
    private static let pieceBytes = 1 << 20

    private let file: ExercisedFile
    private let other: ExercisedFile
    private var model = FileModel()
    private var otherModel = FileModel()
    private var mix: OperationMix
    private var done = 0
    private var last: [FileOperation] = []
    /// Optional kinds that once were done: from then on they must not fail.
    private var supported: Set<FileOperation.Kind> = []
    private(set) var leftOut: [FileOperation.Kind] = []

    /// Takes two files that are empty.
    init(_ file: ExercisedFile, _ other: ExercisedFile, _ mix: OperationMix) {
        (self.file, self.other, self.mix) = (file, other, mix)
    }

    /// What was done last, and to what, for whoever has to find out what went wrong.
    var story: String {
        let first = done - last.count + 1
        let lines = last.enumerated().map { "  \(first + $0.offset): \($0.element)" }
        return (["the last operations, the newest at the end:"] + lines).joined(separator: "\n")
    }

    /// Whether it is wrong still, and below what the system remembers: it may have been so for a moment, or above only.
    func lookAgain() -> [String] {
        let looks: [(how: String, prepare: () throws -> Void)] = [
            ("read again", {}), ("read with the cache dropped", { try file.dropCache() }),
            ("opened again", { try file.reopen() }),
        ]
        return looks.map { how, prepare in
            do {
                try prepare()
                try compare(file, model)
                return "\(how), it is right"
            } catch { return "\(how): \(error)" }
        }
    }

    /// Throws at the first thing that is not as it must be.
    mutating func run(_ operations: Int) throws {
        while done < operations {
            done += 1
            let operation = mix.next(size: model.size, otherSize: otherModel.size)
            if last.count == Self.told { last.removeFirst() }
            last.append(operation)
            do {
                try step(operation)
            } catch let refusal as SystemCallFailure {
                try leaveOut(operation.kind, refusal)
            }
            if done % Self.interval == 0 { try compareAll() }
        }
        try file.reopen()
        try other.reopen()
        try compareAll()
    }

    /// A file system may lack an optional kind, when it says so from the first time on.
    private mutating func leaveOut(_ kind: FileOperation.Kind, _ refusal: SystemCallFailure) throws {
        let isLacking = refusal.errno == .notSupported || refusal.errno == .notSupportedCall
        guard kind.isOptional, isLacking, !supported.contains(kind) else { throw refusal }
        leftOut.append(kind)
        mix.leaveOut(kind)
    }

    private mutating func step(_ operation: FileOperation) throws {
        let (size, range) = (model.size, operation.range)
        switch operation.kind {
        case .read, .send:
            let expected = range.clamped(to: min(size, range.lowerBound)..<size).count
            try compare(try file.bytes(of: operation), at: range.lowerBound, expected)
        case .readMapped:
            // To the end of the last page, where there must be zeros.
            let (found, tail) = try file.mappedBytes(range, size: size)
            try compare(found, at: range.lowerBound, range.count)
            if let place = tail.firstIndex(where: { $0 != 0 }) {
                throw Mismatch(description: "\(tail[place]) in the last page, \(place) bytes behind the end at \(size)")
            }
        case .seekData: try checkData(from: range.lowerBound, try file.seek(operation))
        case .seekHole: try checkHole(from: range.lowerBound, try file.seek(operation))
        case .reopen:
            let canSearch = !leftOut.contains(.seekData) && !leftOut.contains(.seekHole)
            for hole in try file.reopen(searching: canSearch) { try checkZeros(hole) }
        default: try file.perform(operation, size: size, other: other)
        }
        model.apply(operation, other: &otherModel)
        if operation.kind.isOptional { supported.insert(operation.kind) }
        if model.size != size { try compareSize(file, model) }
        if operation.kind == .reopen { try compare(file, model) }
    }

    // MARK: Comparing

    private func compare(_ found: [UInt8], at offset: Int, _ expected: Int) throws {
        guard found.count == expected else {
            throw Mismatch(description: "\(found.count) bytes were read at \(offset), and must be \(expected)")
        }
        try compare(found, at: offset, model)
    }

    private func compare(_ found: [UInt8], at offset: Int, _ model: FileModel) throws {
        guard let first = model.difference(from: found, at: offset) else { return }
        let differing = found.indices.filter { found[$0] != model.byte(offset + $0) }
        let place = offset + first
        let values = first < found.count ? "\(found[first]) and must be \(model.byte(place))" : "missing"
        throw Mismatch(
            description: "the first wrong byte, at \(place) of \(model.size), is \(values); from there to "
                + "\(offset + (differing.last ?? first)) there are \(differing.count)")
    }

    private func compareSize(_ file: ExercisedFile, _ model: FileModel) throws {
        let size = try file.size
        guard size == model.size else {
            throw Mismatch(description: "\(file.path) says it has \(size) bytes, and must have \(model.size)")
        }
    }

    private func compare(_ file: ExercisedFile, _ model: FileModel) throws {
        try compareSize(file, model)
        for start in stride(from: 0, to: model.size, by: Self.pieceBytes) {
            let count = min(Self.pieceBytes, model.size - start)
            let found = try file.read(count, at: start)
            guard found.count == count else {
                throw Mismatch(description: "\(file.path) ends at \(start + found.count), and must at \(model.size)")
            }
            try compare(found, at: start, model)
        }
    }

    private func compareAll() throws {
        try compare(file, model)
        try compare(other, otherModel)
    }

    // MARK: Searches

    /// What lies before the data that was found, or behind `start` when there was none, must be zeros.
    private func checkData(from start: Int, _ found: Int?) throws {
        if let found, found < start || found >= model.size {
            throw Mismatch(description: "data from \(start) on was found at \(found) of \(model.size)")
        }
        try checkZeros(min(start, model.size)..<(found ?? model.size))
    }

    /// The hole that was found must be zeros up to where the next data is.
    private func checkHole(from start: Int, _ found: Int?) throws {
        guard let found else {
            if start < model.size { throw Mismatch(description: "no hole was found from \(start), not even the end") }
            return
        }
        guard start < model.size, (start...model.size).contains(found) else {
            throw Mismatch(description: "a hole from \(start) on was found at \(found) of \(model.size)")
        }
        if found < model.size { try checkZeros(found..<found + 1) }
    }

    private func checkZeros(_ range: Range<Int>) throws {
        guard range.upperBound <= model.size else {
            throw Mismatch(description: "a hole was found at \(range) of \(model.size)")
        }
        guard let place = model.bytes[range].firstIndex(where: { $0 != 0 }) else { return }
        throw Mismatch(description: "\(range) was said to be a hole, and there is \(model.byte(place)) at \(place)")
    }
}
