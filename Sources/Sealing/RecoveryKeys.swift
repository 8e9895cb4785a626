package import Primitives

/// The keys that the recovery phrase stands for: who has them owns the vault.
package final class RecoveryKeys: Sendable {
    /// What the phrase says; enough to make these keys again.
    package let entropy: SecretBytes
    /// The keyring's epochs are wrapped to it.
    package let wrapKey: X25519.PrivateKey
    /// Signs keyring and registry.
    package let signingKey: Ed25519.SigningKey
    /// Owns the anchor: the name whose record points at the newest keyring.
    package let anchorKey: Ed25519.SigningKey
    /// Seals the keyring object, which lies where strangers see it; every device has it too.
    package let keyringSecret: EpochSecret

    package init(entropy: SecretBytes) {
        precondition(entropy.count == RecoveryPhrase.entropyLength, "a phrase has 256 bits")
        let root = HMACSHA256.Key(HKDF.extract(entropy, salt: Array("cbstore/1/recovery".utf8)))
        func key(_ purpose: String) -> SecretBytes {
            HKDF.expand(root, info: Array("cbstore/1/recovery \(purpose)".utf8), count: 32)
        }
        self.entropy = entropy
        wrapKey = X25519.PrivateKey(key("wrap"))
        signingKey = Ed25519.SigningKey(seed: key("sign"))
        anchorKey = Ed25519.SigningKey(seed: key("anchor"))
        keyringSecret = EpochSecret(number: EpochSecret.keyringNumber, secret: key("keyring"))
    }

    package convenience init(_ phrase: RecoveryPhrase) { self.init(entropy: phrase.entropy) }
}
