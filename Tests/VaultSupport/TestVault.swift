package import Core
package import LocalStore
internal import Primitives
package import Sealing
package import StorageSupport
package import Vaults
package import Volumes

/// A vault on a simulated disk, which a test closes, kills, cuts off from power and opens again.
package final class TestVault {
    package let time: ManualTime
    package private(set) var disk: SimulatedDisk
    package private(set) var vault: Vault
    package let keys: DeviceKeys
    package let phrase: RecoveryPhrase
    /// What a vault has beside its store.
    package let folder: VaultFolder
    private let home: TemporaryFolder

    package var volume: NativeVolume { vault.volume }

    /// A new vault with nothing but a root directory, durable.
    package convenience init(packing: Packing = .standard) throws {
        let phrase = RecoveryPhrase()
        let recovery = RecoveryKeys(phrase)
        let keys = DeviceKeys(name: "test", vault: VaultID(), owner: recovery)
        try self.init(
            keys,
            try Keyring.create(recovery: recovery, device: keys, epoch: EpochSecret(number: 1), packing: packing),
            phrase)
    }

    /// A vault of its own, under the keys of another: equal content becomes equal objects.
    package convenience init(sharingKeysWith other: TestVault) throws {
        try self.init(other.keys, try other.keyring, other.phrase)
    }

    private init(_ keys: DeviceKeys, _ keyring: Keyring, _ phrase: RecoveryPhrase) throws {
        (self.keys, self.phrase, time) = (keys, phrase, ManualTime())
        home = try TemporaryFolder(inMemory: true)
        folder = VaultFolder(path: Files.join(home.path, "vault"), name: .standard)
        try Files.makeDirectory(folder.storePath, withParents: true)
        try Files.writeAtomically(folder.keyringPath, try keyring.sealed(by: RecoveryKeys(phrase)).bytes)
        disk = SimulatedDisk()
        let settings = Self.settings(time)
        try LocalStore.create(on: disk, key: keyring.open(with: keys).epochs[0].derive(.journal), settings: settings)
        vault = try Vault.open(on: disk, settings: settings, keys, keyring, time: time)
        try make([.setAttributes(.root, Self.directory(time.wallClock))])
        try sync()
    }

    /// The vault as a crash would leave it now, beside this one.
    private init(forking other: TestVault) throws {
        (keys, phrase, time) = (other.keys, other.phrase, other.time)
        home = try TemporaryFolder(inMemory: true)
        folder = VaultFolder(path: Files.join(home.path, "vault"), name: .standard)
        try TemporaryFolder.copy(other.folder.path, to: folder.path)
        disk = other.disk.afterKill()
        let keyring = try Keyring(
            sealed: try Files.readWhole(folder.keyringPath, limit: 1 << 20), ownerKey: keys.ownerKey,
            secret: keys.keyringSecret)
        vault = try Vault.open(on: disk, settings: Self.settings(time), keys, keyring, time: time)
    }

    package func fork() throws -> TestVault { try TestVault(forking: self) }

    /// The keyring as it lies in the vault's folder: a link brings newer ones.
    package var keyring: Keyring {
        get throws {
            try Keyring(
                sealed: try Files.readWhole(folder.keyringPath, limit: 1 << 20), ownerKey: keys.ownerKey,
                secret: keys.keyringSecret)
        }
    }

    package static func directory(_ now: Timestamp) -> Attributes {
        Attributes(kind: .directory, permissions: 0o755, owner: 1000, group: 1000, now: now)
    }

    /// Small segments, so that a short test crosses their borders.
    package static func settings(_ time: any TimeSource) -> StoreSettings {
        var settings = StoreSettings()
        settings.objectSegmentBytes = 4 << 20
        settings.journalSegmentBytes = 2 << 20
        settings.reserveBytes = 4 << 20
        settings.keptFreeBytes = 1 << 20
        settings.time = time
        return settings
    }

    /// Applies a batch, bringing in what it needs.
    @discardableResult
    package func make(_ changes: [Change]) throws(Failure) -> ChangePosition {
        try satisfying { () throws(VolumeError) in try volume.apply(changes) }
    }

    /// Waits until everything applied is on the disk.
    package func sync() throws(Failure) {
        try Need { [volume] completion in volume.sync(through: volume.position, completion) }.satisfy()
    }

    /// Opens the vault on `disk`; the one held so far is let go as it is.
    package func open(on disk: SimulatedDisk) throws {
        self.disk = disk
        vault = try Vault.open(on: disk, settings: Self.settings(time), keys, try keyring, time: time)
    }

    package func closeAndOpen() throws {
        try vault.close()
        try open(on: disk)
    }

    /// What `kill -9` does: memory is gone, what was written stays.
    package func killAndOpen() throws {
        let before = vault
        let next = disk.afterKill()
        try open(on: next)
        try? before.close()
    }

    /// A power cut: of what was not synced, any part survives.
    package func cutPowerAndOpen(seed: UInt64) throws {
        let before = vault
        let next = disk.afterPowerCut(seed: seed)
        try open(on: next)
        // Its disk is dead; this ends its threads.
        try? before.close()
    }

    package func close() throws(Failure) { try vault.close() }
}

extension Volume {
    /// A file's bytes in `range`; blocks.
    package func bytes(of file: FileID, in range: Range<UInt64>) throws(Failure) -> [UInt8] {
        var result: [UInt8] = []
        var start = range.lowerBound
        // No more at once than a mount reads.
        while start < range.upperBound {
            let end = min(start + UInt64(Limits.Content.pieceBytes), range.upperBound)
            result += try part(start..<end, of: file)
            start = end
        }
        return result
    }

    private func part(_ range: Range<UInt64>, of file: FileID) throws(Failure) -> [UInt8] {
        let pieces = try satisfying { () throws(VolumeError) in try content(of: file, range: range) }
        var result: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .zeros(let count): result += [UInt8](repeating: 0, count: count)
            case .bytes(let bytes): result += bytes
            case .stored(let stored):
                var part = [UInt8](repeating: 0, count: stored.count)
                let failure = unsafe part.withUnsafeMutableBytes { buffer -> Failure? in
                    do throws(Failure) {
                        try unsafe stored.read(into: buffer)
                        return nil
                    } catch {
                        return error
                    }
                }
                if let failure { throw failure }
                result += part
            }
        }
        return result
    }
}
