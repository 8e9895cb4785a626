import Core
import Primitives
import Sealing
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// Vaults that compress, that pad, that do both and that do neither.
@Suite(.ownThread) struct PackedVaultTests {
    static let packings = [false, true].flatMap { compresses in
        [false, true].map { Packing(compresses: compresses, pads: $0) }
    }

    /// Contents that end in the record, in one chunk, and in a list of chunks; some of them compress.
    private static let contents: [(name: String, bytes: [UInt8])] = {
        var random = SeededRandom(seed: 8)
        func text(_ count: Int) -> [UInt8] { Array((0..<count / 4).flatMap { "\($0) and ".utf8 }.prefix(count)) }
        return [
            ("empty", []), ("inline", text(700)), ("small text", text(4095)), ("text", text(50_000)),
            ("noise", random.bytes(50_000)), ("sealed text", text(100_000)), ("long text", text(1 << 20 + 1)),
            ("long noise", random.bytes(1 << 20 + 1)), ("half", text(1 << 19) + random.bytes(3 << 19)),
        ]
    }()

    private func fill(_ bench: TestVault) throws -> [String: FileID] {
        var files: [String: FileID] = [:]
        for (name, bytes) in Self.contents { files[name] = try bench.add(name, bytes) }
        // A list of chunks and a hole, of which a block was then changed in place.
        let text = try #require(files["long text"])
        try bench.make([
            .write(text, offset: 100_000, .inline(Array("changed".utf8)), time: bench.time.wallClock),
            .write(text, offset: 3 << 20, .inline([1, 2, 3]), time: bench.time.wallClock),
        ])
        return files
    }

    private var expected: [String: [UInt8]] {
        var expected = Dictionary(uniqueKeysWithValues: Self.contents.map { ($0.name, $0.bytes) })
        if var text = expected["long text"] {
            text.replaceSubrange(100_000..<100_007, with: Array("changed".utf8))
            text += [UInt8](repeating: 0, count: (3 << 20) - text.count) + [1, 2, 3]
            expected["long text"] = text
        }
        return expected
    }

    private func check(_ volume: NativeVolume, _ what: String) throws {
        for (name, bytes) in expected {
            let found = try volume.bytes(named: name) ?? []
            #expect(found == bytes, "\(name) \(what)")
            guard let file = try satisfying({ () throws(VolumeError) in try volume.child(Name(name), of: .root) })?.file
            else { continue }
            var random = SeededRandom(seed: UInt64(bytes.count))
            for _ in 0..<20 where !bytes.isEmpty {
                let start = Int.random(in: 0..<bytes.count, using: &random)
                let end = min(bytes.count, start + Int.random(in: 1...70_000, using: &random))
                let part = try volume.bytes(of: file, in: UInt64(start)..<UInt64(end))
                #expect(part == Array(bytes[start..<end]), "\(name) \(start)..<\(end) \(what)")
            }
        }
    }

    @Test(
        "what is written reads the same, whole and in ranges, from the journal and from a commit", arguments: packings)
    func readsBack(packing: Packing) throws {
        let bench = try TestVault(packing: packing)
        _ = try fill(bench)
        try check(bench.volume, "before the first commit")
        try bench.sync()
        try bench.killAndOpen()
        try check(bench.volume, "from the journal")
        try bench.vault.commit()
        try check(bench.volume, "after a commit")
        try bench.closeAndOpen()
        try check(bench.volume, "opened again")
        #expect(try bench.keyring.packing == packing)
        try bench.close()
    }

    @Test("a file's CID leads to its content, whole and in ranges", arguments: packings)
    func identifiers(packing: Packing) throws {
        let bench = try TestVault(packing: packing)
        let files = try fill(bench)
        try bench.vault.commit()
        try bench.closeAndOpen()
        for (name, file) in files {
            let cid = try bench.volume.contentIdentifier(of: file)
            let bytes = try #require(expected[name])
            for range in [nil, 0..<10, 65_530..<70_000, 99_990..<2_000_000] as [Range<UInt64>?] {
                var read: [UInt8] = []
                let size = try bench.vault.read(cid: cid, range: range) { read += $0 }
                #expect(size == UInt64(bytes.count))
                let wanted = (range.map { Int($0.lowerBound)..<Int($0.upperBound) } ?? bytes.indices)
                    .clamped(to: bytes.indices)
                #expect(read == Array(bytes[wanted]), "\(name), \(String(describing: range))")
            }
        }
        try bench.close()
    }

