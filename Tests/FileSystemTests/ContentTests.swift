import Core
import FileSystem
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

private let cell = Limits.Content.pieceBytes
private let block = Limits.Content.block

/// Lengths around every border at which content is kept in another way.
private let contentSizes = [
    0, 1, 1023, 1024, 1025, block - 1, block, block + 1, cell - 1, cell, cell + 1, 2 * cell, 2 * cell + 1, 3 * cell - 1,
]

@Suite struct ContentTests {
    let bench: SessionBench

    init() throws { bench = try SessionBench() }

    private func pattern(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        return random.bytes(count)
    }

    @Test(
        "content of every size comes back: while dirty, handed over, committed, and after a remount",
        arguments: contentSizes)
    func sizes(size: Int) throws {
        let bytes = pattern(size)
        let file = try bench.create(Name("file"))
        for start in stride(from: 0, to: size, by: 100_000) {
            try bench.write(Array(bytes[start..<min(start + 100_000, size)]), to: file, at: UInt64(start))
        }
        #expect(try bench.content(Name("file")) == bytes)
        try bench.synchronize(file)
        #expect(try bench.content(Name("file")) == bytes)
        try bench.store.vault.commit()
        #expect(try bench.content(Name("file")) == bytes)
        bench.release(file)
        try bench.remount()
        #expect(try bench.content(Name("file")) == bytes)
        #expect(try bench.lookup(Name("file")).status.size == UInt64(size))
        try bench.kill()
        #expect(try bench.content(Name("file")) == bytes)
    }

