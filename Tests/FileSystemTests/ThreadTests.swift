import Core
import FileSystem
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// Many threads in the same few directories, and then everything counted from outside.
@Suite struct ThreadTests {
    private static let directories = [Name("a"), Name("b"), Name("c")]

    @Test(
        "eight threads in shared directories leave a file system whose counts agree", arguments: [1, 2, 3] as [UInt64])
    func shared(seed: UInt64) throws {
        let bench = try SessionBench()
        for name in Self.directories { bench.session.forget(try bench.makeDirectory(name).node, lookups: 1) }
        let session = bench.session
        let (volume, time) = (bench.store.volume, bench.time)
        let outcome = Gate<(ended: Int, surprises: [String])>((0, []))
        for number in 0..<8 {
            Threads.start("worker \(number)") {
                var worker = Worker(session: session, random: SeededRandom(seed: seed &* 100 &+ UInt64(number)))
                for step in 0..<400 {
                    do throws(FileError) {
                        try worker.step()
                    } catch {
                        let isExpected = [
                            .notFound, .alreadyExists, .notEmpty, .isDirectory, .notDirectory, .invalid, .stale,
                        ]
                        .contains(error.code)
                        if !isExpected { outcome.withLock { $0.surprises.append("\(error)") } }
                    }
                    if number == 0, step.isMultiple(of: 20) { time.advance(by: .milliseconds(300)) }
                    if number == 1, step.isMultiple(of: 50) { volume.commit { _ in } }
                }
                worker.letGo()
                outcome.withLock { $0.ended += 1 }
                outcome.wakeAll()
            }
        }
        let surprises = outcome.wait { $0.ended == 8 ? .done($0.surprises) : .wait(until: nil) }
        #expect(surprises.isEmpty)
        try session.flushAll()
        #expect(session.dirtyByteCount == 0)
        // Only the root: every lookup was given back, every handle released.
        #expect(session.rememberedFiles == 1)
        let before = try Census(bench)
        try before.check(bench)
        try bench.remount()
        let after = try Census(bench)
        try after.check(bench)
        #expect(before.lasting == after.lasting)
        try bench.close()
    }

    /// What a walk from the root finds.
    private struct Census {
        /// Each path with what it leads to.
        var paths: [[Name]: NodeStatus] = [:]
        private var names: [UInt64: UInt32] = [:]
        private var subdirectories: [UInt64: UInt32] = [:]

        init(_ bench: SessionBench) throws {
            paths[[]] = try bench.status(.root)
            try walk(.root, [], 1, bench)
        }

        private mutating func walk(_ directory: NodeID, _ path: [Name], _ inode: UInt64, _ bench: SessionBench) throws {
            for listed in try bench.list(directory, limit: 5) {
                let entry = try bench.lookup(listed.name, in: directory)
                defer { bench.session.forget(entry.node, lookups: 1) }
                #expect(entry.status.inode == listed.inode)
                #expect(entry.status.attributes.kind == listed.kind)
                paths[path + [listed.name]] = entry.status
                names[entry.status.inode, default: 0] += 1
                if listed.kind == .directory {
                    subdirectories[inode, default: 0] += 1
                    try walk(entry.node, path + [listed.name], entry.status.inode, bench)
                } else if listed.kind == .regular {
                    // A worker fills a file with one byte: anything else was invented, torn or left over.
                    let bytes = try bench.content(listed.name, in: directory)
                    #expect(UInt64(bytes.count) == entry.status.size)
                    #expect(bytes.allSatisfy { $0 == 0 || $0 == 7 })
                }
            }
        }

        /// What outlives a session: not access times that reading moved, nor how content is cut.
        var lasting: [[Name]: NodeStatus] {
            paths.mapValues { status in
                var status = status
                status.allocated = 0
                status.attributes.accessed = status.attributes.born
                return status
            }
        }

        /// Compares each file's own counts with the names that were found, and the vault's with all of them.
        func check(_ bench: SessionBench) throws {
            for (path, status) in paths {
                let isDirectory = status.attributes.kind == .directory
                let expected = isDirectory ? 2 + (subdirectories[status.inode] ?? 0) : names[status.inode] ?? 0
                #expect(status.links == expected, "\(path.map(\.escaped))")
                if isDirectory, !path.isEmpty { #expect(names[status.inode] == 1) }
            }
            let standing = bench.store.vault.standing()
            #expect(standing.files == UInt64(Set(paths.values.map(\.inode)).count))
            var sizes: [UInt64: UInt64] = [:]
            for status in paths.values where status.attributes.kind == .regular { sizes[status.inode] = status.size }
            #expect(standing.contentBytes == sizes.values.reduce(0, +))
        }
    }

