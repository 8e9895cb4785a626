import Core
import Primitives
import Sealing
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// Files far longer than what is looked at of them: what an operation reads and makes is counted.
@Suite(.ownThread) struct LongContentTests {
    let bench: TestVault

    init() throws { bench = try TestVault() }

    /// A chunk that nobody has: enough to be listed.
    private static func reference(_ number: Int, length: UInt64) -> ObjectReference {
        let digest = SHA256.digest(of: [UInt8](bigEndian: UInt64(number)))
        return ObjectReference(
            digest: digest, key: ObjectKey(digest.bytes), bodyLength: length, contentLength: length, flags: [],
            epoch: 1)
    }

    /// A committed file of that many chunks, in a vault that has just been opened and so knows nothing of it.
    private func file(chunks: Int, of length: UInt64) throws -> FileID {
        let file = try bench.add("long", [])
        let time = bench.time.wallClock
        for start in stride(from: 0, to: chunks, by: 1000) {
            try bench.make(
                (start..<min(start + 1000, chunks)).map { number in
                    let written = WrittenBytes.sealed(SealedChunk(reference: Self.reference(number, length: length)))
                    return .write(file, offset: UInt64(number) * length, written, time: time)
                })
        }
        try bench.vault.commit()
        try bench.closeAndOpen()
        return file
    }

    /// Does what may need something, and counts what it needed.
    private func needs<Value>(_ body: () throws(VolumeError) -> Value) throws -> (value: Value, count: Int) {
        var count = 0
        while true {
            do throws(VolumeError) {
                return (try body(), count)
            } catch {
                guard case .needs(let need) = error else { throw error }
                count += 1
                try need.satisfy()
            }
        }
    }

    private func makeCounted(_ changes: [Change]) throws -> Int {
        try needs { () throws(VolumeError) in try bench.volume.apply(changes) }.count
    }

    /// How many objects a commit makes.
    private func commit() throws -> UInt64 {
        let before = bench.vault.standing().objects
        try bench.vault.commit()
        return bench.vault.standing().objects - before
    }

    private func record(of file: FileID) throws -> FileRecord {
        try #require(try satisfying { () throws(VolumeError) in try bench.volume.record(of: file) })
    }

    /// What the piece at an offset is: its length, where it is stored; nil for zeros.
    private func isStored(_ file: FileID, at offset: UInt64) throws -> (Bool?, needs: Int) {
        let (pieces, count) = try needs { () throws(VolumeError) in
            try bench.volume.content(of: file, range: offset..<offset + 1)
        }
        switch pieces.first {
        case .stored: return (true, count)
        case .zeros: return (false, count)
        case .bytes, nil: return (nil, count)
        }
    }

