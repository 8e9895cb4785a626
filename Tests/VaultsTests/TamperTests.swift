import Core
import Primitives
import Sealing
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// Bytes changed on the disk by a fault or by somebody: refused and named, or without effect, never wrong data.
@Suite(.ownThread) struct TamperTests {
    private static let codes: Set<FailureCode> = [.integrity, .damaged, .unknownFormat]
    /// Nothing behind the journal's last block says that it was durable: damaged, it looks like a torn one.
    private static let last = Name("late 9")
    private let bench: TestVault
    private var expected: [Name: [UInt8]] = [:]

    init() throws {
        bench = try TestVault()
        var random = SeededRandom(seed: 5)
        let sizes = [0, 10, 1000, 5000, 70_000, 1_100_000, 2_500_000]
        for (number, size) in sizes.enumerated() {
            if number == 5 { try bench.vault.commit() }
            let name = Name("file \(number)")
            let bytes = random.bytes(size)
            try make(name, bytes)
            expected[name] = bytes
        }
        for number in 0..<60 {
            let name = Name("small \(number)")
            let bytes = random.bytes(number * 20)
            try make(name, bytes)
            expected[name] = bytes
        }
        try bench.vault.commit()
        // And some that only the journal has, each known as durable by the next.
        for number in 0..<10 {
            let name = Name("late \(number)")
            let bytes = random.bytes(number * 9000)
            try make(name, bytes)
            expected[name] = bytes
            try bench.sync()
        }
    }

    private func make(_ name: Name, _ bytes: [UInt8]) throws {
        let file = bench.volume.makeFileID()
        let now = bench.time.wallClock
        var changes: [Change] = [
            .setAttributes(file, Attributes(kind: .regular, permissions: 0o600, owner: 1, group: 1, now: now)),
            .setChild(directory: .root, name: name, child: Child(file: file, kind: .regular), time: now),
        ]
        for start in stride(from: 0, to: bytes.count, by: Limits.Content.cell) {
            let part = Array(bytes[start..<min(bytes.count, start + Limits.Content.cell)])
            let written: WrittenBytes =
                part.count < Limits.Content.inlineWrite ? .inline(part) : .sealed(try bench.volume.seal(part))
            changes.append(.write(file, offset: UInt64(start), written, time: now))
        }
        try bench.make(changes)
    }

    /// Opens the vault on `disk` and reads all of it; returns how often it was refused.
    private func readAll(_ disk: SimulatedDisk, _ what: String) throws -> Int {
        let vault: Vault
        let keyring = try bench.keyring
        do throws(Failure) {
            vault = try Vault.open(
                on: disk, settings: TestVault.settings(bench.time), bench.keys, keyring, time: bench.time)
        } catch {
            #expect(Self.codes.contains(error.code), "\(what): \(error)")
            return 1
        }
        defer { try? vault.close() }
        var refusals = 0
        func refused(_ body: () throws(Failure) -> Void) {
            do throws(Failure) {
                try body()
            } catch {
                refusals += 1
                #expect(Self.codes.contains(error.code), "\(what): \(error)")
            }
        }
        let volume = vault.volume
        refused { () throws(Failure) in
            let children = try satisfying { () throws(VolumeError) in
                try volume.children(of: .root, after: nil, limit: .max)
            }
            let names = children.map(\.name)
            let isShort = names == expected.keys.filter { $0 != Self.last }.sorted() && what.hasPrefix("journal/")
            #expect(names == expected.keys.sorted() || isShort, "\(what): the listing")
        }
        for (name, bytes) in expected {
            refused { () throws(Failure) in
                let child = try satisfying { () throws(VolumeError) in try volume.child(name, of: .root) }
                guard let child else {
                    if name == Self.last, what.hasPrefix("journal/") { return }
                    Issue.record("\(what): \(name.escaped) is missing")
                    return
                }
                let record = try satisfying { () throws(VolumeError) in try volume.record(of: child.file) }
                #expect(record?.size == UInt64(bytes.count), "\(what): the size of \(name.escaped)")
                let found = try volume.bytes(of: child.file, in: 0..<UInt64(bytes.count))
                #expect(found == bytes, "\(what): the content of \(name.escaped)")
            }
        }
        return refusals
    }

