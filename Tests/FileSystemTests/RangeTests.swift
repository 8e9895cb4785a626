import Core
import FileSystem
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// Ranges of files: reserved, emptied, looked through, and copied as they are.
@Suite struct RangeTests {
    let bench: SessionBench
    var random = SeededRandom(seed: 6)

    init() throws { bench = try SessionBench() }

    private func allocate(
        _ file: OpenedNode, _ mode: AllocationMode, at offset: UInt64, count: UInt64
    ) throws(FileError) {
        try bench.session.allocate(file.handle, of: file.entry.node, at: offset, count: count, mode: mode).wait()
    }

    private func seek(_ file: OpenedNode, _ stretch: StretchKind, from offset: UInt64) throws(FileError) -> UInt64 {
        try bench.session.seek(file.handle, of: file.entry.node, from: offset, to: stretch).wait()
    }

    private func copy(
        _ source: OpenedNode, at offset: UInt64, to target: OpenedNode, at place: UInt64, count: UInt64
    ) throws(FileError) -> Int {
        try bench.session.copy(
            from: FilePlace(handle: source.handle, node: source.entry.node, offset: offset),
            to: FilePlace(handle: target.handle, node: target.entry.node, offset: place), count: count
        ).wait()
    }

    private func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    @Test("what is punched or zeroed reads as zeros, and only what keeps its size keeps its size")
    mutating func emptied() throws {
        let file = try bench.create(Name("file"))
        var bytes = random.bytes(300_000)
        try bench.write(bytes, to: file, at: 0)
        try bench.synchronize(file)
        // Over bytes that are stored, and over some that are only written.
        try bench.write(random.bytes(50), to: file, at: 100_020)
        try allocate(file, .punch, at: 100_000, count: 100_000)
        bytes.replaceSubrange(100_000..<200_000, with: zeros(100_000))
        #expect(try bench.read(file, at: 0, count: 400_000) == bytes)
        #expect(try bench.status(file.entry.node).allocated == 200_000)
        try allocate(file, .punch, at: 299_000, count: 5_000)
        bytes.replaceSubrange(299_000..., with: zeros(1_000))
        try allocate(file, .zero(keepsSize: true), at: 10, count: 90)
        bytes.replaceSubrange(10..<100, with: zeros(90))
        #expect(try bench.read(file, at: 0, count: 400_000) == bytes)
        try allocate(file, .zero(keepsSize: false), at: 299_990, count: 1_000)
        bytes.replaceSubrange(299_990..., with: zeros(1_000))
        #expect(try bench.read(file, at: 0, count: 400_000) == bytes)
        #expect(try bench.status(file.entry.node).size == 300_990)
        bench.release(file)
        try bench.remount()
        #expect(try bench.content(Name("file")) == bytes)
        try bench.close()
    }

