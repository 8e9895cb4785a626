package import Core
package import Primitives
internal import Sealing

/// A vault's key file, not yet opened.
package struct SealedKeys: Sendable {
    private let file: KeyFile

    package init(of folder: VaultFolder) throws(Failure) {
        do {
            file = try KeyFile(bytes: try Files.readWhole(folder.keyPath, limit: 64 << 10))
        } catch let error as SystemCallFailure {
            throw Failure(error.errno.code, "the key file of vault '\(folder.name.text)' cannot be read", cause: error)
        } catch {
            throw Failure.wrapping(error)
        }
    }

    package var needsPassphrase: Bool { file.isSealed }

    package func unlock(_ passphrase: SecretBytes?) throws(Failure) -> UnlockedKeys {
        try UnlockedKeys(payload: try file.open(passphrase: passphrase))
    }

    /// Puts the same keys under another passphrase, or under none, into the file they came from; returns when that is on
    /// the disk. A crash leaves the old file or the new.
    ///
    /// Keys that are still incomplete are written again by who completes them: then the caller holds the vault's lock, and
    /// made this value after taking it.
    package func change(
        from old: SecretBytes?, to new: SecretBytes?, in folder: VaultFolder
    ) throws(Failure) {
        try folder.writeKey(try file.changingPassphrase(from: old, to: new).bytes)
    }
}

/// A vault's device keys, open. They can be handed to a process of one's own through a pipe.
package struct UnlockedKeys: Sendable {
    package let payload: SecretBytes
    private let content: KeyPayload

    package init(payload: SecretBytes) throws(Failure) {
        self.payload = payload
        content = try KeyPayload(decoding: payload)
    }

    /// The phrase's keys, while the vault is still to be fetched from a remote.
    var recovery: RecoveryKeys? {
        if case .phrase(let recovery) = content { return recovery }
        return nil
    }

    /// Whether the vault itself is still to be fetched from a remote.
    package var areIncomplete: Bool { recovery != nil }

    var keys: DeviceKeys {
        get throws(Failure) {
            if case .device(let keys) = content { return keys }
            throw Failure(
                .network, "only the recovery phrase of this vault is here; its files are still to be fetched",
                advice: "log in with 'cbstore login', attach the remote, and run 'cbstore sync'")
        }
    }
}

/// What another process needs to find the one that holds a vault; known without any key.
package struct VaultIdentity: Sendable {
    /// How requests name the vault.
    package let text: String
    /// Of the vault's folder and not of the vault: two copies of one vault, in two homes, are held apart.
    package let socketHash: String

    package init(of folder: VaultFolder) throws(Failure) {
        text = folder.name.text
        socketHash = String(Hex.encode(SHA256.digest(of: try folder.canonicalPath()).bytes).prefix(16))
    }
}

extension VaultFolder {
    /// For the parts of a store that stands somewhere else.
    init(storePath: [UInt8]) {
        self.init(path: Files.split(storePath).folder, name: .standard, storePath: storePath)
    }

    func keyring(ownerKey: [UInt8], secret: EpochSecret) throws(Failure) -> Keyring {
        let sealed = try keyringBytes()
        do throws(Failure) {
            return try Keyring(sealed: sealed, ownerKey: ownerKey, secret: secret)
        } catch {
            // No copy of it would be of a version that is known here.
            if error.code == .unknownFormat { throw error }
            throw Failure(
                error.code, "the store's file 'keyring' cannot be used",
                advice: "restore it from a copy of the store's folder", cause: error)
        }
    }

    func writeKeyring(_ object: SealedObject) throws(Failure) { try writeKeyring(object.bytes) }
    func writeKeyring(_ sealed: [UInt8]) throws(Failure) { try write(keyringPath, sealed) }

    /// The keyring's object as it lies there.
    func keyringBytes() throws(Failure) -> [UInt8] {
        do throws(SystemCallFailure) {
            return try Files.readWhole(keyringPath, limit: 8 << 20)
        } catch {
            throw Failure(
                error.errno == .noEntry ? .damaged : error.errno.code, "the store's file 'keyring' cannot be read",
                advice: "restore it from a copy of the store's folder", cause: error)
        }
    }

    func writeKey(_ bytes: [UInt8]) throws(Failure) { try write(keyPath, bytes) }

    private func write(_ path: [UInt8], _ bytes: [UInt8]) throws(Failure) {
        do throws(SystemCallFailure) {
            try Files.writeAtomically(path, bytes, mode: 0o600)
        } catch {
            throw error.failure
        }
    }

    /// The folder's path without links and dots, so that every way to it gives the same.
    func canonicalPath() throws(Failure) -> [UInt8] {
        do throws(SystemCallFailure) {
            return try Files.resolved(path)
        } catch {
            throw error.failure
        }
    }
}
