import Core
import Sealing
import Testing
import Trees
import VaultSupport
import Vaults
import Volumes

/// Many files that are open and have no name when a commit is made.
@Suite(.ownThread) struct OrphanListTests {
    @Test(
        "ten thousand open files without a name keep no commit from being made, and go at the next opening",
        arguments: [999, 1000, 1001, 10_000])
    func many(count: Int) throws {
        let bench = try TestVault()
        let now = bench.time.wallClock
        var files: [FileID] = []
        for number in 0..<count {
            let file = bench.volume.makeFileID()
            files.append(file)
            try bench.make([
                .setAttributes(file, Attributes(kind: .regular, permissions: 0o600, owner: 1, group: 1, now: now)),
                .setChild(
                    directory: .root, name: Name("\(number)"), child: Child(file: file, kind: .regular), time: now),
                .removeChild(directory: .root, name: Name("\(number)"), time: now), .orphan(file),
            ])
        }
        let kept = try bench.add("kept", [1])
        try bench.vault.commit()
        #expect(bench.vault.standing().files == UInt64(count) + 1)
        // The next one has them too, and some fewer.
        try bench.make([.forget(files[0])])
        try bench.make([.setExtendedAttribute(kept, Name("user.a"), [1])])
        try bench.vault.commit()
        try bench.killAndOpen()
        try bench.vault.commit()
        #expect(bench.vault.standing().files == 1)
        var owners: Set<FileID> = []
        try bench.vault.forEachRecord { if let file = RecordKey.parse($0.key)?.file { owners.insert(file) } }
        #expect(owners == [.root, kept])
        #expect(try bench.volume.bytes(named: "kept") == [1])
        try bench.close()
    }
    @Test("a list that is gone, or is none, is a note, and keeps nobody from the vault", arguments: [true, false])
    func unreadable(isThere: Bool) throws {
        let bench = try TestVault()
        try bench.add("kept", [1])
        try bench.vault.commit()
        let odd = [UInt8](repeating: 1, count: 40)
        let list =
            isThere
            ? (try #require(try bench.volume.seal(odd) as? SealedChunk)).reference
            : Sealer(EpochSecret(number: 1)).seal(odd, as: .chunk).reference
        try LaterProgram(moreOrphans: list.bytes).write(to: bench)
        try bench.open(on: bench.disk)
        #expect(bench.vault.recoveryNotes.contains { $0.contains("without a name") })
        #expect(try bench.volume.bytes(named: "kept") == [1])
        #expect(bench.vault.standing().files == 1)
        try bench.add("more", [2])
        try bench.vault.commit()
        try bench.closeAndOpen()
        #expect(bench.vault.recoveryNotes.isEmpty)
    }
}
