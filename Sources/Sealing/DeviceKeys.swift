package import Core
package import Primitives

/// What others know of a device.
package struct DeviceIdentity: Sendable, Hashable {
    package let id: DeviceID
    /// What people call it; up to 255 bytes of UTF-8.
    package let name: String
    /// Verifies its commits.
    package let signingKey: [UInt8]
    /// Secrets for it are wrapped to this key.
    package let wrapKey: [UInt8]
    /// The name its head is published under.
    package let headKey: [UInt8]
}

/// The keys that a device made for itself in one vault, and whom it trusts there.
package final class DeviceKeys: Sendable {
    package static let maximumNameLength = 255

    package let id: DeviceID
    /// Tells this life of the device from one that was restored or cloned.
    package let incarnation: UInt64
    package let name: String
    package let vault: VaultID
    /// The key that the recovery phrase signs with: a keyring signed by another is not this vault's.
    package let ownerKey: [UInt8]
    package let signingKey: Ed25519.SigningKey
    package let wrapKey: X25519.PrivateKey
    package let headKey: Ed25519.SigningKey
    /// Opens the keyring object.
    package let keyringSecret: EpochSecret

    /// New keys; a name that is too long is cut at a character.
    package convenience init(name: String, vault: VaultID, owner: RecoveryKeys) {
        self.init(
            id: DeviceID(), incarnation: Random.number(), name: name, vault: vault,
            ownerKey: owner.signingKey.publicKey, signingKey: Ed25519.SigningKey(), wrapKey: X25519.PrivateKey(),
            headKey: Ed25519.SigningKey(), keyringSecret: owner.keyringSecret)
    }

    private init(
        id: DeviceID, incarnation: UInt64, name: String, vault: VaultID, ownerKey: [UInt8],
        signingKey: Ed25519.SigningKey, wrapKey: X25519.PrivateKey, headKey: Ed25519.SigningKey,
        keyringSecret: EpochSecret
    ) {
        precondition(ownerKey.count == Ed25519.publicKeyLength, "an Ed25519 key has 32 bytes")
        var name = name
        while name.utf8.count > Self.maximumNameLength { name.removeLast() }
        self.id = id
        self.incarnation = incarnation
        self.name = name
        self.vault = vault
        self.ownerKey = ownerKey
        self.signingKey = signingKey
        self.wrapKey = wrapKey
        self.headKey = headKey
        self.keyringSecret = keyringSecret
    }

    /// The same device in a new life: a new incarnation, signing key and head; secrets still open.
    package func renewed() -> DeviceKeys {
        DeviceKeys(
            id: id, incarnation: Random.number(), name: name, vault: vault, ownerKey: ownerKey,
            signingKey: Ed25519.SigningKey(), wrapKey: wrapKey, headKey: Ed25519.SigningKey(),
            keyringSecret: keyringSecret)
    }

    package var identity: DeviceIdentity {
        DeviceIdentity(
            id: id, name: name, signingKey: signingKey.publicKey, wrapKey: wrapKey.publicKey,
            headKey: headKey.publicKey)
    }
}

extension DeviceKeys {
    private static let formatVersion = FormatVersion.current
    private static let secretCount = 4
    /// Version, id, incarnation, vault, owner's key, and the secrets; the name is what follows.
    private static let fixedLength = 1 + 16 + 8 + 16 + 32 + secretCount * 32

    /// What a key file holds.
    package func encode() -> SecretBytes {
        let name = Array(name.utf8)
        let open = [Self.formatVersion] + id.bytes + [UInt8](bigEndian: incarnation) + vault.bytes + ownerKey
        return unsafe SecretBytes(count: Self.fixedLength + name.count) { output in
            var position = 0
            func append(_ bytes: UnsafeRawBufferPointer) {
                let end = position + bytes.count
                unsafe UnsafeMutableRawBufferPointer(rebasing: output[position..<end]).copyMemory(from: bytes)
                position = end
            }
            unsafe open.withUnsafeBytes { unsafe append($0) }
            for secret in [signingKey.seed, wrapKey.secret, headKey.seed, keyringSecret.secret] {
                unsafe secret.withBytes { unsafe append($0) }
            }
            unsafe name.withUnsafeBytes { unsafe append($0) }
        }
    }

    package convenience init(decoding payload: SecretBytes) throws(Failure) {
        do throws(MalformedBytes) {
            guard payload.count >= Self.fixedLength else { throw MalformedBytes("too short") }
            // Only what is not secret is copied out.
            var reader = ByteReader(payload.part(0..<Self.fixedLength - Self.secretCount * 32).copy())
            let version = try reader.byte()
            guard version == Self.formatVersion else {
                throw MalformedBytes("version \(version) is not known")
            }
            let id = try DeviceID(reader.array(DeviceID.length))
            let incarnation = try reader.integer(UInt64.self)
            let vault = try VaultID(reader.array(VaultID.length))
            let ownerKey = try reader.array(Ed25519.publicKeyLength)
            let nameBytes = payload.part(Self.fixedLength..<payload.count).copy()
            guard nameBytes.count <= Self.maximumNameLength, let name = String(validating: nameBytes, as: UTF8.self)
            else { throw MalformedBytes("the device's name") }
            func secret(_ number: Int) -> SecretBytes {
                let start = Self.fixedLength - (Self.secretCount - number) * 32
                return payload.part(start..<start + 32)
            }
            self.init(
                id: id, incarnation: incarnation, name: name, vault: vault, ownerKey: ownerKey,
                signingKey: Ed25519.SigningKey(seed: secret(0)), wrapKey: X25519.PrivateKey(secret(1)),
                headKey: Ed25519.SigningKey(seed: secret(2)),
                keyringSecret: EpochSecret(number: EpochSecret.keyringNumber, secret: secret(3)))
        } catch {
            throw Failure(.damaged, "the device's keys cannot be read", cause: error)
        }
    }
}
