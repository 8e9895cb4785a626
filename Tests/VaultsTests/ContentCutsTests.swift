import Core
import Sealing
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

private let block = UInt64(Limits.Content.block)
private let mebi: UInt64 = 1 << 20

/// What a change seals, and what it leaves in parts.
@Suite(.ownThread) struct ContentCutsTests {
    let bench: TestVault
    var random = SeededRandom(seed: 61)

    init() throws { bench = try TestVault() }

    private func write(_ file: FileID, _ bytes: [UInt8], at offset: UInt64) throws {
        try bench.make([.write(file, offset: offset, .inline(bytes), time: bench.time.wallClock)])
    }

    private func setSize(_ file: FileID, _ size: UInt64) throws {
        try bench.make([.setSize(file, size, time: bench.time.wallClock)])
    }

    private func writeHole(_ file: FileID, _ range: Range<UInt64>) throws {
        try bench.make([
            .write(file, offset: range.lowerBound, .hole(UInt64(range.count)), time: bench.time.wallClock)
        ])
    }

    /// A file that is one sealed chunk.
    private func file(_ name: String, _ bytes: [UInt8]) throws -> FileID {
        let file = try bench.add(name, [])
        let written = WrittenBytes.sealed(try bench.volume.seal(bytes))
        try bench.make([.write(file, offset: 0, written, time: bench.time.wallClock)])
        return file
    }

    private func newBytes(_ after: StoredContent, _ before: StoredContent) -> UInt64 {
        after.chunks.filter { before.chunks[$0.key] == nil }.values.reduce(0, +)
    }

