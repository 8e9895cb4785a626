import Core
import Primitives

/// Values of CipherBox's own tests, and what an independent implementation computes from them.
enum CipherBoxVectors {
    static let key = secret("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
    static let iv = hex("aabbccddeeff00112233aabb")
    /// A user's key pair.
    static let privateKey = secret("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721")
    static let publicKey = hex(
        "042c8c31fc9f990c6b55e3865a184a4ce50e09481f2eaeb3e60ec1cea13a6ae64564b95e4fdb6948c0386e189b006a29"
            + "f686769b011704275e4459822dc3328085")
    /// The private key 1, 2, 3 … 32.
    static let countingKey = SecretBytes(copying: (1...32).map { UInt8($0) })

    static func hex(_ text: String) -> [UInt8] { Hex.decode(text) ?? [] }
    static func secret(_ text: String) -> SecretBytes { SecretBytes(copying: hex(text)) }
}
