package import Core
internal import LocalStore
internal import Naming
package import Primitives
package import Sealing
package import Storage
internal import Synchronization

extension Vault {
    /// Ties the vault to a remote: what is missing here comes from there from now on, and `publish` sends what is new.
    ///
    /// Asks nothing of the network yet.
    package func attach(_ remote: Remote, folder: VaultFolder) throws(Failure) -> RemoteLink {
        let link = try RemoteLink(
            remote, volume: volume, keys: keys, anchorKey: anchorKey, keyring: keyring, vaultFolder: folder,
            time: time)
        linked.withLock { $0 = link }
        volume.objects.setSource(link)
        return link
    }

    /// Keeps a recovery phrase for a vault that is still to be fetched; asks nothing of the network.
    package static func prepareRecovery(
        _ folder: VaultFolder, _ phrase: RecoveryPhrase, passphrase: SecretBytes?
    ) throws(Failure) -> String {
        let recovery = RecoveryKeys(phrase)
        let keyFile = try KeyFile(KeyPayload.phrase(recovery).encode(), passphrase: passphrase)
        do throws(SystemCallFailure) {
            try Files.makeDirectory(folder.path, mode: 0o700, withParents: true)
        } catch {
            throw Failure(error.errno.code, "the vault's folder cannot be made", cause: error)
        }
        try folder.writeKey(keyFile.bytes)
        return try name(of: recovery.anchorKey.publicKey)
    }

    /// Fetches a vault of which only the recovery phrase is here, as a new device; blocks on the network.
    ///
    /// Brings the keyring, the newest commit and its whole tree; content comes when it is read. The key file changes
    /// last, so that a crash leaves what was before.
    package static func complete(
        _ folder: VaultFolder, _ unlocked: UnlockedKeys, passphrase: SecretBytes?, from remote: Remote,
        time: any TimeSource
    ) throws(Failure) -> Recovered {
        guard let recovery = unlocked.recovery else { throw Failure(.alreadyExists, "the vault is complete") }
        var keyring = try fetchKeyring(recovery, from: remote, time: time)
        let keys = DeviceKeys(name: hostName(), vault: keyring.vault, owner: recovery)
        try keyring.enroll(keys.identity, recovery: recovery)
        let keyFile = try KeyFile(KeyPayload.device(keys).encode(), passphrase: passphrase)
        let opened = try keyring.open(with: keys)
        // What an earlier try left behind.
        FolderCopy.removeTree(folder.storePath)
        FolderCopy.removeTree(folder.remotePath(remote.name))
        do throws(SystemCallFailure) {
            try Files.makeDirectory(folder.storePath, mode: 0o700)
        } catch {
            throw Failure(error.errno.code, "the vault's folder cannot be made", cause: error)
        }
        try folder.writeKeyring(try keyring.sealed(by: recovery))
        try LocalStore.create(on: RealDisk(folder: folder.storePath), key: opened.epochs[0].derive(.journal))
        let vault = try open(folder, keys, keyring, opened, time: time)
        do throws(Failure) {
            let device = try vault.attach(remote, folder: folder).takeInFirst()
            let standing = vault.standing()
            let result = Recovered(
                ipnsName: vault.ipnsName, device: device, commitTime: standing.lastCommit,
                checkWords: standing.checkWords ?? "none", files: standing.files, notes: vault.recoveryNotes)
            try vault.close()
            try folder.writeKey(keyFile.bytes)
            return result
        } catch {
            try? vault.close()
            throw error
        }
    }

    /// The first contact: somebody waits to see whether there is a vault at all, so it has a limit of its own.
    private static func fetchKeyring(
        _ recovery: RecoveryKeys, from remote: Remote, time: any TimeSource
    ) throws(Failure) -> Keyring {
        let name = try RemoteLink.name(of: recovery.anchorKey)
        let calls = CancellableCalls()
        let alarm = time.schedule(after: Limits.Remote.firstContact) { calls.cancel() }
        defer { alarm.cancel() }
        do throws(Failure) {
            let answer = try calls.wait(for: { () async throws(Failure) in try await remote.names.resolve(name) })
            let cid = try RemoteLink.target(of: answer)
            let sealed = try calls.wait(for: { () async throws(Failure) in try await remote.objects.get(cid) })
            return try Keyring(
                sealed: sealed, ownerKey: recovery.signingKey.publicKey, secret: recovery.keyringSecret)
        } catch {
            switch error.code {
            case .notFound:
                throw Failure(
                    .notFound, "\(remote.name) knows no vault of this recovery phrase",
                    advice: "check the words and the account; the vault's first device must have published once")
            case .interrupted:
                throw Failure(
                    .timedOut, "\(remote.name) does not answer in time, and nothing of the vault is here yet",
                    advice: "try again when it can be reached")
            default: throw error
            }
        }
    }
}