    @Test("a log written line by line costs a block of content a commit, and two where it ends one")
    mutating func log() throws {
        let file = try bench.add("log", [])
        var expected: [UInt8] = []
        var before: StoredContent?
        for number in 0..<300 {
            let line = random.bytes(Int.random(in: 1...1500, using: &random))
            try write(file, line, at: UInt64(expected.count))
            let blocks = UInt64(expected.count + line.count - 1) / block - UInt64(expected.count) / block + 1
            expected += line
            let after = try StoredContent(file, bench)
            if let before { #expect(newBytes(after, before) <= blocks * block, "line \(number)") }
            before = after
        }
        // All blocks but the last are whole chunks.
        #expect(try #require(before).entries.count <= expected.count / Int(block) + 1)
        #expect(try bench.volume.bytes(named: "log") == expected)
    }

    @Test("a page costs a block, and the rest of its chunk stays in use", arguments: [false, true])
    mutating func pages(isText: Bool) throws {
        var expected = isText ? [UInt8](repeating: 0x61, count: 2 << 20) : random.bytes(2 << 20)
        let file = try file("base", expected)
        var before = try StoredContent(file, bench)
        let large = try #require(before.chunks.keys.first)
        for page in [UInt64(0), 9, 33, 34, 200, 511] {
            let bytes = random.bytes(4096)
            try write(file, bytes, at: page * 4096)
            expected.replaceSubrange(Int(page) * 4096..<Int(page + 1) * 4096, with: bytes)
            let after = try StoredContent(file, bench)
            #expect(newBytes(after, before) == block, "page \(page)")
            #expect(after.chunks[large] == 2 * mebi)
            before = after
        }
        #expect(before.partCount > 0)
        #expect(try bench.volume.bytes(named: "base") == expected)
        try bench.closeAndOpen()
        #expect(try bench.volume.bytes(named: "base") == expected)
    }

    @Test("a chunk of which less than half is in use is given up, and then costs its other half once")
    mutating func waste() throws {
        let file = try file("base", random.bytes(1 << 20))
        var before = try StoredContent(file, bench)
        let large = try #require(before.chunks.keys.first)
        for number in 0..<UInt64(16) {
            try write(file, random.bytes(512), at: number * block + 77)
            let after = try StoredContent(file, bench)
            let isInUse = after.chunks[large] != nil
            // Eight of sixteen blocks are half of it.
            #expect(isInUse == (number < 8), "block \(number)")
            #expect(newBytes(after, before) == (number == 8 ? 8 * block : block), "block \(number)")
            before = after
        }
        #expect(before.entries.count == 16)
    }

    @Test("cutting a file, and punching holes into it, seals nothing and leaves parts")
    mutating func parts() throws {
        let bytes = random.bytes(3 << 19)
        let file = try file("base", bytes)
        let before = try StoredContent(file, bench)
        try setSize(file, 1_500_000)
        try writeHole(file, 70_000..<200_003)
        try writeHole(file, 900_000..<900_001)
        var expected = Array(bytes[..<1_500_000])
        for range in [70_000..<200_003, 900_000..<900_001] {
            expected.replaceSubrange(range, with: [UInt8](repeating: 0, count: range.count))
        }
        let after = try StoredContent(file, bench)
        #expect(after.chunks == before.chunks)
        #expect(after.partCount == 3 && after.entries.count == 5)
        #expect(after.record.allocated == 1_500_000 - 130_003 - 1)
        #expect(try bench.volume.bytes(named: "base") == expected)
        // Behind a hole the rest counts: what is left of the chunk is too little now.
        try setSize(file, 300_000)
        let short = try StoredContent(file, bench)
        #expect(short.chunks.keys.allSatisfy { before.chunks[$0] == nil })
        #expect(try bench.volume.bytes(named: "base") == Array(expected[..<300_000]))
    }

    @Test("what came as a stream is cut where it says, wherever it stands in the file")
    mutating func streams() throws {
        let stream = random.bytes(5 << 20)
        func add(_ name: String, front: [UInt8]) throws -> StoredContent {
            let file = try bench.add(name, front)
            for start in stride(from: 0, to: stream.count, by: 50_000) {
                let piece = Array(stream[start..<min(stream.count, start + 50_000)])
                try write(file, piece, at: UInt64(front.count + start))
            }
            return try StoredContent(file, bench)
        }
        let one = try add("one", front: [])
        #expect(one.chunks.values.allSatisfy { $0 <= UInt64(Limits.Content.chunkGreatest) })
        #expect(one.entries.dropLast().allSatisfy { $0.count >= UInt64(Limits.Content.chunkLeast) })
        let two = try add("two", front: random.bytes(100_001))
        #expect(newBytes(two, one) <= 4 * mebi)
        #expect(try bench.volume.bytes(named: "one") == stream)
    }

    @Test("zeros that were written are data, and holes are none")
    func zeros() throws {
        let file = try bench.add("zeros", [UInt8](repeating: 0, count: 10_000))
        try setSize(file, 1 << 40)
        try write(file, [UInt8](repeating: 0, count: 5000), at: 1 << 30)
        let stored = try StoredContent(file, bench)
        #expect(stored.record.allocated == 15_000)
        #expect(stored.entries.map(\.allocated).filter { $0 > 0 } == [10_000, 5000])
        #expect(stored.entries.count == 4)
    }

    @Test("a change to content that is elsewhere is committed without the network")
    mutating func elsewhere() throws {
        let remote = TestRemote(time: bench.time)
        var expected = random.bytes(3 << 20)
        try bench.add("large", expected)
        try bench.add("other", Array(expected[..<(2 << 20)]))
        try bench.attach(remote, bundles: false).publish()
        let device = try TestDevice(bench.phrase, remote, bundles: false, time: bench.time)
        let child = try satisfying { () throws(VolumeError) in try device.volume.child(Name("large"), of: .root) }
        let file = try #require(child?.file)
        let time = bench.time.wallClock
        try device.make([
            .write(file, offset: 5000, .inline([1, 2, 3]), time: time), .setSize(file, 2_500_000, time: time),
            .write(file, offset: 1_100_000, .hole(900_000), time: time),
        ])
        let original = expected
        expected.replaceSubrange(5000..<5003, with: [1, 2, 3])
        expected.replaceSubrange(1_100_000..<2_000_000, with: [UInt8](repeating: 0, count: 900_000))
        remote.forgetCalls()
        try device.vault.commit()
        #expect(remote.calls.isEmpty)
        // Nothing of this one is here, its list neither.
        let other = try satisfying { () throws(VolumeError) in try device.volume.child(Name("other"), of: .root) }?.file
        let log = try #require(other)
        remote.forgetCalls()
        for round in 0..<3 as Range<UInt64> {
            try device.make([.write(log, offset: 2 * mebi + round, .inline([5]), time: time)])
            try device.vault.commit()
        }
        #expect(remote.calls.isEmpty)
        #expect(try device.volume.bytes(of: log, in: mebi..<2 * mebi + 4) == original[1 << 20..<2 << 20] + [5, 5, 5])
        #expect(try device.volume.bytes(of: file, in: 0..<2_500_000) == Array(expected[..<2_500_000]))
        try device.vault.close()
    }
}
