import Core
import FileSystem
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// Random operations through the session and on a directory of the machine's own, with equal results.
@Suite struct DifferentialTests {
    /// What an operation came to, in words both sides share.
    enum Outcome: Equatable {
        case done
        case bytes([UInt8])
        case status(kind: FileKind, links: UInt32, size: UInt64, permissions: UInt16)
        case names([Name])
        case refused(Errno)
    }

    enum Operation {
        case create(path: [Name], exclusive: Bool)
        case makeDirectory([Name])
        case makeLink([Name], target: [UInt8])
        case readLink([Name])
        case unlink([Name])
        case removeDirectory([Name])
        case link([Name], [Name])
        case rename([Name], [Name], RenameMode)
        case truncate([Name], UInt64)
        case setPermissions([Name], UInt16)
        case status([Name])
        case list([Name])
        case write([Name], offset: UInt64, [UInt8])
        case read([Name], offset: UInt64, count: Int)
        case open([Name], slot: Int)
        case writeOpen(slot: Int, offset: UInt64, [UInt8])
        case readOpen(slot: Int, offset: UInt64, count: Int)
        case truncateOpen(slot: Int, UInt64)
        case statusOpen(slot: Int)
        case close(slot: Int)
    }

    static let slots = 4

    /// Makes operations over few names, so that they meet.
    struct Maker {
        var random: SeededRandom

        mutating func path() -> [Name] {
            let depth = [1, 1, 2, 2, 3].randomElement(using: &random) ?? 1
            return (0..<depth).map { _ in Name("n\(Int.random(in: 0..<5, using: &random))") }
        }

        /// Links have names of their own: the kernel would follow one on the way, which is not the session's work.
        mutating func linkPath() -> [Name] {
            path().dropLast() + [Name("link\(Int.random(in: 0..<3, using: &random))")]
        }

        mutating func bytes() -> [UInt8] {
            random.bytes(
                Int.random(in: 1...(Int.random(in: 0..<8, using: &random) == 0 ? 120_000 : 600), using: &random))
        }

        mutating func offset() -> UInt64 { UInt64.random(in: 0...4000, using: &random) }

        mutating func operation() -> Operation {
            let slot = Int.random(in: 0..<DifferentialTests.slots, using: &random)
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<12: return .create(path: path(), exclusive: Bool.random(using: &random))
            case 12..<22: return .makeDirectory(path())
            case 22..<25: return .makeLink(linkPath(), target: random.bytes(5).map { $0 | 1 })
            case 25..<27: return .readLink(Bool.random(using: &random) ? linkPath() : path())
            case 27..<34: return .unlink(Int.random(in: 0..<6, using: &random) == 0 ? linkPath() : path())
            case 34..<38: return .removeDirectory(path())
            case 38..<43: return .link(path(), path())
            case 43..<57:
                let (from, to) = (path(), path())
                // The kernel answers this one before any file system is asked, and by the path alone.
                if from.starts(with: to), from != to { return .status(from) }
                return .rename(
                    from, to, [.replace, .replace, .noReplace, .exchange].randomElement(using: &random) ?? .replace)
            case 57..<60: return .truncate(path(), UInt64.random(in: 0...9000, using: &random))
            case 60..<63: return .setPermissions(path(), UInt16.random(in: 0...0o777, using: &random) | 0o700)
            case 63..<70: return .status(Int.random(in: 0..<6, using: &random) == 0 ? linkPath() : path())
            case 70..<74: return .list(Bool.random(using: &random) ? [] : path())
            case 74..<79: return .write(path(), offset: offset(), bytes())
            case 79..<83: return .read(path(), offset: offset(), count: 5000)
            case 83..<87: return .open(path(), slot: slot)
            case 87..<91: return .writeOpen(slot: slot, offset: offset(), bytes())
            case 91..<94: return .readOpen(slot: slot, offset: offset(), count: 200_000)
            case 94..<96: return .truncateOpen(slot: slot, UInt64.random(in: 0...9000, using: &random))
            case 96..<98: return .statusOpen(slot: slot)
            default: return .close(slot: slot)
            }
        }
    }

    @Test(
        "random operations give what a directory of the machine gives, results and errnos",
        arguments: 1...8 as ClosedRange<UInt64>)
    func differential(seed: UInt64) throws {
        let real = try RealDirectory()
        defer { real.remove() }
        let subject = SessionSubject(try SessionBench())
        var maker = Maker(random: SeededRandom(seed: seed))
        for step in 0..<1500 {
            let operation = maker.operation()
            let (found, expected) = (subject.perform(operation), real.perform(operation))
            try #require(found == expected, "seed \(seed), step \(step): \(operation)")
            switch step % 200 {
            case 50: subject.bench.wait(.seconds(1))
            case 100: subject.bench.store.volume.commit { _ in }
            case 199:
                for slot in 0..<Self.slots {
                    #expect(subject.perform(.close(slot: slot)) == real.perform(.close(slot: slot)))
                }
                if step % 400 == 199 { try subject.bench.remount() } else { try subject.bench.store.vault.commit() }
            default: break
            }
        }
        try subject.bench.close()
    }
}

/// The operations through a session, paths walked as the kernel would.
final class SessionSubject {
    typealias Outcome = DifferentialTests.Outcome
    let bench: SessionBench
    private var open: [Int: OpenedNode] = [:]

    init(_ bench: SessionBench) { self.bench = bench }

    func perform(_ operation: DifferentialTests.Operation) -> Outcome {
        do throws(FileError) {
            return try attempt(operation)
        } catch {
            return .refused(error.errno)
        }
    }

