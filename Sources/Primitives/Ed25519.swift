internal import CSodium

/// Ed25519 signatures (RFC 8032).
package enum Ed25519 {
    package static let seedLength = 32
    package static let publicKeyLength = 32
    package static let signatureLength = 64

    /// Whether `signature` is the holder's of `publicKey` over exactly `message`; wrong lengths are simply untrue.
    package static func verify(_ signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
        guard signature.count == signatureLength, publicKey.count == publicKeyLength else { return false }
        Sodium.prepare()
        return unsafe crypto_sign_verify_detached(signature, message, UInt64(message.count), publicKey) == 0
    }

    /// A key pair that signs; its seed is the whole secret.
    package final class SigningKey: Sendable {
        package let publicKey: [UInt8]
        /// Seed and public key, as libsodium wants them.
        private let expanded: SecretBytes

        package init(seed: SecretBytes) {
            precondition(seed.count == seedLength, "a seed has 32 bytes")
            Sodium.prepare()
            var publicKey = [UInt8](repeating: 0, count: publicKeyLength)
            expanded = unsafe SecretBytes(count: Int(crypto_sign_secretkeybytes())) { secret in
                unsafe seed.withBytes { seed in
                    unsafe _ = crypto_sign_seed_keypair(
                        &publicKey, secret.byteAddress,
                        seed.byteAddress)
                }
            }
            self.publicKey = publicKey
        }

        /// A new key.
        package convenience init() { self.init(seed: SecretBytes(random: seedLength)) }

        package var seed: SecretBytes { expanded.part(0..<seedLength) }

        package func sign(_ message: [UInt8]) -> [UInt8] {
            var signature = [UInt8](repeating: 0, count: signatureLength)
            unsafe expanded.withBytes { secret in
                unsafe _ = crypto_sign_detached(
                    &signature, nil, message, UInt64(message.count),
                    secret.byteAddress)
            }
            return signature
        }
    }
}
