import Core
import FileSystem
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// Bytes that a write was acknowledged for, and that still wait in the session when something goes wrong.
@Suite struct OwedBytesTests {
    private func bytes(_ number: Int) -> [UInt8] {
        var random = SeededRandom(seed: UInt64(number) &+ 41)
        return random.bytes([200_000, 3000, 70_000][number % 3])
    }

    @Test(
        "what was acknowledged is kept when others fill the disk before it is handed over, and no more is taken",
        arguments: [true, false])
    func diskFull(isKnown: Bool) throws {
        let bench = try SessionBench()
        for number in 0..<6 { try bench.store([UInt8(number)], as: Name("file \(number)")) }
        try bench.session.flushAll()
        try bench.store.vault.commit()
        let files = try (0..<6).map { try bench.open(Name("file \($0)"), [.read, .write]) }
        let disk = bench.store.disk
        for (number, file) in files.enumerated() { try bench.write(bytes(number), to: file, at: 0) }
        #expect(bench.session.dirtyByteCount > 0)
        disk.setCapacity(disk.usedBytes)
        // The next look at the disk is due.
        if isKnown { bench.wait(.seconds(2)) }
        try bench.session.flushAll()
        #expect(bench.session.dirtyByteCount == 0)
        if isKnown {
            #expect(refusal { () throws(FileError) in try bench.write([1], to: files[0], at: 0) } == .noSpace)
        }
        for file in files { bench.release(file) }
        try bench.remount()
        for number in 0..<6 { #expect(try bench.content(Name("file \(number)")) == bytes(number)) }
        disk.setCapacity(.max)
        try bench.close()
    }

    @Test("a file that cannot be handed over keeps none of the others from it, and is told of at the end")
    func goesOn() throws {
        let bench = try SessionBench()
        let volume = HeldVolume(time: bench.time)
        let session = try Session(volume: volume, time: bench.time, sealingThreads: 2)
        let refused = 150_000
        volume.allow(1000)
        volume.refuse(refused)
        let lengths = (0..<20).map { $0 % 5 == 0 ? refused : 100_000 + $0 }
        for length in lengths {
            let draft = try session.makeDraft(permissions: 0o644, caller: bench.caller)
            let written = try unsafe [UInt8](repeating: 7, count: length).withUnsafeBytes { piece in
                try unsafe session.write(
                    piece, to: draft.handle, of: draft.entry.node, at: 0, isCacheWriteOut: false)
            }
            _ = try written.wait()
        }
        let failure = #expect(throws: Failure.self) { try session.flushAll() }
        #expect(failure?.code == .io)
        #expect(volume.lengths.sorted() == lengths.filter { $0 != refused }.sorted())
        #expect(session.dirtyByteCount == 4 * refused)
        volume.refuse(nil)
        try session.flushAll()
        #expect(volume.lengths.sorted() == lengths.sorted())
        try session.close()
        try bench.close()
    }
}
