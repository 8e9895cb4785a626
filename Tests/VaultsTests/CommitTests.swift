import Core
import Sealing
import StorageSupport
import Testing
import Trees
import VaultSupport
import Vaults
import Volumes

/// What roots, commits and their chain say.
@Suite struct CommitTests {
    let bench: TestVault

    init() throws { bench = try TestVault() }

    private func commit() throws -> Commit {
        try bench.vault.commit()
        return try #require(try bench.vault.newestCommit(bench.keyring))
    }

    private func make(_ name: String, _ bytes: [UInt8], _ now: Timestamp = Timestamp(seconds: 5)) throws -> FileID {
        let file = bench.volume.makeFileID()
        try bench.make([
            .setAttributes(file, Attributes(kind: .regular, permissions: 0o600, owner: 1, group: 1, now: now)),
            .setChild(directory: .root, name: Name(name), child: Child(file: file, kind: .regular), time: now),
            .write(file, offset: 0, .inline(bytes), time: now),
        ])
        return file
    }

    private func treeKeys() throws -> [[UInt8]] {
        var keys: [[UInt8]] = []
        try bench.vault.forEachRecord { keys.append($0.key) }
        return keys
    }

    private func dot(of key: [UInt8]) throws -> Dot? {
        var value: [UInt8]?
        try bench.vault.forEachRecord { if $0.key == key { value = $0.value } }
        return try value.map { try RecordValue.decode($0).dot }
    }

    @Test("commits form a chain: each names the one before and counts on, and all verify")
    func chain() throws {
        var chain = [try commit()]
        for number in 0..<5 {
            _ = try make("file \(number)", [UInt8(number)])
            chain.append(try commit())
            if number == 2 { try bench.closeAndOpen() }
        }
        #expect(chain.map(\.counter) == Array(1...6))
        for (earlier, later) in zip(chain, chain.dropFirst()) {
            let parent = try #require(later.parents.first)
            #expect(try bench.vault.commit(at: parent, bench.keyring) == earlier)
            #expect(later.root != earlier.root)
            #expect(later.vector[bench.keys.incarnation]! > earlier.vector[bench.keys.incarnation]!)
        }
        #expect(chain.map(\.parents.count) == [0, 1, 1, 1, 1, 1])
    }

    @Test("a commit without a change in between is not made")
    func nothingToCommit() throws {
        let first = try commit()
        #expect(try commit() == first)
        try bench.closeAndOpen()
        #expect(try commit() == first)
    }

    @Test("a change that was undone before a commit leaves no trace of the file in the tree")
    func undone() throws {
        _ = try make("stays", [1])
        _ = try commit()
        let file = try make("goes", [UInt8](repeating: 2, count: 5000))
        try bench.make([
            .removeChild(directory: .root, name: Name("goes"), time: Timestamp(seconds: 6)), .forget(file),
        ])
        _ = try commit()
        #expect(try treeKeys().allSatisfy { RecordKey.parse($0)?.file != file })
        let committed = try make("goes", [3])
        _ = try commit()
        #expect(try treeKeys().contains { RecordKey.parse($0)?.file == committed })
        try bench.make([
            .removeChild(directory: .root, name: Name("goes"), time: Timestamp(seconds: 6)), .forget(committed),
        ])
        _ = try commit()
        #expect(try treeKeys().allSatisfy { RecordKey.parse($0)?.file != committed })
    }

    @Test("every record carries the dot of the commit that wrote it, and one that was not touched keeps its own")
    func dots() throws {
        let first = try make("first", [1])
        let one = try commit()
        let dotOfFirst = try dot(of: RecordKey.key(of: first, .content))
        #expect(dotOfFirst == Dot(incarnation: bench.keys.incarnation, counter: one.vector[bench.keys.incarnation]!))
        let second = try make("second", [1])
        let two = try commit()
        #expect(try dot(of: RecordKey.key(of: first, .content)) == dotOfFirst)
        #expect(
            try dot(of: RecordKey.key(of: second, .content))
                == Dot(incarnation: bench.keys.incarnation, counter: two.vector[bench.keys.incarnation]!))
    }

    @Test(
        "the same changes give the same root, one batch at a time or all in one, when they are committed at one position"
    )
    func equalRoots() throws {
        let twin = try TestVault(sharingKeysWith: bench)
        var maker = BatchMaker(seed: 9)
        var model = VolumeModel()
        model.files[.root] = VolumeModel.File(attributes: TestVault.directory(bench.time.wallClock))
        for _ in 0..<120 {
            let batch = try maker.batch(model, bench.volume)
            // Only what both vaults understand: the other one has not sealed these bytes.
            for (_, bytes) in batch.sealed { _ = try twin.volume.seal(bytes) }
            try bench.make(batch.changes)
            try twin.make(batch.changes)
            model.apply(batch)
        }
        #expect(bench.volume.position == twin.volume.position)
        let root = try commit().root
        try twin.closeAndOpen()
        #expect(try twin.vault.newestCommit(bench.keyring)?.root == root)
        // One more change at another position: the same files, other dots, another root.
        try bench.make([.setExtendedAttribute(.root, Name("user.x"), [1])])
        try twin.make([.setExtendedAttribute(.root, Name("user.y"), [1])])
        try twin.make([
            .removeExtendedAttribute(.root, Name("user.y")), .setExtendedAttribute(.root, Name("user.x"), [1]),
        ])
        try twin.vault.commit()
        #expect(try commit().root != twin.vault.newestCommit(bench.keyring)?.root)
        try twin.close()
    }
}
