internal import CSodium

/// X25519 key agreement (RFC 7748).
package enum X25519 {
    package static let keyLength = 32

    /// The secret half of a pair.
    package final class PrivateKey: Sendable {
        package let publicKey: [UInt8]
        package let secret: SecretBytes

        package init(_ secret: SecretBytes) {
            precondition(secret.count == keyLength, "an X25519 key has 32 bytes")
            Sodium.prepare()
            var publicKey = [UInt8](repeating: 0, count: keyLength)
            unsafe secret.withBytes {
                unsafe _ = crypto_scalarmult_base(&publicKey, $0.byteAddress)
            }
            self.publicKey = publicKey
            self.secret = secret
        }

        /// A new key.
        package convenience init() { self.init(SecretBytes(random: keyLength)) }

        /// The secret shared with the holder of `publicKey`: raw, so derive keys from it and both public keys.
        ///
        /// Throws `.weakPublicKey` when the result would not depend on this key.
        package func agree(with publicKey: [UInt8]) throws(PrimitiveError) -> SecretBytes {
            guard publicKey.count == keyLength else { throw .badParameters("a public key has 32 bytes") }
            return unsafe try SecretBytes(count: keyLength) { (output) throws(PrimitiveError) in
                let result = unsafe secret.withBytes { secret in
                    unsafe crypto_scalarmult(
                        output.byteAddress,
                        secret.byteAddress, publicKey)
                }
                guard result == 0 else { throw .weakPublicKey }
            }
        }
    }
}
