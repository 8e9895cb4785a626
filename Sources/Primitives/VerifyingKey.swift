internal import CCrypto

/// A public key of one of the kinds that libcrypto reads, for checking signatures over a SHA-256.
///
/// RSA signatures are those of PKCS #1 version 1.5, ECDSA signatures the DER form of two numbers, and only that form.
@safe final class VerifyingKey {
    private let key: OpaquePointer

    /// Nil unless `encoded` is exactly the DER form of a key (`SubjectPublicKeyInfo`) of the kind `algorithm`.
    init?(_ algorithm: String, encoded: [UInt8]) {
        let key = unsafe encoded.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var position = bytes.baseAddress
            let key = unsafe d2i_PUBKEY_ex(nil, &position, bytes.count, CryptoLibrary.shared.context, nil)
            guard let key = unsafe key else { return nil }
            guard unsafe position == bytes.baseAddress.map({ unsafe $0 + bytes.count }) else {
                unsafe EVP_PKEY_free(key)
                return nil
            }
            return unsafe key
        }
        // A refusal leaves its reasons in a queue of the thread's, which nobody else would empty.
        ERR_clear_error()
        guard let key = unsafe key else { return nil }
        unsafe self.key = key
        guard unsafe EVP_PKEY_is_a(key, algorithm) == 1 else { return nil }
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// Whether `signature` is the key holder's over exactly `message`.
    func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("out of memory for a signature") }
        defer {
            unsafe EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        let library = unsafe CryptoLibrary.shared.context
        guard unsafe EVP_DigestVerifyInit_ex(context, nil, "SHA256", library, nil, key, nil) == 1 else { return false }
        return unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
