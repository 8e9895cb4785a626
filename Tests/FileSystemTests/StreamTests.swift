import Core
import FileSystem
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

private let mebibyte = 1 << 20

/// Streams that are cut where their bytes say, however they came.
@Suite struct StreamTests {
    let bench: SessionBench

    init() throws { bench = try SessionBench() }

    private func pattern(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        return random.bytes(count)
    }

    /// The lengths of the chunks of bytes that are cut as a whole.
    private func lengths(of bytes: [UInt8]) -> [Int] {
        var lengths: [Int] = []
        var position = 0
        while position < bytes.count {
            let length = bench.store.volume.chunkLength(of: Array(bytes[position...].prefix(4 * mebibyte)))
            lengths.append(length)
            position += length
        }
        return lengths
    }

    /// The lengths of the pieces that the volume has got of a file, before a commit.
    private func pieces(_ name: Name) throws -> [Int] {
        let volume = bench.store.volume
        return try satisfying { () throws(VolumeError) in
            guard let child = try volume.child(name, of: .root) else { return [] }
            return try volume.content(of: child.file, range: 0..<UInt64(Int64.max)).map(\.count)
        }
    }

    @Test(
        "a file written front to back has the chunks of its whole, whatever the sizes of the writes",
        arguments: [4096, 100_003, 128 << 10, mebibyte, 7 * mebibyte])
    func sizes(step: Int) throws {
        let bytes = pattern(11 * mebibyte + 70_000)
        let file = try bench.create(Name("file"))
        for start in stride(from: 0, to: bytes.count, by: step) {
            try bench.write(Array(bytes[start..<min(start + step, bytes.count)]), to: file, at: UInt64(start))
        }
        try bench.synchronize(file)
        #expect(try pieces(Name("file")) == lengths(of: bytes))
        #expect(try bench.content(Name("file")) == bytes)
    }

    @Test("writes that overtake each other make the chunks of the whole")
    func reordered() throws {
        let bytes = pattern(9 * mebibyte)
        let file = try bench.create(Name("file"))
        let step = 128 << 10
        for number in 0..<bytes.count / step {
            let start = (number ^ 1) * step
            try bench.write(Array(bytes[start..<start + step]), to: file, at: UInt64(start))
        }
        try bench.synchronize(file)
        #expect(try pieces(Name("file")) == lengths(of: bytes))
        #expect(try bench.content(Name("file")) == bytes)
    }

    @Test("a stream of 3 MiB a second makes the chunks of the whole, though bytes go after a second")
    func slow() throws {
        let bytes = pattern(12 * mebibyte)
        let file = try bench.create(Name("file"))
        let step = 3 * mebibyte / 10
        for start in stride(from: 0, to: bytes.count, by: step) {
            try bench.write(Array(bytes[start..<min(start + step, bytes.count)]), to: file, at: UInt64(start))
            bench.time.advance(by: .milliseconds(100))
        }
        try bench.synchronize(file)
        #expect(try pieces(Name("file")) == lengths(of: bytes))
        #expect(try bench.content(Name("file")) == bytes)
    }

    @Test("a writer that is faster than the sealing threads waits for them, and has the chunks of the whole")
    func fast() throws {
        let time = ManualTime()
        let volume = HeldVolume(time: time)
        let session = try Session(volume: volume, time: time, sealingThreads: 2)
        let draft = try session.makeDraft(permissions: 0o644, caller: bench.caller)
        let bytes = pattern(100 * mebibyte)
        let step = 128 << 10
        var waits = 0
        for start in stride(from: 0, to: bytes.count, by: step) {
            let answer = try unsafe bytes[start..<start + step].withUnsafeBytes { piece in
                try unsafe session.write(
                    piece, to: draft.handle, of: draft.entry.node, at: UInt64(start), isCacheWriteOut: false)
            }
            if case .later = answer {
                // It is full, with all that is sealed standing still: one landing makes room for this write.
                waits += 1
                volume.allow(1)
            }
            _ = try answer.wait()
            #expect(session.dirtyByteCount <= Limits.Session.dirtyBytes + step)
        }
        #expect(waits > 0)
        volume.allow(1000)
        try session.flushAll()
        var expected: [Int] = []
        var position = 0
        while position < bytes.count {
            expected.append(volume.chunkLength(of: Array(bytes[position...].prefix(2 * mebibyte))))
            position += expected[expected.count - 1]
        }
        #expect(volume.lengths == expected)
        try session.close()
    }

    @Test("bytes of a stream that stops are with the volume soon after")
    func stopping() throws {
        let bytes = pattern(3 * mebibyte)
        let file = try bench.create(Name("file"))
        for start in stride(from: 0, to: bytes.count, by: mebibyte) {
            try bench.write(Array(bytes[start..<start + mebibyte]), to: file, at: UInt64(start))
        }
        bench.wait(.seconds(2))
        // What is dirty now is on its way through a sealing thread, and lands though the clock stands still.
        let deadline = SystemTime.monotonic() + .seconds(20)
        while bench.session.dirtyFiles > 0, SystemTime.monotonic() < deadline { _ = try bench.status(.root) }
        #expect(bench.session.dirtyFiles == 0)
        #expect(try pieces(Name("file")) == lengths(of: bytes))
        try bench.session.flushAll()
        try bench.kill()
        #expect(try bench.content(Name("file")) == bytes)
    }

    @Test(
        "streams over streams, holes, ticks and syncs leave what an array holds",
        arguments: 1...4 as ClosedRange<UInt64>)
    func model(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var model: [UInt8] = []
        let file = try bench.create(Name("file"))
        for step in 0..<60 {
            let start = Int.random(in: 0...8 * mebibyte, using: &random)
            let bytes = pattern(Int.random(in: 1...3 * mebibyte, using: &random), seed: seed * 1000 + UInt64(step))
            let piece = Int.random(in: 30_000...mebibyte, using: &random)
            let isBackward = Int.random(in: 0..<4, using: &random) == 0
            let starts = Array(stride(from: 0, to: bytes.count, by: piece))
            for place in isBackward ? starts.reversed() : starts {
                let part = Array(bytes[place..<min(place + piece, bytes.count)])
                try bench.write(part, to: file, at: UInt64(start + place))
            }
            if model.count < start + bytes.count {
                model += [UInt8](repeating: 0, count: start + bytes.count - model.count)
            }
            model.replaceSubrange(start..<start + bytes.count, with: bytes)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: try bench.synchronize(file)
            case 1: bench.wait(.milliseconds(1250))
            case 2: try bench.flush(file)
            default: break
            }
            let place = Int.random(in: 0..<model.count, using: &random)
            let count = Int.random(in: 1...2 * mebibyte, using: &random)
            let expected = Array(model[place..<min(model.count, place + count)])
            #expect(try bench.read(file, at: UInt64(place), count: count) == expected, "step \(step)")
            #expect(bench.session.dirtyByteCount <= Limits.Session.dirtyBytes + 2 * mebibyte)
        }
        try bench.synchronize(file)
        #expect(bench.session.dirtyByteCount == 0)
        #expect(try bench.content(Name("file")) == model)
    }
}
