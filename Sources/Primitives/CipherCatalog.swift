internal import CCrypto

/// The ciphers, each looked up once: a look-up costs more than sealing a small record.
///
/// In a library context of its own, so that no system-wide configuration takes an algorithm away or replaces it.
@safe final class CipherCatalog: @unchecked Sendable {  // Written in `init` only; libcrypto shares it freely.
    static let aes256GCM = CipherCatalog("AES-256-GCM")
    static let aes256CTR = CipherCatalog("AES-256-CTR")

    private let cipher: OpaquePointer

    private init(_ name: String) {
        guard let library = unsafe OSSL_LIB_CTX_new(), unsafe OSSL_PROVIDER_load(library, "default") != nil,
            let cipher = unsafe EVP_CIPHER_fetch(library, name, nil)
        else { preconditionFailure("libcrypto has no \(name)") }
        unsafe self.cipher = cipher
    }

    /// A context for the cipher, without a key; whoever gets it frees it.
    func makeContext() -> OpaquePointer {
        guard let context = unsafe EVP_CIPHER_CTX_new(),
            unsafe EVP_CipherInit_ex2(context, cipher, nil, nil, 1, nil) == 1
        else { preconditionFailure("out of memory for a cipher") }
        return unsafe context
    }
}
