import Core
import Sealing
import StorageSupport
import Testing
import Trees
import VaultSupport
import Vaults
import Volumes

/// A new epoch, and everything sealed with it.
@Suite(.ownThread) struct RekeyTests {
    let bench: TestVault

    init() throws { bench = try TestVault() }

    @Test("everything that is reached is of the new epoch; content, records and the tree's shape are what they were")
    func everything() throws {
        try RekeyScene.fill(bench)
        let (listing, before) = (try bench.volume.listing(), try ReachableObjects(bench.vault, bench.keyring))
        #expect(before.epochs == [1])
        #expect(before.listDepths.contains(1) && before.listDepths.contains(0) && before.nodes.count > 4)
        let counter = try bench.keyring.counter
        let result = try bench.vault.rekey(bench.phrase, in: bench.folder)
        #expect(result.epoch == 2 && result.isNewEpoch)
        let after = try ReachableObjects(bench.vault, bench.keyring)
        #expect(after.epochs == [2])
        #expect(after.nodes == before.nodes, "keys and levels of every node")
        #expect(after.records == before.records, "every record but for its references")
        #expect(after.digests.isDisjoint(with: before.digests))
        // A chunk of several files may be met, and sealed, in several leaves.
        #expect((after.contentObjects...after.records.count).contains(Int(result.sealedObjects ?? 0)))
        #expect(try bench.volume.listing() == listing)
        let keyring = try bench.keyring
        #expect(keyring.counter == counter + 1 && keyring.epochNumbers == [1, 2])
        // Who has only the old secret opens none of it.
        let first = try #require(keyring.open(with: bench.keys).epochs.first)
        let old = try SealerRing([first], packing: .standard)
        for cid in after.cids {
            let bytes = try #require(try bench.vault.storedObject(cid))
            #expect(throws: Failure.self) { try old.open(bytes) }
        }
        // Old objects stay.
        for cid in before.cids { #expect(try bench.vault.storedObject(cid) != nil) }
    }

    @Test("the vault goes on serving: changes, commits, a kill and an opening later everything is there")
    func servingOn() throws {
        try RekeyScene.fill(bench, isSmall: true)
        try bench.vault.commit()
        let commits = bench.vault.standing().commitCount
        try bench.vault.rekey(bench.phrase, in: bench.folder)
        #expect(bench.vault.standing().commitCount == commits + 1)
        var random = SeededRandom(seed: 7)
        let bytes = random.bytes(100_000)
        try bench.add("later", bytes)
        try bench.sync()
        let listing = try bench.volume.listing()
        try bench.killAndOpen()
        #expect(try bench.volume.listing() == listing)
        try bench.closeAndOpen()
        #expect(try bench.volume.listing() == listing)
        #expect(try bench.volume.bytes(named: "later") == bytes)
        #expect(try ReachableObjects(bench.vault, bench.keyring).epochs == [2])
        #expect(bench.vault.recoveryNotes.isEmpty)
    }

    @Test("each further run begins a further epoch, and nothing below it stays behind")
    func again() throws {
        try bench.add("file", [UInt8](repeating: 1, count: 80_000))
        for epoch in 2...UInt32(4) {
            let result = try bench.vault.rekey(bench.phrase, in: bench.folder)
            #expect(result.epoch == epoch && result.isNewEpoch && result.sealedObjects == 1)
            #expect(try ReachableObjects(bench.vault, bench.keyring).epochs == [epoch])
        }
    }

    @Test("a new epoch alone seals nothing anew, what comes later is of it, and the next run finishes it")
    func newEpochOnly() throws {
        try RekeyScene.fill(bench, isSmall: true)
        try bench.vault.commit()
        let listing = try bench.volume.listing()
        let result = try bench.vault.rekey(bench.phrase, in: bench.folder, newEpochOnly: true)
        #expect(result.epoch == 2 && result.isNewEpoch && result.sealedObjects == nil)
        #expect(try ReachableObjects(bench.vault, bench.keyring).epochs == [1])
        #expect(try bench.volume.listing() == listing)
        try bench.add("later", [UInt8](repeating: 9, count: 90_000))
        try bench.vault.commit()
        #expect(try ReachableObjects(bench.vault, bench.keyring).epochs == [1, 2])
        try bench.closeAndOpen()
        let finished = try bench.vault.rekey(bench.phrase, in: bench.folder)
        #expect(finished.epoch == 2 && !finished.isNewEpoch)
        #expect(try ReachableObjects(bench.vault, bench.keyring).epochs == [2])
        // Nothing is left to finish: the next one begins anew.
        #expect(try bench.vault.rekey(bench.phrase, in: bench.folder).epoch == 3)
    }

    @Test("a list of the newest epoch that names chunks of an older one is not taken for finished")
    func oldChunksInNewLists() throws {
        var random = SeededRandom(seed: 12)
        let file = try bench.add("list", random.bytes(3 * Limits.Content.cell))
        try bench.vault.rekey(bench.phrase, in: bench.folder, newEpochOnly: true)
        // A new last cell: its list is sealed anew, and the chunks before it stay.
        let bytes = random.bytes(Limits.Content.cell)
        let written = WrittenBytes.sealed(try bench.volume.seal(bytes))
        try bench.make([.write(file, offset: UInt64(3 * Limits.Content.cell), written, time: bench.time.wallClock)])
        try bench.vault.commit()
        let mixed = try ReachableObjects(bench.vault, bench.keyring)
        #expect(mixed.epochs == [1, 2])
        #expect(!(try bench.vault.rekey(bench.phrase, in: bench.folder).isNewEpoch))
        #expect(try ReachableObjects(bench.vault, bench.keyring).epochs == [2])
    }

    @Test("a chunk of which a file has several parts is sealed anew once, and the parts stay what they are")
    func parts() throws {
        var random = SeededRandom(seed: 13)
        var bytes = random.bytes(600_000)
        let file = try bench.add("parts", bytes)
        let time = bench.time.wallClock
        try bench.make([
            .write(file, offset: 200_000, .inline([1, 2, 3]), time: time),
            .write(file, offset: 400_000, .hole(10), time: time), .setSize(file, 590_000, time: time),
        ])
        let before = try StoredContent(file, bench)
        #expect(before.partCount == 3 && before.chunks.count == 2)
        var last: RekeyProgress?
        let result = try bench.vault.rekey(bench.phrase, in: bench.folder) { progress throws(Failure) in
            last = progress
        }
        // The chunk, the block in it, the list.
        #expect(result.sealedObjects == 3)
        #expect(last?.doneBytes == last?.totalBytes)
        let after = try StoredContent(file, bench)
        #expect(after.chunks.keys.allSatisfy { before.chunks[$0] == nil })
        #expect(after.entries.map(\.count) == before.entries.map(\.count) && after.partCount == 3)
        bytes.replaceSubrange(200_000..<200_003, with: [1, 2, 3])
        bytes.replaceSubrange(400_000..<400_010, with: [UInt8](repeating: 0, count: 10))
        #expect(try bench.volume.bytes(named: "parts") == Array(bytes[..<590_000]))
    }

    @Test("another vault's phrase changes nothing")
    func otherPhrase() throws {
        try bench.add("file", [1, 2, 3])
        let counter = try bench.keyring.counter
        do throws(Failure) {
            _ = try bench.vault.rekey(RecoveryPhrase(), in: bench.folder)
            Issue.record("it was accepted")
        } catch {
            #expect(error.code == .denied)
        }
        #expect(try bench.keyring.counter == counter)
    }

    @Test("a change made meanwhile is kept: the run ends with busy, and the next one finishes")
    func changesMeanwhile() throws {
        try RekeyScene.fill(bench, isSmall: true)
        var hasChanged = false
        do throws(Failure) {
            _ = try bench.vault.rekey(bench.phrase, in: bench.folder) { [bench] (_) throws(Failure) in
                if !hasChanged { try bench.add("meanwhile", [1, 2, 3]) }
                hasChanged = true
            }
            Issue.record("it was not noticed")
        } catch {
            #expect(error.code == .busy)
        }
        let listing = try bench.volume.listing()
        #expect(try bench.volume.bytes(named: "meanwhile") == [1, 2, 3])
        #expect(!(try bench.vault.rekey(bench.phrase, in: bench.folder).isNewEpoch))
        #expect(try bench.volume.listing() == listing)
        #expect(try ReachableObjects(bench.vault, bench.keyring).epochs == [2])
    }

    @Test("progress grows to the size of all files and names the epoch")
    func progress() throws {
        try RekeyScene.fill(bench)
        try bench.vault.commit()
        var seen: [RekeyProgress] = []
        try bench.vault.rekey(bench.phrase, in: bench.folder) { (progress) throws(Failure) in seen.append(progress) }
        let last = try #require(seen.last)
        #expect(seen.allSatisfy { $0.epoch == 2 && $0.totalBytes == bench.vault.standing().contentBytes })
        #expect(last.doneBytes == last.totalBytes)
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.doneBytes <= $1.doneBytes })
    }

    // MARK: Crashes

    @Test("a run that ends anywhere leaves a vault that opens with everything, and the next run finishes it")
    func endings() throws {
        try RekeyScene.fill(bench, isSmall: true)
        try bench.vault.commit()
        let listing = try bench.volume.listing()
        var steps = 0
        while true {
            let fork = try bench.fork()
            var count = 0
            var isThrough = false
            do throws(Failure) {
                _ = try fork.vault.rekey(fork.phrase, in: fork.folder) { (_) throws(Failure) in
                    count += 1
                    if count > steps { throw Failure(.interrupted, "ended on purpose") }
                }
                isThrough = true
            } catch {
                #expect(error.code == .interrupted, "\(error)")
            }
            try fork.killAndOpen()
            #expect(try fork.volume.listing() == listing, "step \(steps)")
            let result = try fork.vault.rekey(fork.phrase, in: fork.folder)
            #expect(result.epoch == (isThrough ? 3 : 2) && result.isNewEpoch == isThrough, "step \(steps)")
            #expect(try ReachableObjects(fork.vault, fork.keyring).epochs == [result.epoch])
            #expect(try fork.volume.listing() == listing)
            try fork.close()
            if isThrough { break }
            steps += 1
        }
        #expect(steps > 10)
    }

    @Test(
        "a power cut at any call to the disk leaves a vault that opens with everything, and a run that can be repeated")
    func powerCuts() throws {
        try RekeyScene.fill(bench, isSmall: true)
        try bench.vault.commit()
        let listing = try bench.volume.listing()
        var calls = 0
        while true {
            let fork = try bench.fork()
            fork.disk.cutPower(after: calls)
            let isThrough = (try? fork.vault.rekey(fork.phrase, in: fork.folder)) != nil
            try fork.cutPowerAndOpen(seed: UInt64(calls))
            #expect(try fork.volume.listing() == listing, "after \(calls) calls")
            let before = try fork.keyring.epochNumbers
            let result = try fork.vault.rekey(fork.phrase, in: fork.folder)
            #expect(result.epoch <= before.count + 1)
            #expect(try ReachableObjects(fork.vault, fork.keyring).epochs == [result.epoch], "after \(calls) calls")
            #expect(try fork.volume.listing() == listing)
            try fork.close()
            if isThrough { break }
            calls += 1
        }
        #expect(calls > 10)
    }
}

