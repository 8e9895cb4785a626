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
}

/// A vault's device keys, open. They can be handed to a process of one's own through a pipe.
package struct UnlockedKeys: Sendable {
    package let payload: SecretBytes
    let keys: DeviceKeys

    package init(payload: SecretBytes) throws(Failure) {
        self.payload = payload
        keys = try DeviceKeys(decoding: payload)
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

    func keyring(ownerKey: [UInt8]) throws(Failure) -> Keyring {
        do {
            return try Keyring(bytes: try Files.readWhole(keyringPath, limit: 8 << 20), ownerKey: ownerKey)
        } catch let error as SystemCallFailure {
            throw Failure(
                error.errno == .noEntry ? .damaged : error.errno.code, "the store's file 'keyring' cannot be read",
                advice: "restore it from a copy of the store's folder", cause: error)
        } catch {
            throw Failure.wrapping(error)
        }
    }

    func writeKeyring(_ bytes: [UInt8]) throws(Failure) { try write(keyringPath, bytes) }
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
