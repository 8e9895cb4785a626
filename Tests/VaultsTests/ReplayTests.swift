import Core
import LocalStore
import Sealing
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// What the journal holds and the objects do not, after a crash.
@Suite(.ownThread) struct ReplayTests {
    let bench: TestVault
    var random = SeededRandom(seed: 53)

    init() throws { bench = try TestVault() }

    /// A committed file in a chunk list.
    private mutating func listedFile() throws -> FileID {
        let file = try bench.add("listed", [])
        for number in 0..<3 {
            let written = WrittenBytes.sealed(try bench.volume.seal(random.bytes(100_000)))
            try bench.make([.write(file, offset: UInt64(100_000 * number), written, time: bench.time.wallClock)])
        }
        guard case .list = try StoredContent(file, bench).record.body else {
            throw Failure(.other, "the content is in no list")
        }
        return file
    }

    /// The disk after a crash, without any chunk list.
    private func diskWithoutLists() -> SimulatedDisk {
        let disk = bench.disk.afterKill()
        for (path, bytes) in disk.contents {
            for offset in stride(from: 64, to: max(bytes.count - 200, 64), by: 16) {
                let head = bytes[offset..<offset + 6]
                if head.starts(with: Array("cbso".utf8) + [0]), head[offset + 5] == ObjectKind.chunkList.rawValue {
                    disk.flip(path, at: offset, mask: 1)
                }
            }
        }
        return disk
    }

    @Test("a change inside a list that a power cut took is left out, if nobody was told that it is safe")
    mutating func unsynced() throws {
        let file = try listedFile()
        try bench.sync()
        func journal() -> [String: [UInt8]] { bench.disk.contents.filter { $0.key.hasPrefix("journal/") } }
        let before = journal()
        _ = try bench.volume.seal(random.bytes(1000))
        try bench.make([.setSize(file, 150_000, time: bench.time.wallClock)])
        bench.time.advance(by: StoreSettings().flushInterval)
        // The journal's thread writes it now, and syncs nothing.
        while journal() == before {}
        try bench.open(on: diskWithoutLists())
        #expect(bench.vault.recoveryNotes.contains { $0.contains("never synced") })
        let record = try satisfying { () throws(VolumeError) in try bench.volume.record(of: file) }
        #expect(record?.size == 300_000)
        try bench.add("more", [1, 2, 3])
        try bench.closeAndOpen()
        #expect(try bench.volume.bytes(named: "more") == [1, 2, 3])
        try bench.close()
    }

    @Test("a change inside a list is not left out once it is safe: that the list is gone is damage")
    mutating func synced() throws {
        let file = try listedFile()
        try bench.make([.setSize(file, 150_000, time: bench.time.wallClock)])
        try bench.sync()
        let disk = diskWithoutLists()
        let failure = #expect(throws: Failure.self) { try bench.open(on: disk) }
        #expect(failure?.code == .damaged)
        #expect(failure?.description.contains("is missing from the store") == true)
    }
}