/// Files of every kind, as a rekey meets them.
enum RekeyScene {
    static func fill(_ bench: TestVault, isSmall: Bool = false) throws {
        var random = SeededRandom(seed: 51)
        for size in [0, 1, 1024, 1025, 70_000] { try bench.add("file of \(size)", random.bytes(size)) }
        let shared = random.bytes(90_000)
        for number in 0..<3 { try bench.add("same \(number)", shared) }
        let list = try bench.add("list", random.bytes(Limits.Content.cell + 20_000))
        let now = bench.time.wallClock
        let (folder, link) = (bench.volume.makeFileID(), bench.volume.makeFileID())
        try bench.make([
            .setSize(list, 5 << 20, time: now), .setExtendedAttribute(list, Name("user.a"), [1, 2]),
            .setAttributes(folder, TestVault.directory(now)),
            .setChild(directory: .root, name: Name("folder"), child: Child(file: folder, kind: .directory), time: now),
            .setAttributes(link, Attributes(kind: .symlink, permissions: 0o777, owner: 3, group: 4, now: now)),
            .setTarget(link, [0x2e, 0xff]),
            .setChild(directory: folder, name: Name([0xfe]), child: Child(file: link, kind: .symlink), time: now),
            .setChild(directory: folder, name: Name("again"), child: Child(file: list, kind: .regular), time: now),
        ])
        for number in 0..<(isSmall ? 4 : 200) { try bench.add("small \(number)", random.bytes(number * 10)) }
        if !isSmall { try addNestedList(bench, random.bytes(Limits.Content.block)) }
    }

    /// More entries than one list has: one block at every second place, which is the same chunk each time.
    private static func addNestedList(_ bench: TestVault, _ block: [UInt8]) throws {
        let file = try bench.add("nested", [])
        let written = WrittenBytes.sealed(try bench.volume.seal(block))
        let time = bench.time.wallClock
        try bench.make(
            (0...Limits.Content.listEntries / 2).map { number in
                .write(file, offset: UInt64(number * 2 * block.count), written, time: time)
            })
        try bench.make([.setSize(file, UInt64((Limits.Content.listEntries + 3) * block.count), time: time)])
    }
}
