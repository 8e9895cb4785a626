import Core
import Glibc
import LocalStore
import Sealing
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// Stores of every format version that was ever written, kept for ever: each must go on to be read.
@Suite struct FixtureTests {
    private static let fixtures = Files.join(Files.split(Array(#filePath.utf8)).folder, "Fixtures")
    /// Set, to the name of a new folder beside the others, by who makes the fixture of a new format version.
    private static var wantsNew: String? { unsafe getenv("CBSTORE_NEW_FIXTURE").map { unsafe String(cString: $0) } }

    @Test(
        "a store of an earlier format is rebuilt from its phrase, with every name, byte and attribute",
        arguments: ["v0", "v0-packed"])
    func recovers(version: String) throws {
        let fixture = Files.join(Self.fixtures, version)
        let phrase = try RecoveryPhrase(parsing: String(decoding: try read(fixture, "phrase.txt"), as: UTF8.self))
        let expected = String(decoding: try read(fixture, "files.txt"), as: UTF8.self)
        let home = try TemporaryFolder()
        let folder = VaultFolder(path: Files.join(home.path, "vault"), name: .standard)
        let recovered = try Vault.recover(
            folder, from: Files.join(fixture, "store"), phrase, passphrase: nil, time: SystemTime())
        #expect(recovered.device == "fixture")
        #expect(recovered.notes.isEmpty)
        // Twice: as the recovery left it, and as the new device wrote it on.
        for round in 0..<2 {
            let vault = try Vault.open(folder, SealedKeys(of: folder).unlock(nil), time: SystemTime())
            #expect(try vault.volume.listing() == expected, "round \(round)")
            _ = try satisfying { () throws(VolumeError) in
                try vault.volume.apply([.setExtendedAttribute(.root, Name("user.round"), [UInt8(round)])])
            }
            _ = try satisfying { () throws(VolumeError) in
                try vault.volume.apply([.removeExtendedAttribute(.root, Name("user.round"))])
            }
            try vault.close()
        }
    }

    @Test("the store of an earlier format does not open to another phrase")
    func otherPhrase() throws {
        let home = try TemporaryFolder()
        let folder = VaultFolder(path: Files.join(home.path, "vault"), name: .standard)
        do throws(Failure) {
            _ = try Vault.recover(
                folder, from: Files.join(Files.join(Self.fixtures, "v0"), "store"), RecoveryPhrase(), passphrase: nil,
                time: SystemTime())
            Issue.record("a foreign phrase was taken")
        } catch {
            #expect(error.code == .denied)
        }
        #expect(!Files.exists(folder.path))
    }

    @Test("a new fixture is made", .enabled(if: wantsNew != nil))
    func make() throws {
        let fixture = Files.join(Self.fixtures, try #require(Self.wantsNew))
        let home = try TemporaryFolder()
        let store = Files.join(home.path, "store")
        try Files.makeDirectory(store)
        let phrase = RecoveryPhrase()
        let recovery = RecoveryKeys(phrase)
        let keys = DeviceKeys(name: "fixture", vault: VaultID(), owner: recovery)
        let keyring = try Keyring.create(
            recovery: recovery, device: keys, epoch: EpochSecret(number: 1),
            packing: Packing(compresses: true, pads: true))
        try Files.writeAtomically(
            Files.join(store, "keyring"), try keyring.sealed(by: recovery).bytes, mode: 0o644)
        // Small enough to be kept in a repository.
        var settings = StoreSettings()
        settings.objectSegmentBytes = 96 << 10
        settings.journalSegmentBytes = 16 << 10
        settings.reserveBytes = 0
        let disk = RealDisk(folder: store)
        try LocalStore.create(on: disk, key: keyring.open(with: keys).epochs[0].derive(.journal), settings: settings)
        let vault = try Vault.open(on: disk, settings: settings, keys, keyring, time: SystemTime())
        try FixtureContent(volume: vault.volume).make { () throws(Failure) in try vault.commit() }
        let listing = try vault.volume.listing()
        try Need { [volume = vault.volume] completion in volume.sync(through: volume.position, completion) }.satisfy()
        // Before it is closed, so that the journal has something that no commit has.
        try TemporaryFolder.copy(store, to: Files.join(fixture, "store"))
        try vault.close()
        try Files.writeAtomically(Files.join(fixture, "files.txt"), Array(listing.utf8), mode: 0o644)
        try Files.writeAtomically(
            Files.join(fixture, "phrase.txt"), Array((phrase.words.joined(separator: " ") + "\n").utf8), mode: 0o644)
    }

    private func read(_ folder: [UInt8], _ name: String) throws -> [UInt8] {
        try Files.readWhole(Files.join(folder, name), limit: 1 << 20)
    }
}

/// What stands in a fixture: each kind of file, of content and of name, in the tree and in the journal.
private struct FixtureContent {
    let volume: NativeVolume
    private let now = Timestamp(seconds: 1_750_000_000, nanoseconds: 123_456_789)

    init(volume: NativeVolume) { self.volume = volume }

    private func apply(_ changes: [Change]) throws(Failure) {
        _ = try satisfying { () throws(VolumeError) in try volume.apply(changes) }
    }

    private func add(
        _ name: Name, _ kind: FileKind, in directory: FileID = .root, device: UInt64 = 0,
        _ more: (FileID) throws(Failure) -> [Change] = { _ in [] }
    ) throws(Failure) -> FileID {
        let file = volume.makeFileID()
        let attributes = Attributes(
            kind: kind, permissions: 0o4751, owner: 1000, group: 65_534, device: device, now: now)
        try apply(
            [.setAttributes(file, attributes)] + (try more(file)) + [
                .setChild(directory: directory, name: name, child: Child(file: file, kind: kind), time: now)
            ])
        return file
    }

    func make(commit: () throws(Failure) -> Void) throws(Failure) {
        var random = SeededRandom(seed: 0)
        try apply([
            .setAttributes(.root, Attributes(kind: .directory, permissions: 0o755, owner: 0, group: 0, now: now))
        ])
        let folder = try add(Name("folder"), .directory)
        let (small, block) = (random.bytes(700), random.bytes(40_000))
        let first = try add(Name("inline"), .regular) { [.write($0, offset: 0, .inline(small), time: now)] }
        let chunk = try add(Name("chunk"), .regular, in: folder) { file throws(Failure) in
            [.write(file, offset: 0, .sealed(try volume.seal(block)), time: now)]
        }
        // Compresses, into more than one group.
        let lines = Array((0..<5000).flatMap { "line \($0) of a long text\n".utf8 })
        _ = try add(Name("text"), .regular, in: folder) { file throws(Failure) in
            [.write(file, offset: 0, .sealed(try volume.seal(lines)), time: now)]
        }
        // A hole, and another cell: a list.
        _ = try add(Name("list"), .regular, in: folder) { file throws(Failure) in
            [
                .write(file, offset: 1_100_000, .sealed(try volume.seal([1, 2, 3])), time: now),
                .setSize(file, 3_000_000, time: now),
            ]
        }
        _ = try add(Name([0xff, 0xfe]), .symlink) { [.setTarget($0, [0x2e, 0x2e, 0x2f, 0x80])] }
        _ = try add(Name("pipe"), .fifo)
        _ = try add(Name("device"), .characterDevice, device: 0x0105)
        var many: [FileID] = []
        for number in 0..<60 { many.append(try add(Name("many \(number)"), .regular, in: folder)) }
        try apply([
            .setExtendedAttribute(first, Name("user.note"), Array("kept".utf8)),
            .setChild(
                directory: folder, name: Name("second name"), child: Child(file: first, kind: .regular), time: now),
        ])
        try commit()
        // A second commit over the first, with a block of a chunk changed in place.
        try apply([.write(chunk, offset: 5000, .inline([9, 9, 9]), time: now)])
        try commit()
        // From here on the journal alone has it.
        let late = random.bytes(3000)
        _ = try add(Name("late"), .regular) { [.write($0, offset: 100, .inline(late), time: now)] }
        try apply([.removeChild(directory: folder, name: Name("many 7"), time: now), .forget(many[7])])
    }
}
