import Core
import Glibc
import LocalStore
import Primitives
import Sealing
import StorageSupport
import Testing
import VaultSupport
import Vaults
import Volumes

/// Stores of every format version that was ever published, kept for ever: each must go on to be read. And one of the
/// previews, which must be refused.
@Suite struct FixtureTests {
    private static let fixtures = Files.join(Files.split(Array(#filePath.utf8)).folder, "Fixtures")
    private static let preview = "v0"
    /// All that lie there.
    private static var versions: [String] {
        FolderListing.names(in: fixtures).compactMap(\.string).filter { $0.hasPrefix("v") && $0 != preview }.sorted()
    }
    /// Set, to the name of a new folder beside the others, by who makes the fixture of a new format version.
    private static var wantsNew: String? { unsafe getenv("CBSTORE_NEW_FIXTURE").map { unsafe String(cString: $0) } }

    @Test(
        "a store of any published format is rebuilt from its phrase, with every name, byte and attribute",
        arguments: versions)
    func recovers(version: String) throws {
        let fixture = Files.join(Self.fixtures, version)
        let phrase = try phrase(of: version)
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

    @Test("a store does not open to another phrase")
    func otherPhrase() throws {
        let home = try TemporaryFolder()
        let (vault, _) = try newVault(in: home)
        let folder = VaultFolder(path: Files.join(home.path, "other"), name: .standard)
        expect(.denied) { () throws(Failure) in
            _ = try Vault.recover(folder, from: vault.storePath, RecoveryPhrase(), passphrase: nil, time: SystemTime())
        }
        #expect(!Files.exists(folder.path))
    }

    // MARK: Version 0

    @Test("the store of a preview is refused by its phrase, as what it is")
    func previewStore() throws {
        let home = try TemporaryFolder()
        let folder = VaultFolder(path: Files.join(home.path, "vault"), name: .standard)
        let phrase = try phrase(of: Self.preview)
        expectPreview("recover --store") { () throws(Failure) in
            _ = try Vault.recover(
                folder, from: Files.join(Files.join(Self.fixtures, Self.preview), "store"), phrase, passphrase: nil,
                time: SystemTime())
        }
        #expect(!Files.exists(folder.path))
    }

    @Test(
        "a file of a preview in the place of any file of a store is refused as what it is, and nothing is changed",
        arguments: ["keyring", "checkpoint.a", "checkpoint.b", "objects", "journal"])
    func previewFiles(name: String) throws {
        let home = try TemporaryFolder()
        let (folder, _) = try newVault(in: home)
        let old = Files.join(Files.join(Self.fixtures, Self.preview), "store")
        if name == "objects" || name == "journal" {
            let (from, to) = (Files.join(old, name), Files.join(folder.storePath, name))
            for file in FolderListing.names(in: from) {
                try Files.writeAtomically(
                    Files.join(to, file.bytes), try Files.readWhole(Files.join(from, file.bytes), limit: 1 << 20))
            }
        } else {
            try Files.writeAtomically(
                Files.join(folder.storePath, name), try Files.readWhole(Files.join(old, name), limit: 1 << 20))
        }
        let before = content(of: folder.path)
        expectPreview(name) { () throws(Failure) in
            _ = try Vault.open(folder, try SealedKeys(of: folder).unlock(nil), time: SystemTime())
        }
        #expect(content(of: folder.path) == before)
    }

    @Test("a key file of a preview is refused as what it is")
    func previewKey() throws {
        let home = try TemporaryFolder()
        let (folder, _) = try newVault(in: home)
        var bytes = try Files.readWhole(folder.keyPath, limit: 1 << 20)
        bytes[4] = 0
        bytes.replaceSubrange((bytes.count - 32)..., with: SHA256.digest(of: bytes.dropLast(32)).bytes)
        try Files.writeAtomically(folder.keyPath, bytes)
        expectPreview("key") { () throws(Failure) in
            _ = try Vault.open(folder, try SealedKeys(of: folder).unlock(nil), time: SystemTime())
        }
    }

    /// Every file below a folder, with its bytes where they are not many.
    private func content(of path: [UInt8]) -> [[UInt8]: [UInt8]?] {
        var found: [[UInt8]: [UInt8]?] = [:]
        for name in FolderListing.names(in: path) {
            let below = Files.join(path, name.bytes)
            if Files.isDirectory(below) {
                found.merge(content(of: below)) { $1 }
            } else {
                found[below] = .some(try? Files.readWhole(below, limit: 1 << 20))
            }
        }
        return found
    }

    private func newVault(in home: TemporaryFolder) throws -> (VaultFolder, RecoveryPhrase) {
        let folder = VaultFolder(path: Files.join(home.path, "vault"), name: .standard)
        let phrase = RecoveryPhrase()
        _ = try Vault.create(folder, phrase, passphrase: nil, time: SystemTime())
        return (folder, phrase)
    }

    private func expect(_ code: FailureCode, _ body: () throws(Failure) -> Void) {
        do throws(Failure) {
            try body()
            Issue.record("it was not refused")
        } catch {
            #expect(error.code == code, "\(error)")
        }
    }

    private func expectPreview(_ what: String, _ body: () throws(Failure) -> Void) {
        do throws(Failure) {
            try body()
            Issue.record("\(what) of version 0 was taken")
        } catch {
            #expect(error.code == .unknownFormat, "\(what): \(error)")
            #expect(error.advice?.contains("a preview of cbstore") == true, "\(what): \(error)")
        }
    }

    // MARK: A new one

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
        settings.journalSegmentBytes = 256 << 10
        settings.reserveBytes = 0
        let disk = RealDisk(folder: store)
        try LocalStore.create(on: disk, key: keyring.open(with: keys).epochs[0].derive(.journal), settings: settings)
        let vault = try Vault.open(on: disk, settings: settings, keys, keyring, time: SystemTime())
        var content = FixtureContent(volume: vault.volume)
        try content.make { () throws(Failure) in try vault.commit() }
        let listing = try vault.volume.listing()
        try Need { [volume = vault.volume] completion in volume.sync(through: volume.position, completion) }.satisfy()
        // Before it is closed, so that the journal has something that no commit has.
        try TemporaryFolder.copy(store, to: Files.join(fixture, "store"))
        try vault.close()
        try Files.writeAtomically(Files.join(fixture, "files.txt"), Array(listing.utf8), mode: 0o644)
        try Files.writeAtomically(
            Files.join(fixture, "phrase.txt"), Array((phrase.words.joined(separator: " ") + "\n").utf8), mode: 0o644)
    }

    private func phrase(of version: String) throws -> RecoveryPhrase {
        let text = try read(Files.join(Self.fixtures, version), "phrase.txt")
        return try RecoveryPhrase(parsing: String(decoding: text, as: UTF8.self))
    }

    private func read(_ folder: [UInt8], _ name: String) throws -> [UInt8] {
        try Files.readWhole(Files.join(folder, name), limit: 1 << 20)
    }
}
