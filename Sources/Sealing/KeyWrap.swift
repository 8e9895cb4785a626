package import Core
package import Primitives

/// A short secret sealed to the holder of an X25519 key.
///
/// The wrapped form is an ephemeral public key, the ciphertext and its tag. The key of each is used once, so its nonce
/// is zero. `context` says what the secret is and where it belongs; it opens under no other.
package enum KeyWrap {
    /// By how much the wrapped form is longer.
    package static let overhead = X25519.keyLength + AES256GCM.tagLength

    private static let info = Array("cbstore/1/wrap".utf8)
    private static let nonce = [UInt8](repeating: 0, count: AES256GCM.nonceLength)

    package static func wrap(
        _ secret: SecretBytes, to publicKey: [UInt8], context: [UInt8]
    ) throws(Failure) -> [UInt8] {
        let ephemeral = X25519.PrivateKey()
        let shared: SecretBytes
        do throws(PrimitiveError) {
            shared = try ephemeral.agree(with: publicKey)
        } catch {
            throw Failure(.invalid, "a key to wrap to cannot be used", cause: error)
        }
        let cipher = AES256GCM(key: key(shared, ephemeral.publicKey, publicKey))
        var sealed = [UInt8](repeating: 0, count: secret.count + AES256GCM.tagLength)
        unsafe secret.withBytes { secret in
            unsafe sealed.withUnsafeMutableBytes { output in
                unsafe nonce.withUnsafeBytes { nonce in
                    unsafe context.withUnsafeBytes {
                        unsafe cipher.seal(nonce: nonce, aad: $0, plaintext: secret, into: output)
                    }
                }
            }
        }
        return ephemeral.publicKey + sealed
    }

    /// The secret, or `.integrity` when it was not wrapped to this key in this context.
    package static func unwrap(
        _ wrapped: [UInt8], with privateKey: X25519.PrivateKey, context: [UInt8]
    ) throws(Failure) -> SecretBytes {
        do throws(PrimitiveError) {
            guard wrapped.count >= overhead else { throw .notAuthentic }
            let ephemeral = Array(wrapped[..<X25519.keyLength])
            let shared = try privateKey.agree(with: ephemeral)
            let cipher = AES256GCM(key: key(shared, ephemeral, privateKey.publicKey))
            return unsafe try SecretBytes(count: wrapped.count - overhead) { (output) throws(PrimitiveError) in
                let sealed = wrapped[X25519.keyLength...]
                let problem = unsafe sealed.withUnsafeBytes { sealed in
                    unsafe nonce.withUnsafeBytes { nonce in
                        unsafe context.withUnsafeBytes { context -> PrimitiveError? in
                            do throws(PrimitiveError) {
                                unsafe try cipher.open(nonce: nonce, aad: context, sealed: sealed, into: output)
                                return nil
                            } catch { return error }
                        }
                    }
                }
                if let problem { throw problem }
            }
        } catch {
            throw Failure(.integrity, "a wrapped key does not open with the key it is for", cause: error)
        }
    }

    private static func key(_ shared: SecretBytes, _ ephemeral: [UInt8], _ recipient: [UInt8]) -> SecretBytes {
        HKDF.derive(shared, salt: ephemeral + recipient, info: info)
    }
}
