internal import ContentAddressing
package import Core
package import Primitives

/// What CipherBox's server keeps of a vault: its root's two keys, each sealed to the user, and its root's name.
///
/// The server's answer and the file of an export have the same three fields.
package struct CipherBoxVault: Sendable, Equatable {
    private static let exportFormat = "cipherbox-vault-export"
    private static let exportVersion = "1.0"

    /// The key of the root folder's metadata.
    package let wrappedRootKey: ECIESMessage
    /// The seed of the key that owns the root's name.
    package let wrappedNameSeed: ECIESMessage
    /// The name as the server has it, in base36 or base32.
    package let rootName: String

    package struct Opened: Sendable {
        package let rootKey: SecretBytes
        package let nameKey: Ed25519.SigningKey
        /// Whether the key owns the vault's name. Where it does not, the vault can be read and not be changed.
        package let ownsName: Bool
    }

    /// A new vault: a random root key, and the name that derives from the user's key.
    package init(for keys: CipherBoxKeys) throws(Failure) {
        let nameKey = keys.vaultNameKey
        wrappedRootKey = try ECIESMessage(
            sealing: SecretBytes(random: CipherBoxSealed.keyLength), to: keys.publicKey)
        wrappedNameSeed = try ECIESMessage(sealing: nameKey.seed, to: keys.publicKey)
        do throws(MalformedBytes) {
            rootName = try CID.name(ofEd25519Key: nameKey.publicKey).nameText
        } catch {
            throw Failure(.other, "a key has no name", cause: error)
        }
    }

    /// Reads the server's answer, or an export, whose format and version must then be known; other fields are skipped.
    package init(json: JSON) throws(MalformedBytes) {
        if let format = json["format"] {
            guard format.text == Self.exportFormat, json["version"]?.text == Self.exportVersion else {
                throw MalformedBytes("an export of another format")
            }
        }
        guard let rootKey = json["encryptedRootFolderKey"]?.text,
            let nameSeed = json["encryptedRootIpnsPrivateKey"]?.text, let name = json["rootIpnsName"]?.text
        else { throw MalformedBytes("a vault has two wrapped keys and a name") }
        guard try CID.parse(name).cid.ed25519Key != nil else { throw MalformedBytes("a root name is an Ed25519 key's") }
        wrappedRootKey = try ECIESMessage(hex: rootKey)
        wrappedNameSeed = try ECIESMessage(hex: nameSeed)
        rootName = name
    }

    /// The three fields, as they are sent to make a vault.
    package var fields: [JSON.Member] {
        [
            .init("encryptedRootFolderKey", .string(wrappedRootKey.hex)),
            .init("encryptedRootIpnsPrivateKey", .string(wrappedNameSeed.hex)),
            .init("rootIpnsName", .string(rootName)),
        ]
    }

    /// The keys; throws `.integrity` for another user's vault and for keys of another length than 32 bytes.
    ///
    /// The stored seed counts, not the one that derives from the user's key: older vaults may differ.
    package func open(with keys: CipherBoxKeys) throws(Failure) -> Opened {
        let rootKey = try wrappedRootKey.open(with: keys.privateKey)
        let seed = try wrappedNameSeed.open(with: keys.privateKey)
        guard rootKey.count == CipherBoxSealed.keyLength, seed.count == Ed25519.seedLength else {
            throw Failure(.integrity, "a CipherBox vault's keys do not have 32 bytes")
        }
        let nameKey = Ed25519.SigningKey(seed: seed)
        let owner = try? CID.parse(rootName).cid.ed25519Key
        return Opened(rootKey: rootKey, nameKey: nameKey, ownsName: owner == nameKey.publicKey)
    }
}
