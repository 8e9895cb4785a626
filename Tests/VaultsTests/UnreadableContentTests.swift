import Core
import Primitives
import Sealing
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// Changes of content of which something is damaged, or not here: they are committed, and leave it as it is.
@Suite(.ownThread) struct UnreadableContentTests {
    let bench: TestVault
    var random = SeededRandom(seed: 97)

    init() throws { bench = try TestVault() }

    private func write(_ file: FileID, _ written: WrittenBytes, at offset: UInt64) throws {
        try bench.make([.write(file, offset: offset, written, time: bench.time.wallClock)])
    }

    /// A chunk that nobody has.
    private func absent(_ length: UInt64) -> WrittenBytes {
        let digest = SHA256.digest(of: [UInt8](bigEndian: length))
        return .sealed(
            SealedChunk(
                reference: ObjectReference(
                    digest: digest, key: ObjectKey(digest.bytes), bodyLength: length, contentLength: length, flags: [],
                    epoch: 1)))
    }

    /// Flips a bit in every frame of every chunk, which are all as long as that.
    private func damageChunks(length: Int) {
        for (path, bytes) in bench.disk.contents where path.hasPrefix("objects/") {
            for offset in stride(from: 64, to: bytes.count - 200, by: 16) {
                let head = bytes[offset..<offset + 6]
                guard head.starts(with: Array("cbso".utf8) + [0]), head[offset + 5] == 1 else { continue }
                for place in stride(from: offset + 64 + 60, to: offset + 64 + 60 + length, by: 4000) {
                    bench.disk.flip(path, at: place, mask: 1)
                }
            }
        }
    }

    @Test(
        "bytes beside a damaged chunk, over a part of it and over most of it are committed", arguments: [true, false])
    mutating func damaged(isCommitted: Bool) throws {
        let file = try bench.add("file", [])
        try write(file, .sealed(try bench.volume.seal(random.bytes(40_000))), at: 0)
        if isCommitted { try bench.vault.commit() }
        damageChunks(length: 40_000)
        for range in [40_000..<40_010, 100..<110, 0..<39_000] as [Range<UInt64>] {
            let bytes = random.bytes(range.count)
            try write(file, .inline(bytes), at: range.lowerBound)
            if isCommitted || range.count > 10 { try bench.vault.commit() }
            #expect(try bench.volume.bytes(of: file, in: range) == bytes)
            let volume = bench.volume
            let failure = #expect(throws: Failure.self) { _ = try volume.bytes(of: file, in: 39_000..<40_000) }
            #expect(failure?.code == .integrity || failure?.code == .damaged)
        }
        try bench.closeAndOpen()
        #expect(try bench.volume.bytes(of: file, in: 40_000..<40_010).count == 10)
        #expect(try bench.volume.record(of: file)?.size == 40_010)
        try bench.close()
    }

    @Test("short content of a chunk that is not here, or is damaged, is committed in a chunk or a list")
    mutating func short() throws {
        let files = try (0..<2).map { try bench.add("file \($0)", []) }
        try write(files[0], absent(500), at: 0)
        try write(files[1], .sealed(try bench.volume.seal(random.bytes(500))), at: 0)
        damageChunks(length: 300)
        for file in files {
            let whole = try StoredContent(file, bench)
            #expect(whole.record.size == 500)
            guard case .chunk = whole.record.body else {
                Issue.record("content that nobody changed is no longer its chunk")
                continue
            }
            try write(file, .inline([1, 2, 3]), at: 7)
            let changed = try StoredContent(file, bench)
            #expect(changed.record.size == 500)
            #expect(changed.partCount == 2)
            #expect(try bench.volume.bytes(of: file, in: 7..<10) == [1, 2, 3])
        }
        try bench.closeAndOpen()
        for file in files {
            #expect(try bench.volume.bytes(of: file, in: 7..<10) == [1, 2, 3])
            // All of it can be read now, and goes into the record.
            try write(file, .inline(random.bytes(500)), at: 0)
            let stored = try StoredContent(file, bench)
            guard case .inline = stored.record.body else {
                Issue.record("short content is not in its record")
                continue
            }
        }
        try bench.close()
    }
}
