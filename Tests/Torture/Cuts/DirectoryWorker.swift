internal import Core
internal import FileExercise
internal import FileSystem
internal import StorageSupport

/// A program in a thread: makes, changes, syncs, renames and removes files of its directory, and notes what it did.
struct DirectoryWorker {
    private struct OpenFile {
        let node: NodeID
        let handle: HandleID
        /// What is done to it: to a short file other things than to a long one.
        var mix: OperationMix
    }

    private struct Wrong: Error, CustomStringConvertible {
        let description: String
    }

    private static let names = ["a", "b", "c", "d"].map { Name($0) }
    private static let operations: OperationMix.Weights = [
        (.read, 20), (.write, 30), (.append, 25), (.truncate, 5), (.allocate, 2), (.reserve, 1), (.punchHole, 4),
        (.zero, 2), (.zeroInside, 2), (.copy, 6),
    ]
    private static let lengths = [20 << 10, 300 << 10, 5 << 20]

    private let session: Session
    /// The vault's clock, of which one thread alone may be the master.
    private let time: ManualTime?
    private let place: Workplace
    private let caller = Caller(owner: 1000, group: 1000)
    private var random: SeededRandom
    private var files: [Int: OpenFile] = [:]

    init(_ session: Session, _ time: ManualTime?, _ place: Workplace, seed: UInt64) {
        (self.session, self.time, self.place) = (session, time, place)
        random = SeededRandom(seed: seed)
    }

    /// Works until it is told to end, or something goes wrong.
    mutating func run() {
        var problem: String?
        do {
            while !place.mustEnd { try step() }
            for file in files.keys.sorted() { try close(file) }
        } catch {
            problem = "\(place.name.escaped): \(error)"
        }
        place.end(problem)
    }

    private mutating func step() throws {
        switch random.next() % 32 {
        case 0...16: try changeContent()
        case 17...20: try synchronize()
        case 21:
            try session.synchronize(place.node, dataOnly: false).wait()
            place.note { $0.synchronized(nil) }
        case 22...23: try create()
        case 24...25: try rename()
        case 26: try remove()
        case 27: if let file = files.keys.sorted().randomElement(using: &random) { try close(file) }
        case 28: try random.next() % 2 == 0 ? compareWhole() : copy()
        // To the next commit.
        case 29 where random.next() % 8 == 0: time?.advance(by: .seconds(31))
        default: time?.advance(by: .milliseconds(Int64(random.next() % 8) * 100))
        }
    }

    // MARK: Names

    private mutating func anyName() -> Name? { place.known.names.randomElement(using: &random) }

    private mutating func create() throws {
        let taken = place.known.names
        guard let name = Self.names.filter({ !taken.contains($0) }).randomElement(using: &random) else { return }
        let file = place.note { $0.create(name) }
        let opened = try session.create(
            name, in: place.node, permissions: 0o644, mode: [.read, .write, .exclusive], caller: caller
        ).wait()
        place.note { $0.identify(file, inode: opened.entry.status.inode) }
        files[file] = OpenFile(node: opened.entry.node, handle: opened.handle, mix: newMix())
    }

    private mutating func rename() throws {
        guard let name = anyName(), let newName = Self.names.filter({ $0 != name }).randomElement(using: &random)
        else { return }
        let (session, place) = (session, place)
        try lose(place.known.file(newName)) { () throws(FileError) in
            place.note { $0.rename(name, to: newName) }
            try session.rename(name, in: place.node, to: newName, in: place.node, mode: .replace).wait()
        }
    }

    private mutating func remove() throws {
        guard let name = anyName() else { return }
        let (session, place) = (session, place)
        try lose(place.known.file(name)) { () throws(FileError) in
            place.note { $0.remove(name) }
            try session.unlink(name, in: place.node).wait()
        }
    }

    /// Does what takes a file its name, which is open meanwhile or is not.
    private mutating func lose(_ file: Int?, _ body: () throws(FileError) -> Void) throws {
        let isOpen = file.map { files[$0] != nil } ?? false
        if let file, isOpen, random.next() % 2 == 0 { try close(file) }
        try body()
        if let file, files[file] != nil { try close(file) }
    }

    // MARK: Content

    private mutating func newMix() -> OperationMix {
        let length = Self.lengths[Int(random.next() % UInt64(Self.lengths.count))]
        return OperationMix(Self.operations, length: length, seed: random.next())
    }

    /// A file by its name, opened if it is not.
    private mutating func opened(_ name: Name) throws -> (number: Int, file: OpenFile)? {
        guard let number = place.known.file(name) else { return nil }
        if let file = files[number] { return (number, file) }
        let entry = try session.lookup(name, in: place.node).wait()
        let handle = try session.open(entry.node, mode: [.read, .write], caller: caller).wait()
        let file = OpenFile(node: entry.node, handle: handle, mix: newMix())
        files[number] = file
        return (number, file)
    }

    private mutating func close(_ number: Int) throws(FileError) {
        guard let file = files.removeValue(forKey: number) else { return }
        try session.flush(file.handle, of: file.node).wait()
        session.release(file.handle, of: file.node)
        session.forget(file.node, lookups: 1)
    }

