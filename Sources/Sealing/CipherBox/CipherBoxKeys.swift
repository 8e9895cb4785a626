package import Core
package import Primitives

/// A CipherBox user's key pair, and the keys of names that derive from it.
package struct CipherBoxKeys: Sendable {
    /// The fewest characters of a file's id that CipherBox derives a key from.
    package static let minimumFileIDLength = 10
    private static let salt = Array("CipherBox-v1".utf8)

    package let privateKey: SecretBytes
    /// Uncompressed: 65 bytes. The user's identity at the server.
    package let publicKey: [UInt8]

    /// Throws `.invalid` when `privateKey` is none of secp256k1.
    package init(privateKey: SecretBytes) throws(Failure) {
        do throws(PrimitiveError) {
            publicKey = try Secp256k1.publicKey(of: privateKey)
        } catch {
            throw Failure(.invalid, "the CipherBox key is not usable", cause: error)
        }
        self.privateKey = privateKey
    }

    /// Owns the name of the vault's root folder.
    package var vaultNameKey: Ed25519.SigningKey { nameKey("cipherbox-vault-ipns-v1") }

    /// Owns the name of the list of devices.
    package var registryNameKey: Ed25519.SigningKey { nameKey("cipherbox-device-registry-ipns-v1") }

    /// Owns the name of a file whose folder entry has no wrapped key of its own, as those made before version 0.14.
    ///
    /// Throws `.invalid` for an id of fewer than 10 characters. When a wrapped key is there and does not open, this one
    /// is no substitute for it.
    package func legacyFileNameKey(id: String) throws(Failure) -> Ed25519.SigningKey {
        // Counted as JavaScript counts, which is never more than the bytes that others count.
        guard id.utf16.count >= Self.minimumFileIDLength else {
            throw Failure(.invalid, "a CipherBox file id has at least \(Self.minimumFileIDLength) characters")
        }
        return nameKey("cipherbox-file-ipns-v1:" + id)
    }

    private func nameKey(_ info: String) -> Ed25519.SigningKey {
        Ed25519.SigningKey(seed: HKDF.derive(privateKey, salt: Self.salt, info: Array(info.utf8)))
    }

    /// What the list of devices calls a device, from its Ed25519 key.
    package static func deviceID(ofKey publicKey: [UInt8]) -> String {
        Hex.encode(SHA256.digest(of: publicKey).bytes)
    }
}