    @Test("on a remote stands what the packing says, and another device reads all of it", arguments: packings)
    func remotes(packing: Packing) throws {
        let bench = try TestVault(packing: packing)
        let remote = TestRemote(time: bench.time)
        let link = try bench.attach(remote)
        _ = try fill(bench)
        #expect(try link.publish())
        let walk = try RemoteWalk(remote.contents, headOf: bench.keys, bench.keyring)
        #expect(walk.missing.isEmpty && walk.chunks.count > 6)
        var kinds: [ObjectKind: Set<ObjectFlags>] = [:]
        for bytes in remote.contents.objects.values {
            let header = try SealedHeader(parsing: bytes)
            kinds[header.kind, default: []].insert(header.flags)
            if header.flags.contains(.padded) { #expect(Self.isOfAClass(header.bodyLength), "\(header.kind)") }
        }
        let always: ObjectFlags = packing.pads ? .padded : []
        #expect(kinds.removeValue(forKey: .keyring) == [[]])
        #expect(
            kinds.removeValue(forKey: .chunk) == (packing.compresses ? [always, always.union(.compressed)] : [always]))
        #expect(kinds.values.allSatisfy { $0 == [always] } && kinds.keys.contains(.bundle))
        let device = try TestDevice(bench.phrase, remote, time: bench.time)
        try check(device.volume, "on another device")
        try device.add("theirs", Self.contents[3].bytes)
        try device.vault.commit()
        #expect(try device.volume.bytes(named: "theirs") == Self.contents[3].bytes)
        try device.vault.close()
        try bench.close()
    }

    /// Written a second time, from the description: Padmé with a floor.
    private static func isOfAClass(_ length: UInt64) -> Bool {
        guard length > 256 else { return length == 256 }
        var exponent: UInt64 = 0
        while 1 << (exponent + 1) <= length { exponent += 1 }
        var digits: UInt64 = 0
        while 1 << digits <= exponent { digits += 1 }
        return length % (1 << (exponent - digits)) == 0
    }

    @Test("compressed content takes less of the store, and a vault that does not compress takes what the content does")
    func sizes() throws {
        func stored(_ packing: Packing) throws -> UInt64 {
            let bench = try TestVault(packing: packing)
            _ = try fill(bench)
            try bench.vault.commit()
            defer { try? bench.close() }
            return bench.vault.standing().storeBytes
        }
        let content = UInt64(Self.contents.reduce(0) { $0 + $1.bytes.count })
        let (plain, compressed) = (try stored(.none), try stored(.standard))
        #expect(plain > content)
        #expect(compressed < plain * 3 / 4)
    }

    @Test("a vault keeps the packing that it was made with", arguments: packings)
    func creation(packing: Packing) throws {
        let home = try TemporaryFolder(inMemory: true)
        let folder = VaultFolder(path: Files.join(home.path, "vault"), name: .standard)
        let phrase = RecoveryPhrase()
        _ = try Vault.create(folder, phrase, passphrase: nil, packing: packing, time: SystemTime())
        let vault = try Vault.open(folder, SealedKeys(of: folder).unlock(nil), time: SystemTime())
        let recovery = RecoveryKeys(phrase)
        let keyring = try Keyring(
            sealed: try Files.readWhole(folder.keyringPath, limit: 1 << 20),
            ownerKey: recovery.signingKey.publicKey, secret: recovery.keyringSecret)
        #expect(keyring.packing == packing)
        let commit = try #require(try vault.newestCommit(keyring))
        let root = try ObjectReference(bytes: try #require(commit.root))
        #expect(root.flags == (packing.pads ? .padded : []))
        try vault.close()
    }
}
