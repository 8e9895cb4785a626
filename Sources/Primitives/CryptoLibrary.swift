internal import CCrypto

/// libcrypto's algorithms as they ship, for whatever has to be looked up by name.
///
/// A library context of its own, so that no system-wide configuration takes an algorithm away or replaces it.
@safe final class CryptoLibrary: @unchecked Sendable {  // Written in `init` only; libcrypto shares it freely.
    static let shared = CryptoLibrary()

    let context: OpaquePointer

    private init() {
        guard let context = unsafe OSSL_LIB_CTX_new(), unsafe OSSL_PROVIDER_load(context, "default") != nil else {
            preconditionFailure("libcrypto has no algorithms")
        }
        unsafe self.context = context
    }
}