    private mutating func synchronize() throws {
        guard let name = anyName(), let (number, file) = try opened(name) else { return }
        try session.synchronize(file.node, dataOnly: random.next() % 2 == 0).wait()
        place.note { $0.synchronized(number) }
    }

    private mutating func changeContent() throws {
        guard let name = anyName() else { return try create() }
        guard let (number, file) = try opened(name) else { return }
        // Not the content itself: whoever holds that while it changes has it copied.
        let size = place.known.content(number).size
        guard let operation = files[number]?.mix.next(size: size) else { return }
        let range = operation.range
        if operation.kind != .read { place.note { $0.begin(operation, on: number) } }
        switch operation.kind {
        case .read: try compare(range, of: file, with: place.known.content(number))
        case .write, .append:
            let bytes = Array(operation.bytes)
            let count = try session.writeAndWait(bytes, to: file.handle, of: file.node, range.lowerBound)
            if count != range.count { throw Wrong(description: "\(operation): \(count) were written") }
        case .truncate:
            var change = AttributeChange()
            change.size = UInt64(range.upperBound)
            _ = try session.setAttributes(of: file.node, to: change, handle: file.handle, caller: caller).wait()
        case .allocate: try allocate(range, of: file, .reserve(keepsSize: false))
        case .reserve: try allocate(range, of: file, .reserve(keepsSize: true))
        case .punchHole: try allocate(range, of: file, .punch)
        case .zero: try allocate(range, of: file, .zero(keepsSize: false))
        case .zeroInside: try allocate(range, of: file, .zero(keepsSize: true))
        case .copy: try copy(range, of: file, to: operation.target, in: file)
        default: throw Wrong(description: "nobody here knows how to \(operation)")
        }
    }

    private func allocate(_ range: Range<Int>, of file: OpenFile, _ mode: AllocationMode) throws(FileError) {
        try session.allocate(
            file.handle, of: file.node, at: UInt64(range.lowerBound), count: UInt64(range.count), mode: mode
        ).wait()
    }

    /// Copies some of one file to somewhere in another.
    private mutating func copy() throws {
        guard let name = anyName(), let (number, file) = try opened(name), let otherName = anyName(),
            otherName != name, let (otherNumber, other) = try opened(otherName)
        else { return }
        let content = place.known.content(number)
        guard content.size > 0 else { return }
        let start = Int(random.next() % UInt64(content.size))
        let range = start..<min(content.size, start + 1 + Int(random.next() % 200_000))
        let target = Int(random.next() % UInt64(place.known.content(otherNumber).size + 10_000))
        let copied = FileOperation(
            .receive, target..<target + range.count, filling: Filling(Array(content.bytes[range])))
        place.note { $0.begin(copied, on: otherNumber) }
        try copy(range, of: file, to: target, in: other)
    }

    private func copy(_ range: Range<Int>, of file: OpenFile, to offset: Int, in target: OpenFile) throws {
        let source = FilePlace(handle: file.handle, node: file.node, offset: UInt64(range.lowerBound))
        let place = FilePlace(handle: target.handle, node: target.node, offset: UInt64(offset))
        let count = try session.copy(from: source, to: place, count: UInt64(range.count)).wait()
        if count != range.count { throw Wrong(description: "of \(range) \(count) bytes were copied") }
    }

    private mutating func compareWhole() throws {
        guard let name = anyName(), let (number, file) = try opened(name) else { return }
        let content = place.known.content(number)
        let size = try session.status(of: file.node).wait().size
        if size != UInt64(content.size) {
            throw Wrong(description: "\(name.escaped) has \(size) bytes, and must have \(content.size)")
        }
        for start in stride(from: 0, to: content.size, by: 1 << 20) {
            try compare(start..<start + (1 << 20), of: file, with: content)
        }
    }

    private func compare(_ range: Range<Int>, of file: OpenFile, with content: FileModel) throws {
        let start = range.lowerBound
        let found = try session.read(file.handle, of: file.node, at: UInt64(start), count: range.count).wait()
        let expected = range.clamped(to: min(start, content.size)..<content.size).count
        let difference = content.difference(from: found, at: start)
        if found.count == expected, difference == nil { return }
        throw Wrong(
            description: "of \(range) \(found.count) bytes were read, and must be \(expected); "
                + "the first that is wrong: \(difference ?? found.count)")
    }
}

extension Session {
    /// Writes and waits until it is taken.
    func writeAndWait(
        _ bytes: [UInt8], to handle: HandleID, of node: NodeID, _ offset: Int
    ) throws(FileError) -> Int {
        let answer = unsafe bytes.withUnsafeBytes { buffer -> Result<Answer<Int>, FileError> in
            do throws(FileError) {
                return .success(
                    unsafe try write(buffer, to: handle, of: node, at: UInt64(offset), isCacheWriteOut: false))
            } catch {
                return .failure(error)
            }
        }
        return try answer.get().wait()
    }
}
