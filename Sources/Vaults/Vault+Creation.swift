package import Core
internal import Glibc
internal import LocalStore
package import Primitives
package import Sealing
internal import Volumes

extension Vault {
    /// Makes the vault of a phrase, with an empty root directory in a first commit; returns its IPNS name.
    package static func create(
        _ folder: VaultFolder, _ phrase: RecoveryPhrase, passphrase: SecretBytes?, packing: Packing = .standard,
        time: any TimeSource
    ) throws(Failure) -> String {
        let recovery = RecoveryKeys(phrase)
        let keys = DeviceKeys(name: hostName(), vault: VaultID(), owner: recovery)
        let keyring = try Keyring.create(
            recovery: recovery, device: keys, epoch: EpochSecret(number: 1), packing: packing)
        let keyFile = try KeyFile(keys.encode(), passphrase: passphrase)
        try making(folder) { () throws(Failure) in
            try folder.writeKeyring(try keyring.sealed(by: recovery))
            let opened = try keyring.open(with: keys)
            try LocalStore.create(on: RealDisk(folder: folder.storePath), key: opened.epochs[0].derive(.journal))
            let vault = try open(folder, keys, keyring, opened, time: time)
            try vault.makeRoot(time)
            try vault.close()
            // Last: a vault without its key file is not there.
            try folder.writeKey(keyFile.bytes)
        }
        return try name(of: recovery.anchorKey.publicKey)
    }

    private func makeRoot(_ time: any TimeSource) throws(Failure) {
        let attributes = Attributes(
            kind: .directory, permissions: 0o755, owner: ProcessIdentity.user, group: ProcessIdentity.group,
            now: time.wallClock)
        try satisfying { () throws(VolumeError) in _ = try volume.apply([.setAttributes(.root, attributes)]) }
    }

    /// A vault that was rebuilt, and what to compare with another device.
    package struct Recovered: Sendable {
        package let ipnsName: String
        package let device: String
        package let commitTime: Timestamp?
        package let checkWords: String
        package let files: UInt64
        package let notes: [String]
    }

    /// Rebuilds a vault from its phrase and a copy of its store's folder, as a new device; the copy stays as it is.
    package static func recover(
        _ folder: VaultFolder, from copy: [UInt8], _ phrase: RecoveryPhrase, passphrase: SecretBytes?,
        time: any TimeSource
    ) throws(Failure) -> Recovered {
        let recovery = RecoveryKeys(phrase)
        let source = VaultFolder(storePath: copy)
        guard Files.exists(source.keyringPath) else {
            throw Failure(
                .notFound, "\(Name(copy).escaped) is not a copy of a store: it has no file 'keyring'",
                advice: "give the folder 'store' of a vault, or a copy of it")
        }
        var keyring = try ofThisPhrase { () throws(Failure) in
            try source.keyring(ownerKey: recovery.signingKey.publicKey, secret: recovery.keyringSecret)
        }
        let keys = DeviceKeys(name: hostName(), vault: keyring.vault, owner: recovery)
        let keyFile = try KeyFile(keys.encode(), passphrase: passphrase)
        try keyring.enroll(keys.identity, recovery: recovery)
        var result: Recovered?
        try making(folder) { () throws(Failure) in
            try FolderCopy.copy(copy, to: folder.storePath, without: LocalStore.reserveName)
            try folder.writeKeyring(try keyring.sealed(by: recovery))
            let vault = try open(folder, keys, keyring, try keyring.open(with: keys), time: time)
            let standing = vault.standing()
            result = Recovered(
                ipnsName: vault.ipnsName, device: try vault.newestDevice(in: keyring), commitTime: standing.lastCommit,
                checkWords: standing.checkWords ?? "none", files: standing.files, notes: vault.recoveryNotes)
            try vault.close()
            try folder.writeKey(keyFile.bytes)
        }
        guard let result else { throw Failure(.other, "the vault could not be rebuilt") }
        return result
    }

    /// A keyring that this phrase did not sign belongs to another vault.
    private static func ofThisPhrase(_ body: () throws(Failure) -> Keyring) throws(Failure) -> Keyring {
        do throws(Failure) {
            return try body()
        } catch {
            guard error.code == .integrity else { throw error }
            throw Failure(
                .denied, "the recovery phrase belongs to another vault than this store", advice: "check the words",
                cause: error)
        }
    }

    /// Makes the vault's folder and fills it; what a failure leaves is taken away again.
    private static func making(_ folder: VaultFolder, _ body: () throws(Failure) -> Void) throws(Failure) {
        do throws(SystemCallFailure) {
            try Files.makeDirectory(folder.path, mode: 0o700, withParents: true)
            try Files.makeDirectory(folder.storePath, mode: 0o700)
        } catch {
            throw Failure(error.errno.code, "the vault's folder cannot be made", cause: error)
        }
        do throws(Failure) {
            try body()
        } catch {
            FolderCopy.removeTree(folder.path)
            throw error
        }
    }

    static func hostName() -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe _ = gethostname(bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count - 1)
        }
        let name = String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        return name.isEmpty ? "this machine" : name
    }
}