    @Test("a store nobody touched reads without a refusal")
    func untouched() throws { #expect(try readAll(bench.disk.afterKill(), "untouched") == 0) }

    @Test("objects that are gone are damage, and never files that are not there")
    func missingObjects() throws {
        // Enough for a second segment, so that the first can go and the newest commit stay.
        var random = SeededRandom(seed: 6)
        for _ in 0..<5 { _ = try bench.volume.seal(random.bytes(Limits.Content.cell)) }
        try bench.vault.commit()
        let segments = bench.disk.contents.keys.filter { $0.hasPrefix("objects/") }.sorted()
        try #require(segments.count > 1)
        for segment in [segments[0], segments[segments.count - 1]] {
            let disk = bench.disk.afterKill()
            try disk.remove(segment)
            #expect(try readAll(disk, "without \(segment)") > 0)
        }
    }

    @Test("a vault reads from second copies when every node, list and commit is damaged, and mends them")
    func secondCopies() throws {
        let disk = bench.disk.afterKill()
        var damaged = 0
        for (path, bytes) in disk.contents where path.hasPrefix("objects/") {
            for offset in stride(from: 64, to: bytes.count - 200, by: 16) {
                let head = bytes[offset..<offset + 6]
                guard head.starts(with: Array("cbso".utf8) + [0]), [2, 3, 4].contains(head[offset + 5]) else {
                    continue
                }
                disk.flip(path, at: offset + 64 + 60, mask: 1)
                damaged += 1
            }
        }
        #expect(damaged > 2)
        #expect(try readAll(disk, "damaged nodes") == 0)
        let vault = try Vault.open(
            on: disk, settings: TestVault.settings(bench.time), bench.keys, bench.keyring, time: bench.time)
        // What is read again was mended by the first reader.
        let troubles = vault.standing().troubles
        #expect(troubles == [])
        try vault.close()
    }

    @Test(
        "a bit flipped in any kind of file of the store is refused or has no effect",
        arguments: ["objects/", "journal/", ""], [1, 2] as [UInt64])
    func flips(folder: String, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let files = bench.disk.contents.filter { $0.key.hasPrefix(folder) && (folder != "" || !$0.key.contains("/")) }
        let written = files.mapValues { bytes in bytes.indices.filter { bytes[$0] != 0 } }.filter { !$0.value.isEmpty }
        try #require(!written.isEmpty)
        var refusals = 0
        for _ in 0..<60 {
            guard let path = written.keys.sorted().randomElement(using: &random), let places = written[path],
                let offset = places.randomElement(using: &random)
            else { continue }
            let disk = bench.disk.afterKill()
            disk.flip(path, at: offset, mask: 1 << UInt8.random(in: 0..<8, using: &random))
            refusals += try readAll(disk, "\(path) at \(offset)")
        }
        if folder == "objects/" { #expect(refusals > 0) }
    }

    @Test("a keyring with any byte changed is not opened")
    func keyrings() throws {
        let recovery = RecoveryKeys(RecoveryPhrase())
        let keys = DeviceKeys(name: "device", vault: VaultID(), owner: recovery)
        let keyring = try Keyring.create(recovery: recovery, device: keys, epoch: EpochSecret(number: 1))
        let bytes = try keyring.encode(signedBy: recovery)
        _ = try Keyring(bytes: bytes, ownerKey: keys.ownerKey).open(with: keys)
        for index in bytes.indices {
            var flipped = bytes
            flipped[index] ^= 0x10
            #expect(throws: Failure.self, "byte \(index)") { try Keyring(bytes: flipped, ownerKey: keys.ownerKey) }
        }
    }

    @Test("a vault does not open under another vault's keyring")
    func foreignKeyring() throws {
        let other = try TestVault()
        #expect(throws: Failure.self) {
            _ = try Vault.open(
                on: bench.disk.afterKill(), settings: TestVault.settings(bench.time), other.keys, other.keyring,
                time: bench.time)
        }
        #expect(throws: Failure.self) {
            _ = try Vault.open(
                on: bench.disk.afterKill(), settings: TestVault.settings(bench.time), bench.keys, other.keyring,
                time: bench.time)
        }
    }
}