    @Test("reserving makes a file longer or not, and costs nothing")
    func reserved() throws {
        let file = try bench.create(Name("file"))
        try bench.write([1, 2, 3], to: file, at: 0)
        try allocate(file, .reserve(keepsSize: true), at: 0, count: 1_000_000)
        #expect(try bench.status(file.entry.node).size == 3)
        try allocate(file, .reserve(keepsSize: false), at: 2, count: 1_000_000)
        #expect(try bench.status(file.entry.node).size == 1_000_002)
        #expect(try bench.status(file.entry.node).allocated == 3)
        #expect(try bench.read(file, at: 0, count: 5) == [1, 2, 3, 0, 0])
        #expect(refusal { () throws(FileError) in try allocate(file, .punch, at: 0, count: 0) } == .invalid)
        let tooMuch = Limits.Session.fileBytes
        #expect(
            refusal { () throws(FileError) in try allocate(file, .reserve(keepsSize: false), at: 1, count: tooMuch) }
                == .tooLarge)
        let reader = try bench.open(Name("file"), .read)
        #expect(refusal { () throws(FileError) in try allocate(reader, .punch, at: 0, count: 1) } == .badHandle)
        bench.release(file)
        bench.release(reader)
        try bench.close()
    }

    @Test("data and holes are found in any file, however long, once nobody writes to it")
    func sought() throws {
        let tib: UInt64 = 1 << 40
        let file = try bench.create(Name("file"))
        try bench.write([UInt8](repeating: 1, count: 100_000), to: file, at: 200_000)
        try bench.write([1], to: file, at: tib)
        // While somebody can write, all of it may be data.
        #expect(try seek(file, .data, from: 5) == 5)
        #expect(try seek(file, .hole, from: 5) == tib + 1)
        bench.release(file)
        for _ in 0..<2 {
            let reader = try bench.open(Name("file"), .read)
            #expect(try seek(reader, .data, from: 0) == 200_000)
            #expect(try seek(reader, .data, from: 250_000) == 250_000)
            #expect(try seek(reader, .hole, from: 0) == 0)
            #expect(try seek(reader, .hole, from: 200_000) == 300_000)
            #expect(try seek(reader, .data, from: 300_000) == tib)
            #expect(try seek(reader, .hole, from: tib) == tib + 1)
            #expect(refusal { () throws(FileError) in _ = try seek(reader, .data, from: tib + 1) } == .noDevice)
            #expect(refusal { () throws(FileError) in _ = try seek(reader, .hole, from: tib + 1) } == .noDevice)
            bench.release(reader)
            try bench.remount()
        }
        let grown = try bench.open(Name("file"), [.read, .write])
        try bench.truncate(grown.entry.node, to: tib + 10)
        bench.release(grown)
        let reader = try bench.open(Name("file"), .read)
        #expect(refusal { () throws(FileError) in _ = try seek(reader, .data, from: tib + 1) } == .noDevice)
        bench.release(reader)
        try bench.close()
    }

    @Test("a copy shares what is stored, at any offset, and each side goes on alone")
    mutating func shared() throws {
        let source = try bench.create(Name("source"))
        var bytes = random.bytes(9_000_000)
        try bench.write(bytes, to: source, at: 0)
        try bench.synchronize(source)
        try bench.store.vault.commit()
        let before = bench.store.vault.standing().storeBytes
        let target = try bench.create(Name("target"))
        try bench.write([7, 7, 7], to: target, at: 0)
        #expect(try copy(source, at: 1_000_001, to: target, at: 2, count: 7_000_000) == 7_000_000)
        #expect(try copy(source, at: 8_999_000, to: target, at: 7_000_002, count: 5_000) == 1_000)
        #expect(try copy(source, at: 9_000_000, to: target, at: 0, count: 5_000) == 0)
        var copied = [7, 7] + bytes[1_000_001..<8_000_001] + bytes[8_999_000...]
        #expect(try bench.content(Name("target")) == copied)
        try bench.synchronize(target)
        try bench.store.vault.commit()
        #expect(bench.store.vault.standing().storeBytes - before < 2_500_000, "the ends at most are written again")
        // Within one file, onto itself, and what is not stored yet.
        try bench.write([9, 9, 9, 9], to: target, at: 100)
        copied.replaceSubrange(100..<104, with: [9, 9, 9, 9])
        #expect(try copy(target, at: 90, to: target, at: 5_000_000, count: 20) == 20)
        copied.replaceSubrange(5_000_000..<5_000_020, with: copied[90..<110])
        #expect(
            refusal { () throws(FileError) in _ = try copy(target, at: 0, to: target, at: 10, count: 20) } == .invalid)
        try bench.write([5], to: source, at: 2_000_000)
        bytes[2_000_000] = 5
        #expect(try bench.content(Name("target")) == copied)
        for file in [source, target] {
            try bench.synchronize(file)
            bench.release(file)
        }
        try bench.kill()
        #expect(try bench.content(Name("target")) == copied)
        #expect(try bench.content(Name("source")) == bytes)
        try bench.unlink(Name("source"))
        try bench.remount()
        #expect(try bench.content(Name("target")) == copied)
        try bench.close()
    }
}