    /// One thread's random work; every lookup it counts it gives back.
    private struct Worker {
        let session: Session
        var random: SeededRandom
        private var open: [OpenedNode] = []
        private let caller = Caller(owner: 1, group: 1)

        init(session: Session, random: SeededRandom) {
            self.session = session
            self.random = random
        }

        private mutating func name() -> Name { Name("n\(Int.random(in: 0..<12, using: &random))") }

        private mutating func inDirectory(_ body: (inout Worker, NodeID) throws(FileError) -> Void) throws(FileError) {
            let top = ThreadTests.directories.randomElement(using: &random) ?? Name("a")
            let entry = try session.lookup(top, in: .root).wait()
            defer { session.forget(entry.node, lookups: 1) }
            try body(&self, entry.node)
        }

        mutating func step() throws(FileError) {
            let kind = Int.random(in: 0..<100, using: &random)
            try inDirectory { (worker, directory) throws(FileError) in
                try worker.work(kind, directory)
            }
        }

        private mutating func work(_ kind: Int, _ directory: NodeID) throws(FileError) {
            let (one, other) = (name(), name())
            switch kind {
            case 0..<25:
                if open.count > 3 { letGo() }
                open.append(
                    try session.create(one, in: directory, permissions: 0o644, mode: [.read, .write], caller: caller)
                        .wait())
            case 25..<45: try write()
            case 45..<50:
                let entry = try session.makeDirectory(one, in: directory, permissions: 0o755, caller: caller).wait()
                session.forget(entry.node, lookups: 1)
            case 50..<62: try session.unlink(one, in: directory).wait()
            case 62..<66: try session.removeDirectory(one, in: directory).wait()
            case 66..<72:
                guard let file = open.last else { return }
                let entry = try session.link(file.entry.node, as: one, in: directory).wait()
                session.forget(entry.node, lookups: 1)
            case 72..<88:
                let mode = [RenameMode.replace, .noReplace, .exchange][Int.random(in: 0..<3, using: &random)]
                try inDirectory { (worker, target) throws(FileError) in
                    try worker.session.rename(one, in: directory, to: other, in: target, mode: mode).wait()
                }
            case 88..<92: letGo()
            case 92..<95:
                guard let file = open.first else { return }
                try session.synchronize(file.entry.node, dataOnly: false).wait()
            default:
                let handle = try session.openDirectory(directory).wait()
                defer { session.releaseDirectory(handle, of: directory) }
                let page = try session.readDirectory(handle, of: directory, after: 0, limit: 20, plus: true).wait()
                for entry in page.compactMap(\.entry) { session.forget(entry.node, lookups: 1) }
            }
        }

        private mutating func write() throws(FileError) {
            guard let file = open.randomElement(using: &random) else { return }
            if Int.random(in: 0..<8, using: &random) == 0 {
                var change = AttributeChange()
                change.size = UInt64.random(in: 0...50_000, using: &random)
                _ = try session.setAttributes(of: file.entry.node, to: change, handle: file.handle, caller: caller)
                    .wait()
                return
            }
            let isBig = Int.random(in: 0..<10, using: &random) == 0
            let bytes = [UInt8](repeating: 7, count: Int.random(in: 1...(isBig ? 150_000 : 3000), using: &random))
            let offset = UInt64.random(in: 0...20_000, using: &random)
            var outcome: Result<Answer<Int>, FileError> = .success(.now(0))
            unsafe bytes.withUnsafeBytes { buffer in
                do throws(FileError) {
                    outcome = .success(
                        try unsafe session.write(
                            buffer, to: file.handle, of: file.entry.node, at: offset, isCacheWriteOut: false))
                } catch {
                    outcome = .failure(error)
                }
            }
            _ = try outcome.get().wait()
        }

        mutating func letGo() {
            for file in open {
                session.release(file.handle, of: file.entry.node)
                session.forget(file.entry.node, lookups: 1)
            }
            open = []
        }
    }
}