    @Test(
        "random writes, cuts, syncs, commits and ticks leave what an array holds",
        arguments: 1...6 as ClosedRange<UInt64>)
    func random(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var model: [UInt8] = []
        var file = try bench.create(Name("file"))
        for step in 0..<300 {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<55:
                let limit = 3 * cell
                let offset =
                    Bool.random(using: &random)
                    ? model.count : Int.random(in: 0...min(model.count + 9000, limit), using: &random)
                let big = Int.random(in: 0..<10, using: &random) == 0
                let bytes = random.bytes(Int.random(in: 0...(big ? 400_000 : 3000), using: &random))
                try bench.write(bytes, to: file, at: UInt64(offset))
                if bytes.isEmpty { break }
                if model.count < offset { model += [UInt8](repeating: 0, count: offset - model.count) }
                let end = min(model.count, offset + bytes.count)
                model.replaceSubrange(offset..<end, with: bytes)
            case 55..<67:
                let size =
                    Bool.random(using: &random)
                    ? Int.random(in: 0...model.count, using: &random)
                    : model.count + Int.random(in: 0...200_000, using: &random)
                try bench.truncate(file.entry.node, to: UInt64(size))
                if size < model.count {
                    model.removeSubrange(size...)
                } else {
                    model += [UInt8](repeating: 0, count: size - model.count)
                }
            case 67..<72: try bench.synchronize(file)
            case 72..<80: bench.wait(.milliseconds(750))
            case 80..<84: bench.store.volume.commit { _ in }
            case 84..<86: try bench.flush(file)
            case 86..<88:
                bench.release(file)
                if Bool.random(using: &random) { try bench.remount() }
                file = try bench.open(Name("file"), [.read, .write])
            default:
                let start = Int.random(in: 0...model.count, using: &random)
                let count = Int.random(in: 0...300_000, using: &random)
                let expected = Array(model[start..<min(model.count, start + count)])
                #expect(try bench.read(file, at: UInt64(start), count: count) == expected, "step \(step)")
            }
            #expect(try bench.status(file.entry.node).size == UInt64(model.count), "step \(step)")
        }
        #expect(try bench.content(Name("file")) == model)
        bench.release(file)
        try bench.remount()
        #expect(try bench.content(Name("file")) == model)
    }

    @Test("appending writers and a truncation each start from the size as it is")
    func append() throws {
        let file = try bench.create(Name("log"), mode: [.read, .write, .append])
        for number in 0..<50 { try bench.write(Array("line \(number)\n".utf8), to: file, at: 0) }
        let expected = (0..<50).flatMap { Array("line \($0)\n".utf8) }
        #expect(try bench.read(file, at: 0, count: 10_000) == expected)
        try bench.truncate(file.entry.node, to: 0)
        try bench.write([7], to: file, at: 999)
        #expect(try bench.content(Name("log")) == [7])
    }

    @Test("bytes behind a cut are zero when the file grows again, wherever they were when it was cut")
    func cutAndGrow() throws {
        let file = try bench.create(Name("file"))
        for stage in 0..<3 {
            try bench.write([UInt8](repeating: 9, count: 3000), to: file, at: 0)
            if stage > 0 { try bench.synchronize(file) }
            if stage > 1 { try bench.store.vault.commit() }
            try bench.truncate(file.entry.node, to: 10)
            try bench.truncate(file.entry.node, to: 2000)
            #expect(
                try bench.content(Name("file")) == [UInt8](repeating: 9, count: 10) + [UInt8](repeating: 0, count: 1990)
            )
            try bench.write([1], to: file, at: 2500)
            #expect(try bench.read(file, at: 2000, count: 501) == [UInt8](repeating: 0, count: 500) + [1])
        }
    }

    @Test("a file may be as sparse as it likes, and its commit costs what it holds", .timeLimit(.minutes(1)))
    func sparse() throws {
        let end = UInt64(Int64.max)
        let file = try bench.create(Name("sparse"))
        try bench.truncate(file.entry.node, to: end)
        try bench.write([1, 2, 3], to: file, at: 5_000_000_000_000)
        #expect(refusal { () throws(FileError) in try bench.write([1], to: file, at: end) } == .tooLarge)
        #expect(refusal { () throws(FileError) in try bench.truncate(file.entry.node, to: end + 1) } == .tooLarge)
        try bench.synchronize(file)
        try bench.store.vault.commit()
        #expect(try bench.read(file, at: 4_999_999_999_999, count: 5) == [0, 1, 2, 3, 0])
        #expect(try bench.read(file, at: end - 2, count: 10) == [0, 0])
        #expect(try bench.read(file, at: .max - 2, count: 10).isEmpty)
        bench.release(file)
        try bench.remount()
        let again = try bench.open(Name("sparse"), .read)
        #expect(again.entry.status.size == end)
        #expect(again.entry.status.allocated <= UInt64(cell))
        #expect(try bench.read(again, at: 4_999_999_999_999, count: 5) == [0, 1, 2, 3, 0])
    }

    @Test("a handle reads and writes only what it was opened for")
    func modes() throws {
        try bench.store([1], as: Name("file"))
        let reader = try bench.open(Name("file"), .read)
        let writer = try bench.open(Name("file"), .write)
        #expect(refusal { () throws(FileError) in try bench.write([2], to: reader, at: 0) } == .badHandle)
        #expect(refusal { () throws(FileError) in _ = try bench.read(writer, at: 0, count: 1) } == .badHandle)
        bench.session.release(reader.handle, of: reader.entry.node)
        #expect(refusal { () throws(FileError) in _ = try bench.read(reader, at: 0, count: 1) } == .badHandle)
        #expect(refusal { () throws(FileError) in _ = try bench.open(.root, .read) } == .isDirectory)
    }

    @Test("opening with truncation empties a file and takes its set-id bits, but not for root")
    func truncatingOpen() throws {
        for (owner, group, expected) in [(1000, 1000, UInt16(0o0755)), (0, 0, 0o6755)] as [(UInt32, UInt32, UInt16)] {
            let file = try bench.create(Name("program"), permissions: 0o755)
            try bench.write([1, 2, 3], to: file, at: 0)
            try bench.set(file.entry.node) { $0.permissions = 0o6755 }
            let caller = Caller(owner: owner, group: group)
            _ = try bench.session.open(file.entry.node, mode: [.write, .truncate], caller: caller).wait()
            #expect(try bench.status(file.entry.node).size == 0)
            #expect(try bench.status(file.entry.node).attributes.permissions == expected)
            try bench.set(file.entry.node) { $0.permissions = 0o6755 }
            _ = try bench.session.create(
                Name("program"), in: .root, permissions: 0o600, mode: [.write, .truncate], caller: caller
            ).wait()
            #expect(try bench.status(file.entry.node).attributes.permissions == expected)
            try bench.unlink(Name("program"))
        }
    }

    @Test("what waits is handed over by the clock: in the journal after seconds, safe from the end of the process")
    func handOver() throws {
        try bench.session.flushAll()
        let file = try bench.create(Name("file"))
        try bench.write(pattern(500), to: file, at: 0)
        try bench.write(pattern(200_000), to: file, at: 1000)
        #expect(bench.session.dirtyFiles == 1)
        bench.wait(.seconds(2))
        while bench.session.dirtyFiles > 0 { bench.time.advance(by: .milliseconds(100)) }
        bench.wait(.seconds(1))
        // The journal's thread writes after the clock told it to: wait for its file, not for its promise.
        let before = bench.store.disk.count(.write)
        #expect(before > 0)
        try bench.session.flushAll()
        try bench.kill()
        #expect(try bench.content(Name("file")) == pattern(500) + [UInt8](repeating: 0, count: 500) + pattern(200_000))
    }

    @Test(
        "a full disk is told at the next fsync, flush or write; nothing is lost, and all goes when there is room",
        arguments: [300, 200_000, 3_000_000])
    func fullDisk(size: Int) throws {
        let bytes = pattern(size)
        let file = try bench.create(Name("file"))
        try bench.synchronize(file)
        bench.store.disk.failAlways([.write, .allocate], with: .noSpace)
        try bench.write(bytes, to: file, at: 0)
        #expect(refusal { () throws(FileError) in try bench.synchronize(file) } == .noSpace)
        #expect(try bench.read(file, at: 0, count: size) == bytes)
        try bench.write([1, 2, 3], to: file, at: 100)
        #expect(refusal { () throws(FileError) in try bench.synchronize(file) } == .noSpace)
        // Whoever was told may be gone: `status` goes on telling, of what is sealed here and of what is with the journal.
        let troubles = bench.store.vault.standing().troubles.filter { $0.contains("wait in memory") }
        if size >= Limits.Content.inlineWrite {
            #expect(bench.session.troubles.count == 1)
        } else {
            #expect(troubles.count == 1)
        }
        bench.store.disk.failAlways([])
        try bench.synchronize(file)
        #expect(bench.session.troubles == [])
        #expect(!bench.store.vault.standing().troubles.contains { $0.contains("wait in memory") })
        var expected = bytes
        expected.replaceSubrange(100..<103, with: [1, 2, 3])
        #expect(try bench.read(file, at: 0, count: size) == expected)
        try bench.cutPower(seed: 3)
        #expect(try bench.content(Name("file")) == expected)
    }

    @Test("who writes on and on to a full disk is told, and does not hang", .timeLimit(.minutes(1)))
    func fullDiskWriting() throws {
        let file = try bench.create(Name("file"))
        try bench.synchronize(file)
        bench.store.disk.failAlways([.write, .allocate], with: .noSpace)
        let piece = pattern(cell)
        var code: FailureCode?
        for number in 0..<200 where code == nil {
            code = refusal { () throws(FileError) in try bench.write(piece, to: file, at: UInt64(number * piece.count))
            }
        }
        #expect(code == .noSpace)
        #expect(bench.session.dirtyByteCount <= Limits.Session.dirtyBytes + piece.count)
        bench.store.disk.failAlways([])
        // The first sync may still tell of a write in the background that failed while there was no room.
        let late = refusal { () throws(FileError) in try bench.synchronize(file) }
        #expect(late == nil || late == .noSpace)
        try bench.synchronize(file)
        #expect(try bench.read(file, at: 0, count: piece.count) == piece)
    }

    @Test("dirty bytes stay below their bound however much is written")
    func memory() throws {
        let file = try bench.create(Name("file"))
        let piece = pattern(300_000)
        var greatest = 0
        for number in 0..<400 {
            try bench.write(piece, to: file, at: UInt64(number * piece.count))
            greatest = max(greatest, bench.session.dirtyByteCount)
        }
        #expect(greatest <= Limits.Session.dirtyBytes + piece.count)
        try bench.synchronize(file)
        #expect(bench.session.dirtyByteCount == 0)
        #expect(try bench.read(file, at: UInt64(399 * piece.count), count: piece.count) == piece)
        bench.release(file)
        // Nothing is left of a file that is removed while it is dirty.
        let second = try bench.create(Name("second"))
        for offset in stride(from: 0, to: 4_000_000, by: 130_000) {
            try bench.write(piece, to: second, at: UInt64(offset))
        }
        try bench.unlink(Name("second"))
        bench.release(second)
        try bench.session.flushAll()
        #expect(bench.session.dirtyByteCount == 0)
        #expect(bench.session.dirtyFiles == 0)
    }
}
