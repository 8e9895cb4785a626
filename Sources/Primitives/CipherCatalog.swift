internal import CCrypto

/// The ciphers, each looked up once: a look-up costs more than sealing a small record.
@safe final class CipherCatalog: @unchecked Sendable {  // Written in `init` only; libcrypto shares it freely.
    static let aes256GCM = CipherCatalog("AES-256-GCM")
    static let aes256CTR = CipherCatalog("AES-256-CTR")

    private let cipher: OpaquePointer

    private init(_ name: String) {
        guard let cipher = unsafe EVP_CIPHER_fetch(CryptoLibrary.shared.context, name, nil) else {
            preconditionFailure("libcrypto has no \(name)")
        }
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