    @Test(
        "reading, changing and cutting a file looks at the lists on the way and makes one of each depth anew",
        arguments: [(100_000, 1 << 20), (16_384, 64 << 20), (1_500, 1 << 29)] as [(Int, UInt64)])
    func long(chunks: Int, length: UInt64) throws {
        let file = try file(chunks: chunks, of: length)
        let size = UInt64(chunks) * length
        #expect(try needs { () throws(VolumeError) in try bench.volume.record(of: file) }.value?.size == size)
        // A list of each depth, and the tree's nodes before.
        let end = try isStored(file, at: size - 1)
        #expect(end.0 == true && end.needs <= 3)
        let time = bench.time.wallClock
        let middle = size / 2 + 12_345
        #expect(try makeCounted([.write(file, offset: middle, .inline([1, 2, 3]), time: time)]) <= 6)
        // The chunk, up to two lists of each of three depths where one had to be filled, a node or two, the commit.
        #expect(try commit() <= 1 + 6 + 2 + 1)
        #expect(try bench.volume.bytes(of: file, in: middle..<middle + 3) == [1, 2, 3])
        #expect(try record(of: file).allocated == size)
        try bench.closeAndOpen()
        let hole = size / 4 + 5..<size / 4 + 5 + 100 * length
        #expect(
            try makeCounted([
                .write(file, offset: hole.lowerBound, .hole(UInt64(hole.count)), time: time)
            ]) <= 8)
        #expect(try record(of: file).allocated == size - UInt64(hole.count))
        #expect(try isStored(file, at: hole.lowerBound - 1).0 == true)
        #expect(try isStored(file, at: hole.upperBound - 1).0 == false)
        #expect(try isStored(file, at: hole.upperBound).0 == true)
        #expect(try commit() <= 12 + 2 + 1)
        try bench.closeAndOpen()
        let cut = size / 3 * 2 + 7
        #expect(try makeCounted([.setSize(file, cut, time: time)]) <= 6)
        #expect(try record(of: file).allocated == cut - UInt64(hole.count))
        #expect(try commit() <= 6 + 2 + 1)
        try bench.closeAndOpen()
        #expect(try makeCounted([.setSize(file, Limits.Session.fileBytes, time: time)]) <= 3)
        #expect(try commit() <= 6 + 2 + 1)
        #expect(try record(of: file).size == Limits.Session.fileBytes)
        #expect(try record(of: file).allocated == cut - UInt64(hole.count))
        #expect(try isStored(file, at: cut - 1).0 == true)
        #expect(try isStored(file, at: cut).0 == false)
        // All of it, once more: what is left is what was there.
        let stored = try StoredContent(file, bench)
        #expect(stored.record.allocated == stored.entries.reduce(0) { $0 + $1.allocated })
    }

    @Test("the longest file there can be is read, written and cut anywhere")
    func longest() throws {
        let file = try bench.add("longest", [])
        let (time, size) = (bench.time.wallClock, Limits.Session.fileBytes)
        try bench.make([.setSize(file, size, time: time)])
        #expect(try commit() <= 1 + 2 + 1)
        try bench.closeAndOpen()
        for offset in [size - 3, 0, size / 2] {
            #expect(try makeCounted([.write(file, offset: offset, .inline([7, 8, 9]), time: time)]) <= 3)
            // A chunk, the list, the tree.
            #expect(try commit() <= 1 + 1 + 2 + 1)
            #expect(try bench.volume.bytes(of: file, in: offset..<offset + 3) == [7, 8, 9])
        }
        #expect(try record(of: file).allocated == 9)
        try bench.closeAndOpen()
        #expect(try bench.volume.bytes(of: file, in: size - 5..<size) == [0, 0, 7, 8, 9])
        try bench.make([.setSize(file, size - 1, time: time), .setSize(file, size, time: time)])
        #expect(try bench.volume.bytes(of: file, in: size - 3..<size) == [7, 8, 0])
        try bench.make([.setSize(file, 2, time: time)])
        try bench.closeAndOpen()
        #expect(try bench.volume.bytes(named: "longest") == [7, 8])
    }

    @Test("a read over more lists than are held together is refused, and smaller ones serve")
    func scattered() throws {
        let file = try bench.add("scattered", [])
        let time = bench.time.wallClock
        let count: UInt64 = 40_000
        var random = SeededRandom(seed: 23)
        // Lists of equal entries would be one.
        let bytes = (0..<count).map { _ in UInt8.random(in: 1...255, using: &random) }
        try bench.make(
            bytes.enumerated().map { .write(file, offset: 2 * UInt64($0) + 1, .inline([$1]), time: time) })
        try bench.vault.commit()
        try bench.closeAndOpen()
        let failure = #expect(throws: Failure.self) {
            try satisfying { () throws(VolumeError) in
                _ = try bench.volume.content(of: file, range: 0..<2 * count)
            }
        }
        #expect(failure?.code == .integrity)
        #expect(try bench.volume.bytes(of: file, in: 1000..<1004) == [0, bytes[500], 0, bytes[501]])
        for start in stride(from: 0, to: 2 * count, by: 20_000) {
            let part = try bench.volume.bytes(of: file, in: start..<start + 20_000)
            #expect(part == bytes[Int(start / 2)..<Int(start / 2) + 10_000].flatMap { [0, $0] })
        }
        try bench.close()
    }

    @Test("appending to a long file makes its last lists anew, and no other")
    func appending() throws {
        let length: UInt64 = 1 << 20
        let file = try file(chunks: 20_000, of: length)
        for number in 20_000..<20_010 {
            let written = WrittenBytes.sealed(SealedChunk(reference: Self.reference(number, length: length)))
            try bench.make([
                .write(file, offset: UInt64(number) * length, written, time: bench.time.wallClock)
            ])
            #expect(try commit() <= 6 + 2 + 1, "chunk \(number)")
        }
        let stored = try StoredContent(file, bench)
        #expect(stored.entries == (0..<20_010).map { .chunk(Self.reference($0, length: length)) })
        #expect(stored.lists.count < 20_010 / 200)
    }
}