    private func at<Value>(_ path: some Collection<Name>, _ body: (NodeEntry) throws(FileError) -> Value)
        throws(FileError) -> Value
    {
        var entry = NodeEntry(node: .root, status: try bench.status(.root))
        var held: [NodeID] = []
        defer { for node in held { bench.session.forget(node, lookups: 1) } }
        for name in path {
            entry = try bench.lookup(name, in: entry.node)
            held.append(entry.node)
        }
        return try body(entry)
    }

    private func parent<Value>(_ path: [Name], _ body: (NodeID, Name) throws(FileError) -> Value) throws(FileError)
        -> Value
    {
        try at(path.dropLast()) { (entry) throws(FileError) in
            // As the kernel does before it looks at the second path of a rename.
            guard entry.status.attributes.kind == .directory else { throw FileError(.notDirectory) }
            return try body(entry.node, path[path.count - 1])
        }
    }

    private func attempt(_ operation: DifferentialTests.Operation) throws(FileError) -> Outcome {
        switch operation {
        case .create(let path, let exclusive):
            try parent(path) { (parent, name) throws(FileError) in
                bench.release(try bench.create(name, in: parent, mode: exclusive ? [.write, .exclusive] : .write))
            }
        case .makeDirectory(let path):
            try parent(path) { (parent, name) throws(FileError) in
                bench.session.forget(try bench.makeDirectory(name, in: parent).node, lookups: 1)
            }
        case .makeLink(let path, let target):
            try parent(path) { (parent, name) throws(FileError) in
                let entry = try bench.session.makeLink(name, in: parent, target: target, caller: bench.caller).wait()
                bench.session.forget(entry.node, lookups: 1)
            }
        case .readLink(let path):
            return try at(path) { (entry) throws(FileError) in
                .bytes(try bench.session.target(ofLink: entry.node).wait())
            }
        case .unlink(let path):
            try parent(path) { (parent, name) throws(FileError) in try bench.unlink(name, in: parent) }
        case .removeDirectory(let path):
            try parent(path) { (parent, name) throws(FileError) in try bench.removeDirectory(name, in: parent) }
        case .link(let path, let other):
            try at(path) { (entry) throws(FileError) in
                try parent(other) { (parent, name) throws(FileError) in
                    bench.session.forget(try bench.link(entry.node, as: name, in: parent).node, lookups: 1)
                }
            }
        case .rename(let path, let other, let mode):
            try parent(path) { (parent, name) throws(FileError) in
                try self.parent(other) { (newParent, newName) throws(FileError) in
                    try bench.rename(name, in: parent, to: newName, in: newParent, mode: mode)
                }
            }
        case .truncate(let path, let size):
            try at(path) { (entry) throws(FileError) in try bench.truncate(entry.node, to: size) }
        case .setPermissions(let path, let permissions):
            try at(path) { (entry) throws(FileError) in _ = try bench.set(entry.node) { $0.permissions = permissions } }
        case .status(let path): return try at(path) { (entry) throws(FileError) in Self.outcome(entry.status) }
        case .list(let path):
            return try at(path) { (entry) throws(FileError) in .names(try bench.list(entry.node).map(\.name).sorted()) }
        case .write, .read, .open: return try whole(operation)
        case .writeOpen, .readOpen, .truncateOpen, .statusOpen, .close: return try held(operation)
        }
        return .done
    }

    private func whole(_ operation: DifferentialTests.Operation) throws(FileError) -> Outcome {
        switch operation {
        case .write(let path, let offset, let bytes):
            try parent(path) { (parent, name) throws(FileError) in
                let file = try bench.open(name, in: parent, .write)
                defer { bench.release(file) }
                try bench.write(bytes, to: file, at: offset)
            }
            return .done
        case .read(let path, let offset, let count):
            return try parent(path) { (parent, name) throws(FileError) in
                // The machine opens a directory for reading, and refuses to read it.
                let file = try bench.open(name, in: parent, .read)
                defer { bench.release(file) }
                return .bytes(try bench.read(file, at: offset, count: count))
            }
        case .open(let path, let slot):
            try parent(path) { (parent, name) throws(FileError) in
                let file = try bench.open(name, in: parent, [.read, .write])
                if let before = open.updateValue(file, forKey: slot) { bench.release(before) }
            }
            return .done
        default: return .done
        }
    }

    private func held(_ operation: DifferentialTests.Operation) throws(FileError) -> Outcome {
        switch operation {
        case .writeOpen(let slot, let offset, let bytes):
            guard let file = open[slot] else { return .done }
            try bench.write(bytes, to: file, at: offset)
        case .readOpen(let slot, let offset, let count):
            guard let file = open[slot] else { return .done }
            return .bytes(try bench.read(file, at: offset, count: count))
        case .truncateOpen(let slot, let size):
            guard let file = open[slot] else { return .done }
            try bench.truncate(file.entry.node, to: size)
        case .statusOpen(let slot):
            guard let file = open[slot] else { return .done }
            return Self.outcome(try bench.status(file.entry.node))
        case .close(let slot):
            if let file = open.removeValue(forKey: slot) { bench.release(file) }
        default: break
        }
        return .done
    }

    private static func outcome(_ status: NodeStatus) -> Outcome {
        let isDirectory = status.attributes.kind == .directory
        return .status(
            kind: status.attributes.kind, links: status.links, size: isDirectory ? 0 : status.size,
            permissions: status.attributes.permissions)
    }
}
