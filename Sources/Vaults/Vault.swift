internal import ContentAddressing
package import Core
package import LocalStore
internal import Primitives
package import Sealing
internal import Synchronization
internal import Trees
internal import Volumes

/// A vault this process holds for writing: its keys, its store, and the volume over them.
package final class Vault: Sendable {
    package let name: VaultName
    package let volume: NativeVolume
    /// What opening had to repair or leave out, for the user to read.
    package let recoveryNotes: [String]
    /// The vault's name in IPNS: its anchor.
    package let ipnsName: String
    package var deviceName: String { keys.name }
    let keys: DeviceKeys
    let keyring: HeldKeyring
    let anchorKey: Ed25519.SigningKey
    private let store: LocalStore
    let time: any TimeSource
    let linked = Mutex<RemoteLink?>(nil)

    private init(
        name: VaultName, volume: NativeVolume, notes: [String], ipnsName: String, keys: DeviceKeys,
        keyring: HeldKeyring, anchorKey: Ed25519.SigningKey, store: LocalStore, time: any TimeSource
    ) {
        self.name = name
        self.volume = volume
        recoveryNotes = notes
        self.ipnsName = ipnsName
        self.keys = keys
        self.keyring = keyring
        self.anchorKey = anchorKey
        self.store = store
        self.time = time
    }

    /// Opens the vault in `folder`; the caller holds its lock.
    package static func open(
        _ folder: VaultFolder, _ unlocked: UnlockedKeys, time: any TimeSource
    ) throws(Failure) -> Vault {
        let keys = try unlocked.keys
        let keyring = try folder.keyring(ownerKey: keys.ownerKey, secret: keys.keyringSecret)
        return try open(folder, keys, keyring, try keyring.open(with: keys), time: time)
    }

    static func open(
        _ folder: VaultFolder, _ keys: DeviceKeys, _ keyring: Keyring, _ opened: OpenedKeyring, time: any TimeSource
    ) throws(Failure) -> Vault {
        try open(
            folder.name, on: RealDisk(folder: folder.storePath), StoreSettings(), keys, keyring, opened,
            diskSpace: DiskSpace(path: folder.storePath, time: time), time: time)
    }

    /// Opens the vault whose store lies on a disk of the caller's making; how full that is, nobody asks.
    package static func open(
        on disk: any Disk, settings: StoreSettings, _ keys: DeviceKeys, _ keyring: Keyring, time: any TimeSource
    ) throws(Failure) -> Vault {
        try open(
            .standard, on: disk, settings, keys, keyring, try keyring.open(with: keys), diskSpace: DiskSpace(),
            time: time)
    }

    private static func open(
        _ name: VaultName, on disk: any Disk, _ settings: StoreSettings, _ keys: DeviceKeys, _ keyring: Keyring,
        _ opened: OpenedKeyring, diskSpace: DiskSpace, time: any TimeSource
    ) throws(Failure) -> Vault {
        let sealers = try SealerRing(opened.epochs, packing: opened.packing)
        let first = opened.epochs[0]
        // The first epoch's, for ever: a new epoch does not make the journal unreadable.
        let store = try LocalStore.open(on: disk, key: first.derive(.journal), settings: settings)
        let objects = SealedObjects(store: store, sealers: sealers)
        do throws(Failure) {
            let recovery = store.takeRecovery()
            var (checkpoint, commit) = try checkpoint(recovery, objects, keyring)
            let orphanNotes = [checkpoint.gatherOrphans(from: objects)].compactMap(\.self)
            let volume = try NativeVolume(
                objects: objects,
                author: CommitAuthor(device: keys.id.bytes, incarnation: keys.incarnation, key: keys.signingKey),
                rule: CutRule(key: first.derive(.treeCuts, count: 16).copy()),
                chunker: Chunker(key: first.derive(.chunker, count: Chunker.keyBytes).copy()),
                checkpoint: checkpoint, vector: commit?.vector ?? [:],
                features: commit?.features ?? Commit.Features(), diskSpace: diskSpace, time: time)
            let notes = try replay(recovery, into: volume, store) + notes(on: commit, keyring) + orphanNotes
            let anchor = Ed25519.SigningKey(seed: opened.anchorSeed)
            return Vault(
                name: name, volume: volume, notes: recovery.notes + notes,
                ipnsName: try Self.name(of: anchor.publicKey), keys: keys,
                keyring: HeldKeyring(keyring, keys, objects), anchorKey: anchor, store: store, time: time)
        } catch {
            try? store.close()
            throw error
        }
    }

    static func name(of anchor: [UInt8]) throws(Failure) -> String {
        do throws(MalformedBytes) {
            return try CID.name(ofEd25519Key: anchor).nameText
        } catch {
            throw Failure(.damaged, "the vault's anchor key is not one", cause: error)
        }
    }

    /// Where the tree stands, and the newest commit: nil before the first.
    ///
    /// Its signature is checked as far as the keyring knows its device; that these are its bytes, the checkpoint says,
    /// which is sealed with the store's key.
    private static func checkpoint(
        _ recovery: Recovery, _ objects: SealedObjects, _ keyring: Keyring
    ) throws(Failure) -> (Checkpoint, Commit?) {
        guard let state = recovery.state else { return (Checkpoint(), nil) }
        do {
            let checkpoint = try Checkpoint(decoding: state)
            guard let link = checkpoint.commit else { return (checkpoint, nil) }
            let commit = try commit(at: link, in: objects, keyring)
            guard commit.root == checkpoint.root else {
                throw Failure(
                    .integrity, "the newest commit and the store disagree about the tree",
                    advice: "restore the store's folder from a copy")
            }
            return (checkpoint, commit)
        } catch let error as MalformedBytes {
            throw Failure(.damaged, "the store's checkpoint cannot be read", cause: error)
        } catch {
            throw Failure.wrapping(error)
        }
    }

    private static func notes(on commit: Commit?, _ keyring: Keyring) -> [String] {
        guard let commit, !keyring.devices.contains(where: { $0.identity.id.bytes == commit.device }) else { return [] }
        return ["the newest commit is of a device that is no longer one of the vault's"]
    }

    /// Applies what the journal holds; returns what could not be.
    private static func replay(
        _ recovery: Recovery, into volume: NativeVolume, _ store: LocalStore
    ) throws(Failure) -> [String] {
        for record in recovery.records {
            let changes: [Change]
            do throws(MalformedBytes) {
                changes = try ChangeCodec.decode(record.bytes)
            } catch {
                throw Failure(
                    .unknownFormat, "a journal record cannot be read", advice: "use a newer cbstore", cause: error)
            }
            do throws(Failure) {
                if let missing = firstMissing(changes, store) { throw missing.failure }
                try volume.replay(changes, at: record.position)
            } catch {
                guard error.cause is MissingObject, !record.objectsWereSynced, !record.isDurable else { throw error }
                // A power cut took an object and left the record that names it, or that changes content in a list that
                // had come from the remote just before; the record was never acknowledged.
                try store.dropRecovered(from: record.position)
                try volume.forgetOrphans()
                return ["changes that were never synced, and were only partly on the disk, were left out"]
            }
        }
        try volume.forgetOrphans()
        return []
    }

    private static func firstMissing(_ changes: [Change], _ store: LocalStore) -> MissingObject? {
        for case .write(_, _, .sealed(let content), _) in changes {
            guard let chunk = content as? SealedChunk else { continue }
            if !store.contains(chunk.reference.digest) { return MissingObject(cid: chunk.reference.cid) }
        }
        return nil
    }

    // MARK: A held vault

    /// Makes everything applied so far part of a commit; blocks.
    package func commit() throws(Failure) { try volume.commitAndWait() }

    /// Commits, closes the store and lets the files go; blocks on the disk, never on the network.
    package func close() throws(Failure) {
        linked.withLock { $0 }?.stop()
        let cache = volume.objects.cache.withLock { cache in
            defer { cache = nil }
            return cache
        }
        cache?.stop()
        volume.objects.setSource(nil)
        try volume.close()
    }

    /// How the vault stands, from memory.
    package func standing() -> VaultStanding {
        let state = volume.state.withLock { $0 }
        let durable = store.durablePosition
        var troubles = recoveryNotes + store.standing.findings.map(\.sentence)
        troubles += troublesOfDisk()
        let cache = volume.objects.cache.withLock { $0 }
        if let failure = state.lastCommitFailure { troubles.append("the last commit failed: \(failure)") }
        if let refusal = state.commits.features.refusalOfChanges {
            troubles.append("nothing can be changed: \(refusal)")
        }
        let totals = state.working.totals
        return VaultStanding(
            // Without the root, which nobody counts among what a vault holds.
            files: totals.files - min(totals.files, 1), contentBytes: totals.contentBytes,
            storeBytes: store.byteCount, objects: UInt64(store.count),
            pendingChanges: UInt64(state.working.active.changeCount + (state.working.frozen?.changeCount ?? 0)),
            unsyncedChanges: state.position > durable ? state.position - durable : 0,
            lastCommit: state.commits.time, commitCount: state.commits.count,
            checkWords: checkWords(state.commits.newest),
            cacheLimit: cache?.limit, cachedBytes: cache?.contentBytes, troubles: troubles)
    }

    /// Of the newest commit that others see, once all that is here is published; else of the newest here.
    private func checkWords(_ newest: [UInt8]?) -> String? {
        let link = linked.withLock { $0 }
        let published = link?.isPublished == true ? link?.state.published?.reference : nil
        guard let link = published ?? newest, let reference = try? ObjectReference(bytes: link) else { return nil }
        return CheckWords.of(reference.digest)
    }
}

/// Figures about a held vault.
package struct VaultStanding: Sendable {
    package let files: UInt64
    package let contentBytes: UInt64
    package let storeBytes: UInt64
    package let objects: UInt64
    package let pendingChanges: UInt64
    package let unsyncedChanges: UInt64
    package let lastCommit: Timestamp?
    package let commitCount: UInt64
    package let checkWords: String?
    /// What the chunks in the store are held below, and what they take; nil without a limit.
    package let cacheLimit: ByteCount?
    package let cachedBytes: UInt64?
    package let troubles: [String]
}
